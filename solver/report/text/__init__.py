"""Tables and lists for the terminal, and for pipes."""
