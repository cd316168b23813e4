"""What is optimised: one file per objective, its expression over the model and its value on a placement side by side."""
