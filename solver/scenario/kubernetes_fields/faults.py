"""What is wrong with the keys of an object, found fast: equal shapes are judged once."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from solver.scenario.kubernetes_fields.table import Form, Many, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.scenario.problems import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """A key the API does not have (``unknown``), or a value of another JSON type than the API's."""

    path: Path
    message: str
    remedy: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What can be said of an object from its type, its keys and the JSON types of its values alone.

    ``inner`` are the keys whose values have to be looked into.
    """

    faults: tuple[Fault, ...]
    inner: tuple[tuple[str, Form], ...]


def faults_of(kind: str, value: dict[str, Any]) -> list[Fault]:
    """All faults of an object of this kind, with paths from its root; most objects have none, which is seen faster."""
    if _is_clean(kind, value):
        return []
    walk = _Walk()
    walk.look_at(kind, value)
    return walk.faults


def _is_clean(name: str, value: dict[str, Any]) -> bool:
    """Whether a mapping of a type of the table is without any fault."""
    shape = _shape(name, tuple(value), tuple(map(type, value.values())))
    if shape.faults:
        return False
    for key, form in shape.inner:
        inner = value[key]
        if form.many is Many.ONE:
            if not _is_clean(form.element, inner):
                return False
            continue
        elements = inner if form.many is Many.LIST else inner.values()
        if not form.accepted.issuperset(map(type, elements)):
            return False
        if form.nested and not all(_is_clean(form.element, element) for element in elements if element):
            return False
    return True


class _Walk:
    """Goes through one object; ``_path`` leads to where it is."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._path: list[str | int] = []

    def look_at(self, name: str, value: dict[str, Any]) -> None:
        """Check a mapping of a type of the table."""
        shape = _shape(name, tuple(value), tuple(map(type, value.values())))
        for fault in shape.faults:
            self._add(fault)
        for key, form in shape.inner:
            self._path.append(key)
            self._look_into(form, value[key])
            self._path.pop()

    def _look_into(self, form: Form, value: Any) -> None:
        if form.many is Many.ONE:
            self.look_at(form.element, value)
        elif form.many is Many.LIST:
            self._each(form, value, enumerate(value))
        else:
            self._each(form, value.values(), value.items())

    def _each(self, form: Form, elements: Iterable[Any], entries: Iterable[tuple[str | int, Any]]) -> None:
        """Check the elements of a list or mapping; ``entries`` are the same, each with its position or key."""
        if not form.nested and form.accepted.issuperset(map(type, elements)):
            return
        for step, element in entries:
            self._path.append(step)
            if type(element) not in form.accepted:
                self._add(_mistyped((), form.words, type(element)))
            elif form.nested:
                self.look_at(form.element, element)
            self._path.pop()

    def _add(self, fault: Fault) -> None:
        self.faults.append(Fault((*self._path, *fault.path), fault.message, fault.remedy, fault.unknown))


@lru_cache(maxsize=16384)
def _shape(name: str, keys: tuple[str, ...], types: tuple[type, ...]) -> _Shape:
    forms = table().fields[name]
    faults: list[Fault] = []
    inner: list[tuple[str, Form]] = []
    for key, given in zip(keys, types, strict=True):
        form = forms.get(key)
        if form is None:
            faults.append(_unknown(name, key))
        elif given not in form.outer:
            faults.append(_mistyped((key,), _outer_words(form), given))
        elif given is not type(None) and (form.nested or form.many is not Many.ONE):
            inner.append((key, form))
    return _Shape(tuple(faults), tuple(inner))


def _unknown(name: str, key: str) -> Fault:
    return Fault((key,), f"{name} of Kubernetes {table().version} has no such key", _remedy(name, key), unknown=True)


def _remedy(name: str, key: str) -> str:
    """A key that belongs elsewhere is indented wrongly; one that belongs nowhere is mistyped."""
    homes = table().types_with(key)
    if 0 < len(homes) <= 3:
        return f"it is a key of {' and '.join(homes)}, check the indentation"
    close = get_close_matches(key, table().fields[name], n=1)
    return f"did you mean {close[0]}?" if close else "remove it"


def _mistyped(path: Path, needed: str, given: type) -> Fault:
    if needed == "a quantity":
        remedy = 'write an amount such as "500m", "2" or "1.5Gi"'
    elif "text" in needed and given in (int, float, bool):
        remedy = "put the value in quotes"
    elif given is str and needed in ("a whole number", "true or false"):
        remedy = "write the value without quotes"
    else:
        remedy = "check the indentation and the dashes"
    return Fault(path, f"{needed} is needed", remedy)


def _outer_words(form: Form) -> str:
    return {Many.ONE: form.words, Many.LIST: "a list", Many.MAPPING: "a mapping"}[form.many]
