"""Keys of a configuration: kube-scheduler refuses those that it does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.scenario.field import one_of

if TYPE_CHECKING:
    from solver.scenario.field import Field

GROUP = "kubescheduler.config.k8s.io"
_TYPE = ("apiVersion", "kind")


def check_keys(place: Field, *known: str) -> None:
    """Note every other key of the mapping here."""
    for key, found in place.entries():
        if key not in known and key not in _TYPE:
            found.wrong("kube-scheduler knows no such key here", one_of(key, known))
