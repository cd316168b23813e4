"""Running clusters packed anew: solved as if nobody had a node yet, and everybody brought home as far as that goes."""
