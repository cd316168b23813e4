"""Kubernetes quantities: the text of an amount (``500m``, ``1.5Gi``, ``12e6``) and its exact value.

A quantity is a whole number of billionths: whatever is finer is rounded up, away from zero, as the API server does.
So all arithmetic here is on integers and nothing is ever rounded by a float.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

NANO = 10**9
MILLI = 10**3
LARGEST = 2**63 - 1
"""The API holds quantities in signed 64-bit integers; nothing larger is a size of anything."""

_GRAMMAR = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?", re.ASCII)
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, None: 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SUFFIXES = " ".join(suffix for suffix in (*_DECIMAL, *_BINARY) if suffix)
_LONGEST = 200
_FARTHEST = 2 * _LONGEST
"""With an exponent beyond this, either way, no text of ``_LONGEST`` is more than too large, or one billionth."""


class QuantityError(ValueError):
    """The text is no quantity, or one beyond all sizes; the message says which."""


def parse(quantity: object) -> Fraction:
    """The exact value of a quantity as text or as a JSON number, in units (cores, bytes, pieces).

    Raises:
        QuantityError: it is neither, does not follow the grammar, or is beyond 2^63 - 1.
    """
    return Fraction(_nanos(quantity), NANO)


def milli(quantity: object) -> int:
    """The value in thousandths (milli-CPU), rounded up, away from zero.

    Raises:
        QuantityError: as ``parse``, and where the thousandths are beyond 2^63 - 1.
    """
    return _within(_divided(_nanos(quantity), NANO // MILLI), unit=1)


def value(quantity: object) -> int:
    """The value in whole units (bytes, pieces), rounded up, away from zero.

    Raises:
        QuantityError: as ``parse``.
    """
    return _divided(_nanos(quantity), NANO)


def format_cpu(milli_cpu: int) -> str:
    """Milli-CPU as Kubernetes writes it: ``3920`` is ``3920m``, ``4000`` is ``4``."""
    return f"{milli_cpu}m" if milli_cpu % MILLI else str(milli_cpu // MILLI)


def format_bytes(size: int) -> str:
    """Bytes with the largest binary suffix that loses nothing: ``16106127360`` is ``15Gi``, ``1000`` is ``1000``."""
    for suffix, power in reversed(_BINARY.items()):
        if size and size % 2**power == 0:
            return f"{size >> power}{suffix}"
    return str(size)


def _nanos(quantity: object) -> int:
    if isinstance(quantity, str):
        return _nanos_of_text(quantity)
    if isinstance(quantity, float):
        # The shortest text of a number is what the API server reads, too.
        return _nanos_of_text(repr(quantity))
    if isinstance(quantity, int) and not isinstance(quantity, bool):
        return _within(quantity * NANO, unit=NANO)
    raise QuantityError('not a quantity: text or a number is needed, such as "500m" or 2')


@lru_cache(maxsize=65536)
def _nanos_of_text(text: str) -> int:
    match = _GRAMMAR.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise QuantityError(
            f"not a quantity: a number is needed, then nothing, one of {_SUFFIXES}, or e and an exponent"
        )
    sign, number, binary, decimal, exponent = match.groups()
    whole, _, fraction = number.partition(".")
    power = _DECIMAL[decimal] if exponent is None else max(-_FARTHEST, min(int(exponent), _FARTHEST))
    magnitude = _scaled(int(whole + fraction) << _BINARY.get(binary, 0), power - len(fraction))
    return _within(-magnitude if sign == "-" else magnitude, unit=NANO)


def _scaled(digits: int, power: int) -> int:
    """``digits * 10^power`` in billionths, rounded up."""
    exponent = power + 9
    return digits * 10**exponent if exponent >= 0 else _divided(digits, 10**-exponent)


def _divided(number: int, divisor: int) -> int:
    """The quotient, rounded away from zero."""
    return -(-number // divisor) if number >= 0 else number // divisor


def _within(number: int, unit: int) -> int:
    if abs(number) > LARGEST * unit:
        raise QuantityError("beyond 2^63 - 1, the largest quantity there is")
    return number
