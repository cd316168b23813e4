"""A configuration from a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.scenario.documents import read
from solver.scenario.field import Field, Findings
from solver.scenario.problems import ABSENT, Problem
from solver.scenario.scheduler_configuration.configuration import KIND, read_configuration

if TYPE_CHECKING:
    from pathlib import Path

    from solver.rules.profile import Profile
    from solver.scenario.problems import Notice


@dataclass(frozen=True, slots=True)
class LoadedProfile:
    """The profile of a file; ``notices`` tell what of the file plays no part."""

    profile: Profile
    notices: tuple[Notice, ...] = ()


def load_profile(path: str | Path) -> LoadedProfile:
    """Read a KubeSchedulerConfiguration.

    Raises:
        InputError: with every problem of the file.
    """
    findings = Findings()
    documents = read([path], findings.problems)
    if len(documents) == 1:
        profile = read_configuration(Field(documents[0], findings, documents[0].value))
        findings.problems.raise_if_any()
        return LoadedProfile(profile, tuple(findings.notices))
    if not findings.problems:
        message = f"{len(documents)} documents" if documents else "empty"
        findings.problems.add(Problem(str(path), "", "", ABSENT, message, f"give one document of kind {KIND}"))
    findings.problems.raise_if_any()
    raise AssertionError("a file without a problem is a profile")
