"""What a scheduling rule can say, and in which form.

A rule is one plugin of kube-scheduler. For a pod's signature it gives a `Filter` and a `Score` over all nodes at once;
both say how far a bind reaches into them, so that a caller knows which of their columns stay true.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from solver.model.linear import NOTHING, Linear

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.model.model import Model
    from solver.model.weighing import Weighing
    from solver.placement import Placement
    from solver.rules.selection import Selected

MAX_SCORE = 100
"""The best score of a node before weighting."""

Codes = NDArray[np.unsignedinteger[Any]]
"""One reason code per node; 0 passes. What a code means is the filter's own; bytes do where there are few."""


class Reach(IntEnum):
    """Which nodes' values a bind can change: none, those of the node itself, or any."""

    NOTHING = 0
    NODE = 1
    CLUSTER = 2


@dataclass(frozen=True, slots=True)
class Rejection:
    """A filter's "no" with its reasons in kube-scheduler's words; ``resolvable``: evictions could help."""

    plugin: str
    reasons: tuple[str, ...]
    resolvable: bool = False

    @property
    def code(self) -> str:
        """As kube-scheduler names it."""
        return "Unschedulable" if self.resolvable else "UnschedulableAndUnresolvable"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Only these nodes, which need not exist, are looked at."""

    nodes: frozenset[str]


class Filter(ABC):
    """One rule's verdicts for one signature, in the state of the moment.

    ``sums_alone``: of the pods on a node it reads nothing but their number and the sums of what they request.
    """

    reach: Reach
    sums_alone: ClassVar[bool] = False

    def begin(self) -> bool:
        """A scheduling cycle of such a pod starts: whether the rule has anything to check for it at all.

        Only where a bind reaches over the cluster may the answer change from cycle to cycle.
        """
        return True

    @abstractmethod
    def codes(self, at: Places) -> Codes:
        """The reason codes of these nodes, 0 where they pass."""

    @abstractmethod
    def rejection(self, code: int, node: int) -> Rejection:
        """What a code other than 0 says of the node; whether it is resolvable depends on the code alone."""

    def reasons(self, codes: Codes, at: Places) -> Counter[str]:
        """How many of these nodes, all of them rejected, give which reason; here: the code alone decides."""
        counts: Counter[str] = Counter()
        for code in map(int, np.unique(codes)):
            alike = at[codes == code]
            counts.update(dict.fromkeys(self.rejection(code, int(alike[0])).reasons, len(alike)))
        return counts

    def resolvable(self, codes: Codes, at: Places) -> Places:
        """Those of these rejected nodes where evictions could help."""
        helped = [
            code for code in map(int, np.unique(codes)) if self.rejection(code, int(at[codes == code][0])).resolvable
        ]
        return at[np.isin(codes, helped)]


class Score(ABC):
    """One rule's points for one signature: integers from 0 to `MAX_SCORE`; ``sums_alone`` as for a `Filter`."""

    reach: Reach
    sums_alone: ClassVar[bool] = False

    def begin(self) -> bool:
        """The feasible nodes are known: whether the rule scores such a pod at all."""
        return True

    @abstractmethod
    def points(self, feasible: Places) -> Column:
        """The points of the feasible nodes, normalised among them where the plugin normalises."""

    def raw(self, feasible: Places) -> Column:
        """The points before normalisation; most plugins do not normalise."""
        return self.points(feasible)

    @property
    def constant(self) -> int | None:
        """The points when they are the same for every node, whichever are feasible."""
        return None


class Rule:
    """One plugin; by default it reads nothing, filters nothing and scores nothing.

    ``signature`` is all that filter and penalty read of a pod, apart from its labels; ``selections`` are the questions
    about labels that the pod puts to others (which of all the questions of a cluster select the pod belongs to its
    class). ``score_signature`` and ``score_selections`` are what only the score reads. ``weight`` is that of the
    default profile.
    """

    name: ClassVar[str]
    weight: ClassVar[int] = 0

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """What the rule reads of a pod; equal signatures are treated alike."""
        return ()

    def selections(self, spec: PodSpec, cluster: Cluster) -> Iterable[Selected]:
        """Which other pods, by namespace and labels, matter to a pod that carries this spec."""
        return ()

    def score_signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """What the score reads beyond the signature."""
        return ()

    def score_selections(self, spec: PodSpec, cluster: Cluster) -> Iterable[Selected]:
        """Which other pods matter to the score alone."""
        return ()

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where the pod may ever go, whatever else is there; None: the rule excludes no node for good."""
        return None

    def most(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """How many equal pods each node would hold if nothing else were there; None: the rule does not limit them."""
        return None

    def weighings(self, cluster: Cluster) -> Iterable[Weighing]:
        """What bounds may know of the rule beside `most`: sums over the pods of a node that are limited."""
        return ()

    def constrain(self, model: Model) -> None:
        """State what holds in every finished placement that has a bind order, as constraints over counts."""

    def penalty_in(self, model: Model) -> Linear:
        """What of the rule's preferences is unmet, in its own unit; at a minimum it equals `penalty`."""
        return NOTHING

    def penalty(self, placement: Placement) -> int:
        """What of the rule's preferences is unmet in a finished placement, recounted."""
        return 0

    def unmet(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """What of `penalty` a pod has on each node, whoever else is there; None: nothing anywhere."""
        return None

    def prefilter(self, spec: PodSpec, state: ClusterState) -> Rejection | Narrowed | None:
        """Reject the pod outright, or narrow the nodes."""
        return None

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """The rule's filter for pods of this signature; None where it has nothing to check."""
        return None

    def score(self, spec: PodSpec, state: ClusterState) -> Score | None:
        """The rule's score for pods of this signature; None where it is skipped."""
        return None


class StaticFilter(Filter):
    """A filter that no bind changes: one column; its codes are places in ``rejections``, from 1."""

    reach = Reach.NOTHING

    def __init__(self, column: Codes, rejections: tuple[Rejection, ...]) -> None:
        self.column = column
        self.rejections = rejections

    def codes(self, at: Places) -> Codes:
        """From the column."""
        return self.column[at]

    def rejection(self, code: int, node: int) -> Rejection:
        """From the list."""
        return self.rejections[code - 1]

    @classmethod
    def passing(cls, mask: Mask, rejection: Rejection) -> StaticFilter:
        """One reason for all nodes outside the mask."""
        return cls((~mask).astype(np.uint8), (rejection,))


class StaticScore(Score):
    """Raw scores that no bind changes, normalised to the highest one that is feasible; ``reverse``: less is better."""

    reach = Reach.CLUSTER

    def __init__(self, raw: Column, *, reverse: bool = False) -> None:
        self.column = raw
        self.reverse = reverse
        self._constant = self._of_equal(int(raw[0])) if len(raw) and (raw == raw[0]).all() else None

    @property
    def constant(self) -> int | None:
        """Where all raw scores are equal, normalisation leaves all or nothing."""
        return self._constant

    def points(self, feasible: Places) -> Column:
        """``100 × raw / highest``, truncated."""
        raw = self.column[feasible]
        highest = int(raw.max(initial=0))
        if highest == 0:
            return np.full(len(raw), MAX_SCORE if self.reverse else 0, dtype=np.int64)
        scaled = MAX_SCORE * raw // highest
        return MAX_SCORE - scaled if self.reverse else scaled

    def raw(self, feasible: Places) -> Column:
        """From the column."""
        return self.column[feasible]

    def _of_equal(self, raw: int) -> int:
        best = MAX_SCORE if raw else 0
        return MAX_SCORE - best if self.reverse else best
