"""What is measured, and how: specs, drivers and recorded results."""
