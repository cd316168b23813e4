"""Neighbourhood search with every rule: a few nodes are decided anew by the exact model, all others stay."""
