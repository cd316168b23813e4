"""The table of keys: type name to key to the form of its value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

Types = tuple[type, ...]

_SCALARS: dict[str, tuple[str, Types]] = {
    "string": ("a text", (str,)),
    "time": ("a time as text", (str,)),
    "int": ("a whole number", (int,)),
    "bool": ("true or false", (bool,)),
    "quantity": ("a quantity", (str, int, float)),
    "intorstring": ("a whole number or a text", (int, str)),
    "object": ("anything", (dict, list, str, int, float, bool)),
}


class Many(Enum):
    """Whether a key has one value, a list of them or a mapping to them."""

    ONE = "one"
    LIST = "list"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class Form:
    """What a key's value has to be: one or many of ``element``, which is a type of the table where ``nested``.

    ``accepted`` are the JSON types of an element, ``outer`` those of the value itself. null stands for absent, so it is
    among them, but for the items of a list.
    """

    many: Many
    element: str
    nested: bool
    accepted: frozenset[type]
    outer: frozenset[type]
    words: str


@dataclass(frozen=True, slots=True)
class Table:
    """``fields[type][key]`` is a value's form, ``api_versions[kind]`` the current apiVersion; kinds are types, too."""

    version: str
    api_versions: dict[str, str]
    fields: dict[str, dict[str, Form]]

    def types_with(self, key: str) -> list[str]:
        """The types that have this key."""
        return [name for name, forms in self.fields.items() if key in forms]


@cache
def table() -> Table:
    """The table as shipped."""
    content = json.loads(files(__package__).joinpath("fields.json").read_text(encoding="utf-8"))
    fields = {name: {key: _form(text) for key, text in keys.items()} for name, keys in content["types"].items()}
    return Table(content["kubernetes"], content["kinds"], fields)


@cache
def _form(text: str) -> Form:
    """``Container``, ``[]Container`` or ``{}string``, as the file has it."""
    many = {"[]": Many.LIST, "{}": Many.MAPPING}.get(text[:2], Many.ONE)
    element = text.lstrip("[]{}")
    words, types = _SCALARS.get(element, ("a mapping", (dict,)))
    accepted = frozenset(types) if many is Many.LIST else frozenset((*types, type(None)))
    outer: dict[Many, Types] = {Many.LIST: (list, type(None)), Many.MAPPING: (dict, type(None))}
    return Form(many, element, element not in _SCALARS, accepted, frozenset(outer.get(many, accepted)), words)
