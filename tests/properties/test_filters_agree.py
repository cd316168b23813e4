"""Rules, replay and oracle say the same of every node at every moment of a sampled run."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from tests.properties.voices import Voices
from tests.sampling import RULES, Knobs, sample

MIXTURES = {
    "everything": Knobs(),
    "everything, densely": Knobs(density=0.6),
    "between pods": Knobs(pods=(6, 12), rules=frozenset({"affinity", "anti_affinity"}), density=0.6),
    "spreading": Knobs(nodes=(3, 8), pods=(6, 12), rules=frozenset({"spread", "node_affinity", "taints"}), density=0.6),
    "storage": Knobs(pods=(4, 10), rules=frozenset({"volumes", "disks"}), density=0.7),
    "devices": Knobs(pods=(6, 14), rules=frozenset({"gpus", "taints"}), density=0.8),
    "room": Knobs(pods=(6, 14), rules=RULES - {"spread", "affinity", "anti_affinity", "volumes", "disks"}),
}


@pytest.mark.parametrize("mixture", MIXTURES)
@given(seed=integers(0, 2**32 - 1))
def test_three_readings_agree_on_every_node_and_rule(mixture, seed):
    voices, dice = Voices(sample(seed, MIXTURES[mixture])), Random(seed)
    waiting = list(voices.cluster.pending)
    dice.shuffle(waiting)
    for pod in waiting:
        naive = voices.by_oracle(pod)
        assert voices.by_replay(pod) == naive, pod
        assert voices.by_rules(pod) == naive, pod
        feasible = set.intersection(*naive.values())
        assert voices.feasible(pod) == feasible, pod
        if feasible:
            voices.bind(pod, dice.choice(sorted(feasible)))
        if voices.bound and dice.random() < 0.2:
            voices.evict(dice.choice([each for each in voices.cluster.pods if each.key in voices.bound]))
