"""The Scenario document of an input: found, checked against its schema, and the files that it names."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from solver.objectives.question import ObjectiveKey, ObjectiveName, PerPriorityTier, Question, Unserved
from solver.scenario.documents import read
from solver.scenario.field import Field, Findings
from solver.scenario.schema import API_VERSION, KIND, Pool, ScenarioDocument, ScenarioSpec, Tiered, UnservedOf
from solver.scenario.schema_errors import note_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.scenario.documents import Document

_GROUP = API_VERSION.partition("/")[0]


@dataclass(frozen=True, slots=True)
class OwnKind:
    """What the Scenario document says, defaults where there is none.

    ``place`` is where its ``spec`` stands; ``pools`` are the node pools without a problem, each with its place.
    """

    spec: ScenarioSpec
    name: str | None = None
    place: Field | None = None
    pools: tuple[tuple[Pool, Field], ...] = ()

    @property
    def question(self) -> Question:
        """Objectives and policy."""
        objectives = (
            PerPriorityTier(tuple(map(_key, objective.per_priority_tier)))
            if isinstance(objective, Tiered)
            else _key(objective)
            for objective in self.spec.objectives
        )
        return Question(tuple(objectives), self.spec.bound_pods)


def _key(objective: ObjectiveName | UnservedOf) -> ObjectiveKey:
    return Unserved(objective.unserved) if isinstance(objective, UnservedOf) else objective


def is_own(document: Document) -> bool:
    """Whether a document is a Scenario of podsolver, be it of a wrong version; kinds of foreign API groups are not."""
    group = document.api_version.partition("/")[0]
    return document.kind == KIND and (group == _GROUP or "." not in group)


def read_own_kind(documents: Iterable[Document], findings: Findings) -> OwnKind:
    """The Scenario among the documents; at most one can be there."""
    documents = tuple(documents)
    for document in documents:
        if document.api_version.partition("/")[0] == _GROUP and document.kind != KIND:
            findings.note(document, ("kind",), "podsolver has no such kind", f"did you mean {KIND}?")
    found = [document for document in documents if is_own(document)]
    for document in found[1:]:
        findings.note(
            document, ("kind",), f"a second Scenario, after {found[0].file}, {found[0].label}", "keep one of them"
        )
    if not found:
        return OwnKind(ScenarioSpec())
    root = Field(found[0], findings, found[0].value)
    place = root.at("spec")
    try:
        scenario = ScenarioDocument.model_validate(root.value)
    except ValidationError as error:
        note_errors(root, error)
        own = _without_problems(place)
    else:
        pools = tuple(zip(scenario.spec.node_pools, place.at("nodePools"), strict=True))
        own = OwnKind(scenario.spec, scenario.metadata.name if scenario.metadata else None, place, pools)
    _check_objectives(own.spec, place.at("objectives"))
    _check_pool_names(own)
    return own


def with_included(documents: Sequence[Document], own: OwnKind, findings: Findings) -> list[Document]:
    """The documents with those of the included files after the scenario's own; no file is read twice."""
    if own.place is None:
        return list(documents)
    known = {Path(document.file).resolve() for document in documents}
    found = []
    for name, place in zip(own.spec.include, own.place.at("include"), strict=False):
        path = file_beside(name, place)
        if path is not None and path.resolve() not in known:
            known.add(path.resolve())
            found.append(path)
    position = documents.index(own.place.document) + 1
    return [*documents[:position], *read(found, findings.problems), *documents[position:]]


def file_beside(name: str, place: Field) -> Path | None:
    """A file that the scenario names; None, and a problem, where it is not inside the scenario's folder."""
    scenario = Path(place.document.file)
    path = scenario.parent / name
    if not scenario.is_file():
        place.wrong("only a scenario that is a file itself can name files", "give all files on the command line")
    elif Path(name).is_absolute() or _leads_out(path, scenario.parent):
        place.wrong("outside the scenario's folder", "move the file into the folder and name it from there")
    elif not _is_file(path):
        place.wrong("there is no such file", f"check the name; it is looked for in {scenario.parent}")
    else:
        return path
    return None


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a path leaves a folder, be it by its name or through a link."""
    if not Path(normpath(path.absolute())).is_relative_to(normpath(folder.absolute())):
        return True
    return _is_file(path) and not path.resolve().is_relative_to(folder.resolve())


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # A name too long, say.
        return False


def _without_problems(place: Field) -> OwnKind:
    """What can be used of a spec with problems, so that they bring no others after them and all are found at once."""
    spec = place.value if isinstance(place.value, dict) else {}
    usable = {key: value for key, value in spec.items() if key != "nodePools" and _is_valid(ScenarioSpec, {key: value})}
    raw_pools = spec.get("nodePools")
    pools = (
        [
            (Pool.model_validate(pool), item)
            for pool, item in zip(raw_pools, place.at("nodePools"), strict=True)
            if _is_valid(Pool, pool)
        ]
        if isinstance(raw_pools, list)
        else []
    )
    return OwnKind(ScenarioSpec.model_validate(usable), place=place, pools=tuple(pools))


def _is_valid(model: type[ScenarioSpec | Pool], value: Any) -> bool:
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def _check_objectives(spec: ScenarioSpec, place: Field) -> None:
    """Each at most once, and no cost without pods that are placed first."""
    names = [
        _key(each)
        for objective in spec.objectives
        for each in (objective.per_priority_tier if isinstance(objective, Tiered) else [objective])
    ]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    before_cost = names[: names.index(ObjectiveName.COST)] if ObjectiveName.COST in names else [ObjectiveName.PENDING]
    if twice:
        place.wrong(f"{twice[0]} is there twice", "keep one")
    elif ObjectiveName.PENDING not in before_cost:
        place.wrong("cost before pending: the cheapest cluster runs nothing", "put pending before cost")


def _check_pool_names(own: OwnKind) -> None:
    seen = set()
    for pool, place in own.pools:
        if pool.name in seen:
            place.at("name").wrong("a second node pool of this name", "rename one of them")
        seen.add(pool.name)
