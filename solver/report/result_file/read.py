"""A result file back into a placement and its steps, so that they can be verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from pydantic import ValidationError

from solver.errors import InputError
from solver.placement import Bind, Evict, Placement, Step, widened
from solver.report.result_file.opened import Reopened
from solver.report.result_file.schema import BindDocument, ResultDocument
from solver.rules.gpu_sharing import GpuSharing
from solver.scenario.documents.faults import UnreadableError
from solver.scenario.documents.json_text import parse_json
from solver.scenario.documents.texts import standard_input, texts
from solver.scenario.problems import ABSENT, Path, Problem, Problems, path_text
from solver.scenario.schema_errors import WORDS, located

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.scenario.documents.source import Parsed, Source


@dataclass(frozen=True)
class Claim:
    """What a result file says: a placement and steps to verify, and the file with all that it asserts of them.

    ``strangers`` names the pods and nodes that the scenario does not have, as sentences with their place; where there
    are any, placement and steps are what is left without them. ``differences`` are what the file says otherwise of
    nodes that the scenario does have.
    """

    placement: Placement
    steps: tuple[Step, ...]
    document: ResultDocument
    strangers: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def read_result(file: str, cluster: Cluster, stdin: BinaryIO | None = None) -> Claim:
    """The placement and the steps that a result file describes, on the cluster that it is about.

    Args:
        file: a JSON file, ``-`` for standard input; ``.gz`` is decompressed.
        cluster: the cluster of the scenario, without opened nodes.
        stdin: stands for standard input, the process's own unless given.

    Raises:
        InputError: the file cannot be read, or does not follow the schema.
    """
    problems = Problems()
    source, parsed = _read(file, stdin or standard_input(), problems)
    document = _validated(source, parsed, problems)
    return _Reader(source, parsed, cluster).claim(document)


def _read(file: str, stdin: BinaryIO, problems: Problems) -> tuple[Source, Parsed]:
    """The one document of the one file."""
    sources = list(texts([file], stdin, problems))
    problems.raise_if_any()
    if len(sources) != 1:
        raise InputError([Problem(file, "", "", ABSENT, "a folder, not one result", "give one result file")])
    (source,) = sources
    try:
        documents = list(parse_json(source, problems))
    except UnreadableError as error:
        raise InputError([_whole(source, error.message, error.remedy, error.line, error.column)]) from None
    if len(documents) != 1:
        problems.add(_whole(source, f"{len(documents)} results, not one", "give one result file"))
    problems.raise_if_any()
    return source, documents[0]


def _validated(source: Source, parsed: Parsed, problems: Problems) -> ResultDocument:
    try:
        return ResultDocument.model_validate(parsed.value)
    except ValidationError as error:
        found: dict[Path, Problem] = {}
        for fault in error.errors(include_url=False):
            path, missing = located(parsed.value, fault["loc"])
            message, _ = WORDS.get(fault["type"], (fault["msg"], ""))
            # What may be one of two things is told once, as the second of them.
            found[path] = _problem(source, parsed, path, message, ABSENT if missing else fault["input"])
        raise InputError(tuple(found.values())) from None


def _whole(source: Source, message: str, remedy: str, line: int | None = None, column: int | None = None) -> Problem:
    """A problem of the file as a whole."""
    return Problem(source.file, "", "", ABSENT, message, remedy, line, column)


def _problem(source: Source, parsed: Parsed, path: Path, message: str, value: object) -> Problem:
    line = source.line_of(parsed.extent, path)
    shown = ABSENT if isinstance(value, dict) or not path else value
    remedy = "a result is as `podsolver solve -o` writes it"
    return Problem(source.file, "", path_text(path), shown, message, remedy, line)


class _Reader:
    """Finds the pods and nodes that the file names, and notes those that the scenario does not have."""

    def __init__(self, source: Source, parsed: Parsed, cluster: Cluster) -> None:
        self._source, self._parsed = source, parsed
        self._strangers, self._differences = Problems(), Problems()
        self._given = cluster

    def claim(self, document: ResultDocument) -> Claim:
        """The file's placement and steps over the scenario's own pods and nodes, and those that it opens."""
        cluster = widened(self._given, self._opened(document))
        self._pods = {pod.key: pod for pod in cluster.pods}
        self._stray = {pod.key: pod for pod in cluster.stray}
        self._nodes = cluster.node_named
        placement = Placement(cluster, self._node_of(document), self._assigned(document))
        steps = self._steps(document)
        return Claim(placement, steps, document, tuple(map(str, self._strangers)), tuple(map(str, self._differences)))

    def _opened(self, document: ResultDocument) -> list[Node]:
        reopened = Reopened(self._given)
        for number, node in enumerate(document.nodes):
            for fault in reopened.add(node):
                among = self._strangers if fault.stranger else self._differences
                among.add(self._problem(("nodes", number, *fault.path), fault.value, fault.message))
        return reopened.nodes

    def _node_of(self, document: ResultDocument) -> dict[Pod, Node]:
        for key in (*self._pods, *self._stray):
            if key not in document.placement:
                self._complain(("placement",), ABSENT, f"pod {key} is missing")
        node_of: dict[Pod, Node] = {}
        for key, name in document.placement.items():
            if key in self._stray:
                self._check_stray(key, name)
                continue
            pod, node = self._pod(key, ("placement", key)), self._node(name, ("placement", key))
            if pod is not None and node is not None:
                node_of[pod] = node
        return node_of

    def _assigned(self, document: ResultDocument) -> dict[str, dict[Pod, tuple[int, ...]]]:
        named = {self._pod(key, ("devices", key)): tuple(numbers) for key, numbers in document.devices.items()}
        devices = {pod: numbers for pod, numbers in named.items() if pod is not None}
        return {GpuSharing.name: devices} if devices else {}

    def _check_stray(self, key: str, name: str | None) -> None:
        if name != self._stray[key].node:
            self._complain(("placement", key), name, f"the pod is bound to {self._stray[key].node}, which is absent")

    def _steps(self, document: ResultDocument) -> tuple[Step, ...]:
        steps: list[Step] = []
        for number, step in enumerate(document.steps):
            if isinstance(step, BindDocument):
                pod = self._pod(step.bind, ("steps", number, "bind"))
                node = self._node(step.node, ("steps", number, "node"))
                if pod is not None and node is not None:
                    steps.append(Bind(pod, node))
            else:
                pod = self._pod(step.evict, ("steps", number, "evict"))
                if pod is not None:
                    steps.append(Evict(pod))
        return tuple(steps)

    def _pod(self, key: str, path: Path) -> Pod | None:
        if key not in self._pods:
            self._complain(path, key, "the scenario has no such pod, or it has finished")
        return self._pods.get(key)

    def _node(self, name: str | None, path: Path) -> Node | None:
        if name is not None and name not in self._nodes:
            self._complain(path, name, "neither the scenario nor `nodes` has a node of this name")
        return None if name is None else self._nodes.get(name)

    def _complain(self, path: Path, value: object, message: str) -> None:
        self._strangers.add(self._problem(path, value, message))

    def _problem(self, path: Path, value: object, message: str) -> Problem:
        line = self._source.line_of(self._parsed.extent, path)
        remedy = "give the inputs that the result was made from"
        return Problem(self._source.file, "", path_text(path), value, message, remedy, line)
