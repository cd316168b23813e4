"""The exact model by CP-SAT, stage after stage; what cannot be carried out is cut off."""
