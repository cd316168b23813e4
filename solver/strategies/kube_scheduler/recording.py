"""Recordings of kube-scheduler's decisions: found, read, and held against what is modelled here."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.rules import RULES
from solver.strategies.kube_scheduler.trace import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from solver.cluster.cluster import Cluster
    from solver.strategies.kube_scheduler.trace import Record

ENDING = ".trace.json"
INPUTS = (".yaml", ".yml", ".json")

KNOWN_PLUGINS = frozenset({"", "SchedulingGates", *(rule.name for rule in RULES)})
"""The plugins whose verdicts and scores are compared; without a plugin, several have narrowed the nodes together."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of decisions, and the input that they were taken on; ``name`` is relative to the folder looked through."""

    name: str
    file: Path
    input: Path


def recordings(folder: Path) -> list[Recording]:
    """All recordings in a folder and those below it, by name; ``.gz`` included.

    Raises:
        InputError: there is none, or one has no input beside it.
    """
    found = sorted(path for ending in (ENDING, f"{ENDING}.gz") for path in folder.rglob(f"*{ending}"))
    if not found:
        raise InputError([f"{folder}: no recording is there; their names end in {ENDING}, or {ENDING}.gz"])
    inputs = {path: _input_of(path) for path in found}
    missing = [path for path, beside in inputs.items() if beside is None]
    if missing:
        raise InputError(
            [f"{path}: the input is not beside it; it has the same name and ends in .yaml" for path in missing]
        )
    return [
        Recording(str(_stem(path).relative_to(folder)), path, beside)
        for path, beside in inputs.items()
        if beside is not None
    ]


def read_recording(path: Path) -> Record:
    """The decisions of a file.

    Raises:
        InputError: it cannot be read, or is no recording.
    """
    try:
        content = path.read_bytes()
        record: Any = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    except OSError as error:
        raise InputError([f"{path}: it cannot be read: {error.strerror or error}"]) from None
    except (ValueError, EOFError) as error:
        raise InputError([f"{path}: no JSON: {error}"]) from None
    wrong = _wrong(record)
    if wrong:
        raise InputError([f"{path}: no recording of decisions: {wrong}"])
    found: Record = record
    return found


def shortcomings(record: Record, cluster: Cluster) -> list[str]:
    """What of a recording is not compared or may not be comparable, as sentences."""
    told = []
    version = record.get("kubernetes")
    if version != VERSION:
        told.append(f"recorded from Kubernetes {version or '(unknown)'}, compared with {VERSION}: both may differ")
    plugins = {plugin for attempt in record.get("attempts", ()) for plugin in plugins_of(attempt)}
    foreign = sorted(plugins - KNOWN_PLUGINS)
    if foreign:
        told.append(
            f"the plugins {', '.join(foreign)} are not modelled: their verdicts and scores are left out, "
            "and so is what follows from them (best and chosen nodes, messages, preemption)"
        )
    unmodelled = [pod.key for pod in cluster.held_back if pod.spec.unmodelled]
    if unmodelled:
        told.append(f"pods that use what is not modelled are placed as recorded, not compared: {', '.join(unmodelled)}")
    return told


def plugins_of(attempt: Record) -> Iterator[str]:
    """Every plugin that has a say in an attempt."""
    yield from _verdict_plugins(attempt)
    for scores in (attempt.get("scores") or {}).values():
        yield from (plugin for plugin in scores if plugin != "total")


def _verdict_plugins(attempt: Record) -> Iterator[str]:
    verdicts: Iterable[Any] = (attempt.get("filter") or {}).values()
    yield from (verdict["plugin"] for verdict in verdicts if verdict)
    rejected = (attempt.get("prefilter") or {}).get("rejected")
    if rejected:
        yield rejected["plugin"]


def _stem(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".gz").removesuffix(ENDING))


def _input_of(path: Path) -> Path | None:
    stem = _stem(path)
    endings = (f"{ending}{packed}" for ending in INPUTS for packed in ("", ".gz"))
    candidates = (stem.with_name(stem.name + ending) for ending in endings)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _wrong(record: Any) -> str:
    """Why something is no recording; empty where it is one."""
    if not isinstance(record, dict) or not isinstance(record.get("attempts", record.get("chosen")), list):
        return "neither attempts nor chosen nodes are in it"
    if "attempts" not in record:
        pairs = all(isinstance(pair, list) and len(pair) == 2 for pair in record["chosen"])
        return "" if pairs else "chosen is not a list of pods with their nodes"
    for number, attempt in enumerate(record["attempts"], 1):
        if not isinstance(attempt, dict) or not {"pod", "attempt", "chosen", "filter", "scores"} <= attempt.keys():
            return f"attempt {number} does not say pod, attempt, filter, scores and chosen"
    return ""
