"""The pictures of the study of node sizes, one figure per file."""
