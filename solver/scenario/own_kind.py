"""The Scenario document of an input: found, checked against its schema, and the files that it names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from solver.objectives.question import ObjectiveName, PerPriorityTier, Question
from solver.scenario.documents import read
from solver.scenario.field import Field, Findings, one_of
from solver.scenario.schema import API_VERSION, KIND, ScenarioDocument, ScenarioSpec, Tiered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from solver.scenario.documents import Document
    from solver.scenario.problems import Path as Keys

_GROUP = API_VERSION.partition("/")[0]


@dataclass(frozen=True, slots=True)
class OwnKind:
    """What the Scenario document says, defaults where there is none; ``spec_place`` is where its ``spec`` stands."""

    spec: ScenarioSpec
    name: str | None = None
    spec_place: Field | None = None

    @property
    def question(self) -> Question:
        """Objectives and policy."""
        objectives = (
            PerPriorityTier(tuple(objective.per_priority_tier))
            if isinstance(objective, Tiered)
            else ObjectiveName(objective)
            for objective in self.spec.objectives
        )
        return Question(tuple(objectives), self.spec.bound_pods)

    def file(self, name: str, place: Field) -> Path | None:
        """A file that the scenario names; None, and a problem, where it is not inside the scenario's folder."""
        folder = Path(place.document.file).parent.resolve()
        path = (folder / name).resolve()
        if not Path(place.document.file).is_file():
            place.wrong(
                "files can be named only in a scenario that is a file itself", "give all files on the command line"
            )
        elif Path(name).is_absolute() or not path.is_relative_to(folder):
            place.wrong("outside the scenario's folder", "move the file into the folder and name it from there")
        elif not path.is_file():
            place.wrong(
                "there is no such file", f"check the name; it is looked for in {Path(place.document.file).parent}"
            )
        else:
            return path
        return None


def is_own(document: Document) -> bool:
    """Whether a document is a Scenario of podsolver."""
    return document.kind == KIND and document.api_version.partition("/")[0] == _GROUP


def read_own_kind(documents: Iterable[Document], findings: Findings) -> OwnKind:
    """The Scenario among the documents; at most one can be there."""
    found = [document for document in documents if is_own(document)]
    for document in found[1:]:
        findings.note(
            document, ("kind",), f"a second Scenario, after {found[0].file}, {found[0].label}", "keep one of them"
        )
    if not found:
        return OwnKind(ScenarioSpec())
    root = Field(found[0], findings, found[0].value)
    try:
        scenario = ScenarioDocument.model_validate(root.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(root, detail)
        return OwnKind(ScenarioSpec())
    name = scenario.metadata.name if scenario.metadata else None
    return OwnKind(scenario.spec, name, root.at("spec"))


def with_included(documents: Sequence[Document], own: OwnKind, findings: Findings) -> list[Document]:
    """The documents with those of the included files after the scenario's own; no file is read twice."""
    if own.spec_place is None:
        return list(documents)
    known = {Path(document.file).resolve() for document in documents}
    found = []
    for name, place in zip(own.spec.include, own.spec_place.at("include"), strict=True):
        path = own.file(name, place)
        if path is not None and path not in known:
            known.add(path)
            found.append(path)
    position = documents.index(own.spec_place.document) + 1
    return [*documents[:position], *read(found, findings.problems), *documents[position:]]


def _note(root: Field, detail: ErrorDetails) -> None:
    path, missing = _path(root.value, detail["loc"])
    message, remedy = _words(detail, path)
    value = {} if missing else {"value": detail["input"]} if path and detail["type"] != "value_error" else {}
    root.findings.note(root.document, path, message, remedy, **value)


def _path(value: Any, location: Sequence[str | int]) -> tuple[Keys, bool]:
    """The location without the names of types that pydantic mixes in, and whether its last key is missing."""
    path: list[str | int] = []
    for position, part in enumerate(location):
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
            path.append(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
            path.append(part)
        elif isinstance(value, dict) and position == len(location) - 1:
            return (*path, part), True
    return tuple(path), False


def _words(detail: ErrorDetails, path: Keys) -> tuple[str, str]:
    """What is wrong, and what to do."""
    match detail["type"]:
        case "extra_forbidden":
            return "a Scenario has no such key here", one_of(str(path[-1]), _keys_at(path[:-1]))
        case "missing":
            return "missing", "add it"
        case "enum" | "literal_error":
            expected = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
            return "not one of the possible values", one_of(str(detail["input"]), expected)
        case "value_error":
            message, _, remedy = str(detail["ctx"]["error"]).partition("; ")
            return message, remedy
        case _:
            return detail["msg"][0].lower() + detail["msg"][1:], "see docs/scenario_format.md"


def _keys_at(path: Keys) -> list[str]:
    """The keys that the schema has at a path."""
    model: type[BaseModel] = ScenarioDocument
    for part in path:
        if isinstance(part, str):
            fields = {field.alias or name: field for name, field in model.model_fields.items()}
            model = next(iter(_models_in(fields[part].annotation)), model) if part in fields else model
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
