"""The baseline's scores are the oracle's, point for point, wherever a pod finds feasible nodes."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from tests.oracle.scores import nodes_named, scores
from tests.properties.voices import Voices
from tests.sampling import Knobs, sample

MIXTURES = {
    "everything": Knobs(nodes=(2, 8), pods=(4, 12), bound=0.5),
    "preferences": Knobs(
        nodes=(3, 9),
        pods=(6, 14),
        rules=frozenset({"preferences", "taints", "spread", "affinity", "anti_affinity"}),
        density=0.5,
        bound=0.5,
    ),
}


@pytest.mark.parametrize("mixture", MIXTURES)
@given(seed=integers(0, 2**32 - 1))
def test_scores_are_the_oracles(mixture, seed):
    voices, dice = Voices(sample(seed, MIXTURES[mixture])), Random(seed)
    for pod in voices.cluster.pending:
        feasible = voices.feasible(pod)
        if not feasible:
            continue
        naive = scores(voices.objects, voices.bound, voices.raw[pod.key], nodes_named(voices.objects, feasible))
        state, standing = voices.scheduler.state, voices.scheduler.standing(pod)
        places = np.array(sorted(state.place[node] for node in feasible), dtype=np.intp)
        names = [state.nodes[place].name for place in places]
        told = {
            plugin: dict(zip(names, map(int, column), strict=True))
            for plugin, column in standing.scores_of(places).items()
        }
        assert told == naive, pod
        voices.bind(pod, dice.choice(sorted(feasible)))
