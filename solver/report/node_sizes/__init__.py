"""The study of node sizes for people: tables, pictures, one page."""
