"""Studies: questions asked over many solves."""
