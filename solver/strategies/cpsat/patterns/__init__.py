"""Node patterns: what fits on one node together, and how many nodes of each class take which pattern."""
