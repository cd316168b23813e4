"""A result as a JSON file: its schema, writing it, reading it back, and checking what it says of itself."""

from __future__ import annotations

from solver.report.result_file.write import result_text

__all__ = ["result_text"]
