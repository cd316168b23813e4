"""The fluid relaxation: pods as quantities over classes of equal nodes, and the bounds that it gives."""
