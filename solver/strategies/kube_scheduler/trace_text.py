"""Recorded decisions as text: JSON with sorted keys, one attempt per line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from solver.strategies.kube_scheduler.trace import Record

ATTEMPTS = "attempts"


def trace_text(record: Record) -> str:
    """The text of a file; attempts have lines of their own, so that two files can be compared line by line."""
    if ATTEMPTS not in record:
        return f"{_compact(record)}\n"
    attempts = ",\n".join(_compact(attempt) for attempt in record[ATTEMPTS])
    rest = _compact({key: value for key, value in record.items() if key != ATTEMPTS})
    return f'{{"{ATTEMPTS}":[\n{attempts}\n],{rest.removeprefix("{")}\n'


def _compact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
