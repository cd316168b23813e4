"""A result as a JSON file: its schema, writing it, and reading it back into a placement and steps."""

from __future__ import annotations

from solver.report.result_file.read import Claim, read_result
from solver.report.result_file.write import result_text

__all__ = ["Claim", "read_result", "result_text"]
