"""Resource lists: from quantities to whole numbers.

Sums are formed in thousandths, exactly as the API server keeps quantities, and rounded up once at the end; rounding
each part would make a sum of fractions of a byte too large.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS, Resources
from solver.scenario import quantities
from solver.scenario.field import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.containers import Amounts
    from solver.scenario.field import Field

HUGE_PAGES = "hugepages-"
NATIVE = frozenset({CPU, MEMORY, EPHEMERAL_STORAGE, PODS, "storage"})
_MILLI = quantities.MILLI
_NAMES = "use cpu, memory, ephemeral-storage, hugepages-SIZE or a name with a domain such as nvidia.com/gpu"
_MOST = {CPU: 10**6 * _MILLI, MEMORY: 2**60 - 1, EPHEMERAL_STORAGE: 2**60 - 1, PODS: 10**6}
"""A million cores, or an exbibyte, is a slip of the pen: a suffix of bytes with CPU, say."""


def read_amounts(place: Field) -> dict[str, int]:
    """A resource list of quantities, none of them negative, in thousandths."""
    found: dict[str, int] = {}
    for name, item in place.entries():
        amount = read_thousandths(item)
        if amount is not None:
            found[name] = amount
    return found


def read_thousandths(place: Field) -> int | None:
    """A quantity in thousandths, rounded up; None where it is absent or wrong."""
    if place.value is None:
        return None
    try:
        amount = _thousandths(place.value) if isinstance(place.value, str) else _thousandths_of(place.value)
    except quantities.QuantityError as error:
        place.wrong(str(error), 'write an amount such as "500m", "2" or "1.5Gi"')
        return None
    if amount < 0:
        place.wrong("negative", "write 0 or more")
        return None
    return amount


def too_large(amounts: Resources) -> list[str]:
    """The resources of which there is more than any machine has, in milli-CPU, bytes, pieces."""
    return [name for name, amount in amounts.items() if amount > _MOST.get(name, quantities.LARGEST)]


def check_names(place: Field, amounts: Amounts) -> None:
    """Note every name that is no resource, and every fraction of a piece."""
    for name, amount in amounts.items():
        if not is_counted(name):
            near = nearest(name, (CPU, MEMORY, EPHEMERAL_STORAGE, PODS))
            place.at(name).wrong(
                "not a resource",
                f"did you mean {near[0]}? Else {_NAMES}" if near else _NAMES,
            )
        elif ("/" in name or name == PODS) and amount % _MILLI:
            place.at(name).wrong("a fraction of a piece", "write a whole number")


def rounded(amounts: Amounts) -> dict[str, int]:
    """Thousandths as whole units, rounded up (CPU in milli-CPU, the rest in bytes or pieces); zeros are left out."""
    return {name: amount if name == CPU else -(-amount // _MILLI) for name, amount in amounts.items() if amount}


def countable(resources: Mapping[str, int]) -> dict[str, int]:
    """The resources that kube-scheduler counts: the native ones, huge pages, and those with a domain in their name."""
    return {name: amount for name, amount in resources.items() if is_counted(name)}


def is_counted(name: str) -> bool:
    """Whether the scheduler counts a resource of this name."""
    return name in NATIVE or "/" in name or name.startswith((HUGE_PAGES, "attachable-volumes-"))


@lru_cache(maxsize=65536)
def _thousandths(text: str) -> int:
    return _thousandths_of(text)


def _thousandths_of(quantity: object) -> int:
    exact = quantities.parse(quantity) * _MILLI
    return -(-exact.numerator // exact.denominator)
