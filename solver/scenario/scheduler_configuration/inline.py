"""The profile that a Scenario gives: a file beside it, or the configuration itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.scenario.documents import read
from solver.scenario.field import Field, Findings
from solver.scenario.own_kind import OwnKind, file_beside
from solver.scenario.scheduler_configuration.configuration import KIND, read_configuration

if TYPE_CHECKING:
    from solver.rules.profile import Profile


def read_profile(own: OwnKind, findings: Findings) -> Profile | None:
    """``schedulerProfile``, if there is any."""
    if own.place is None or own.spec.scheduler_profile is None:
        return None
    place = own.place.at("schedulerProfile")
    if not isinstance(place.value, str):
        return read_configuration(place)
    path = file_beside(place.value, place)
    documents = [] if path is None else read([path], findings.problems)
    if path is not None and len(documents) != 1:
        place.wrong(f"{len(documents)} documents", f"name a file with one document of kind {KIND}")
        return None
    return read_configuration(Field(documents[0], findings, documents[0].value)) if documents else None
