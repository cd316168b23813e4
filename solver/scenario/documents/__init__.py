"""From files, folders and standard input to plain documents: mappings, lists, texts, numbers, booleans and nulls.

Nothing here knows what the documents mean. What cannot be read safely or without doubt is a problem, never a guess.
"""

from __future__ import annotations

from solver.scenario.documents.document import Document
from solver.scenario.documents.reader import read

__all__ = ["Document", "read"]
