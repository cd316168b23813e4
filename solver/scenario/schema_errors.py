"""What pydantic finds wrong with a Scenario, in the words and at the places of all other problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from solver.scenario.field import one_of
from solver.scenario.problems import ABSENT
from solver.scenario.schema import ScenarioDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

    from solver.scenario.field import Field
    from solver.scenario.problems import Path

WORDS = {
    "missing": ("missing", "add it"),
    "string_type": ("not text", "write text, in quotes"),
    "int_type": ("not a whole number", "write digits, without quotes"),
    "float_type": ("not a number", "write digits, without quotes"),
    "finite_number": ("not a finite number", "write digits"),
    "bool_type": ("neither true nor false", "write true or false, without quotes"),
    "list_type": ("not a list", "write a list, each item after a dash"),
    "dict_type": ("not a mapping", "write keys with values"),
    "model_type": ("not a mapping", "write keys with values"),
    "string_too_short": ("empty", "write something, or leave the key out"),
    "too_short": ("empty", "write something, or leave the key out"),
    "string_pattern_mismatch": ("not a possible name", "use letters, digits and dashes"),
    "string_too_long": ("not a possible name", "use at most 63 letters, digits and dashes"),
}
"""Message and remedy by pydantic's type of error."""


def note_errors(root: Field, error: ValidationError) -> None:
    """Note every error as a problem of the document."""
    for detail in error.errors(include_url=False):
        path, missing = located(root.value, detail["loc"])
        message, remedy = _words(detail, path)
        # A whole mapping is no help where two of its keys do not go together.
        value = detail["input"] if path and not missing and detail["type"] != "value_error" else ABSENT
        root.findings.note(root.document, path, message, remedy, value)


def located(value: Any, location: Sequence[str | int]) -> tuple[Path, bool]:
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


def _words(detail: ErrorDetails, path: Path) -> tuple[str, str]:
    """What is wrong, and what to do."""
    match detail["type"]:
        case "extra_forbidden":
            return "a Scenario has no such key here", one_of(str(path[-1]), _keys_at(path[:-1]))
        case "enum" | "literal_error":
            expected = detail["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
            return "not one of the possible values", one_of(str(detail["input"]), expected)
        case "value_error":
            message, _, remedy = str(detail["ctx"]["error"]).partition("; ")
            return message, remedy
        case "greater_than_equal" | "less_than_equal":
            limit = detail["ctx"].get("ge", detail["ctx"].get("le"))
            return "out of range", f"write a number {'from' if 'ge' in detail['ctx'] else 'up to'} {limit}"
        case other:
            return WORDS.get(other, (detail["msg"], "see docs/scenario_format.md"))


def _keys_at(path: Path) -> list[str]:
    """The keys that the schema has at a path, of all that may stand there."""
    models: list[type[BaseModel]] = [ScenarioDocument]
    for part in path:
        fields = {field.alias or name: field for model in models for name, field in model.model_fields.items()}
        if part in fields:
            models = list(dict.fromkeys(_models_in(fields[str(part)].annotation))) or models
    return list(dict.fromkeys(field.alias or name for model in models for name, field in model.model_fields.items()))


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
