"""Shared GPU devices at the size of clusters: bounds that see how shares go into devices, and a start from them."""
