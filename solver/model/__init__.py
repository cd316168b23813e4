"""The vocabulary of the optimisation model."""
