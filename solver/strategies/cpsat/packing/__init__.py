"""Packing: the cheapest nodes for all pods, as counts of patterns per class of nodes, with a proven bound."""
