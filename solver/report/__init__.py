"""What people and other programs see: text tables, result files, CSV, pictures and the HTML report."""
