"""What a YAML scalar means: the rules of YAML 1.1 as Kubernetes' own YAML reader applies them.

``yes``, ``on``, ``true`` and their opposites are booleans; ``012`` is octal and ``1_000`` a thousand; base 60 is
unknown, and what looks like a time stays text. Numbers reach the API server through JSON: ``1e3`` is the integer 1000.

Only ``y`` and ``n`` are taken otherwise: as text. Other writers of YAML put no quotes around them, and a text is what
they stand for in labels and names, where Kubernetes' reader would refuse a boolean.

Source: https://yaml.org/type/ and https://pkg.go.dev/sigs.k8s.io/yaml
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from solver.scenario.documents.faults import MeaninglessError

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    form: meaning
    for words, meaning in (("yes true on", True), ("no false off", False), ("null", None))
    for word in words.split()
    for form in (word, word.capitalize(), word.upper())
} | {"": None, "~": None}
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MAY_BE_NUMBER = frozenset("+-.0123456789")
_LONGEST_INTEGER = 100
_TAG = "tag:yaml.org,2002:"
_STRINGS = (_TAG + "str", _TAG + "timestamp")
_TYPES: dict[str, tuple[type, ...]] = {
    _TAG + "bool": (bool,),
    _TAG + "int": (int,),
    _TAG + "float": (int, float),
    _TAG + "null": (type(None),),
}


def resolve(text: str) -> Scalar:
    """The meaning of a plain (unquoted, untagged) scalar.

    Raises:
        MeaninglessError: infinity or not-a-number, which JSON does not have.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _MAY_BE_NUMBER:
        return text
    if _SPECIAL_FLOAT.fullmatch(text):
        raise MeaninglessError(
            "neither infinity nor not-a-number can be part of an object", "write a number, or quote the text"
        )
    return _number(text)


def tagged(tag: str, text: str) -> Scalar:
    """The meaning of a scalar with an explicit tag, which must agree with its text.

    Raises:
        MeaninglessError: another tag than those of JSON's types, or one that the text does not follow.
    """
    if tag in _STRINGS:
        return text
    if tag not in _TYPES:
        raise foreign_tag(tag)
    value = resolve(text)
    if isinstance(value, _TYPES[tag]) and not (isinstance(value, bool) and bool not in _TYPES[tag]):
        return value
    raise MeaninglessError(f"the text does not follow its tag !!{tag.removeprefix(_TAG)}", "remove the tag")


def foreign_tag(tag: str) -> MeaninglessError:
    """The error for a tag that no plain object can have."""
    short = tag.replace(_TAG, "!!", 1)
    return MeaninglessError(f"the tag {short} has no meaning in Kubernetes", "write the value without a tag")


UNRENDERED = "render the template first: its {{ }} are no YAML"


def key_text(value: object) -> str:
    """A value as the key of a JSON object.

    Raises:
        MeaninglessError: null, a mapping or a list.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    kind = "null" if value is None else "a mapping" if isinstance(value, dict) else "a list"
    # A placeholder of a template, such as {{ .Values.name }}, reads as a mapping that is a key.
    raise MeaninglessError(f"{kind} cannot be a key", UNRENDERED if kind == "a mapping" else "write a text as the key")


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    if (integer := _INTEGER.fullmatch(digits)) and len(digits) <= _LONGEST_INTEGER:
        number = _integer(*integer.groups())
        if -(2**63) <= number < 2**64:
            return number
    # A leading point takes no underscores.
    return _float(text if text[0] == "." else digits, text)


def _integer(sign: str, digits: str) -> int:
    octal = digits[0] == "0" and digits[1:].isdecimal()
    magnitude = int(digits, 8) if octal else int(digits, 0)
    return -magnitude if sign == "-" else magnitude


def _float(digits: str, text: str) -> Scalar:
    if not _FLOAT.fullmatch(digits) or math.isinf(number := float(digits)):
        return text
    if number.is_integer() and abs(number) < 2**63:
        return int(Decimal(repr(number)))
    return number
