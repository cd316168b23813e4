"""A pod that comes and leaves again leaves no trace: not in the live state, not in a filter, not in the replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers

from solver.cluster.state import ClusterState
from solver.rules import RULES
from solver.verify.replay import Replay
from tests.properties.voices import loaded
from tests.sampling import RULES as SAMPLED
from tests.sampling import Knobs, sample

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster

KNOBS = Knobs(density=0.5, rules=SAMPLED - {"volumes"})
"""Without claims: what a bind does to those stays."""


def verdicts(cluster: Cluster, state: ClusterState) -> list[list[int]]:
    """Every rule's codes for every pending pod."""
    made = [rule.filter(pod.spec, state) for pod in cluster.pending for rule in RULES]
    return [list(each.codes(state.everywhere)) for each in made if each is not None and each.begin()]


@given(seed=integers(0, 2**32 - 1))
def test_unbind_undoes_bind_in_the_live_state(seed):
    cluster = loaded(sample(seed, KNOBS))
    state = ClusterState(cluster)
    before = verdicts(cluster, state)
    columns = [column.copy() for column in (state.requested, state.occupied, state.pod_count)]
    for place, pod in enumerate(cluster.pending):
        state.bind(pod, place % len(state.nodes))
    for pod in cluster.pending:
        state.unbind(pod)
    assert verdicts(cluster, state) == before
    for column, kept in zip((state.requested, state.occupied, state.pod_count), columns, strict=True):
        assert np.array_equal(column, kept)


@given(seed=integers(0, 2**32 - 1))
def test_an_eviction_undoes_a_bind_in_the_replay(seed):
    cluster = loaded(sample(seed, KNOBS))
    replay = Replay(cluster, cluster.pods)

    def objections() -> list[tuple[str, str] | None]:
        return [replay.objection(pod, node) for pod in cluster.pending for node in cluster.nodes]

    before, standing = objections(), dict(replay.node_of)
    for place, pod in enumerate(cluster.pending):
        replay.bind(pod, cluster.nodes[place % len(cluster.nodes)])
    for pod in cluster.pending:
        replay.evict(pod)
    assert objections() == before
    assert replay.node_of == standing
