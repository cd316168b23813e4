"""Why pods stay pending in a proven optimum: with whom they compete, and for what."""
