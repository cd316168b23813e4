"""A scenario: a cluster, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Question
    from solver.rules.profile import Profile
    from solver.scenario.problems import Notice


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that the inputs say.

    ``notices`` tell what was left out or assumed, ``load_seconds`` how long the reading took. ``question_text`` is the
    sentence that the scenario asks, empty where the input has none. ``profile`` is what kube-scheduler runs with; None:
    its default profile, on every node. ``is_named`` tells whether the inputs name the scenario; else its name is that
    of the first file.
    """

    name: str
    question_text: str
    cluster: Cluster
    question: Question
    notices: tuple[Notice, ...]
    load_seconds: float
    profile: Profile | None = None
    is_named: bool = False
