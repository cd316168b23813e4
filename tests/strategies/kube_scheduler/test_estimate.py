"""What a pool's next nodes would take, asked again and again of the same estimate."""

from __future__ import annotations

from random import Random

from solver.placement import initial
from solver.rules.profile import Profile
from solver.scenario import load_scenario
from solver.strategies.kube_scheduler.estimate import Estimate
from tests.sampling import growing, sample, written
from tests.sampling.making import Knobs

ROOMY = Knobs(nodes=(0, 3), pods=(8, 20), density=0.2, bound=0.2)


def test_an_estimate_that_was_asked_before_says_what_a_new_one_does(tmp_path):
    """Whatever the pods carry: ports, devices, volumes, spreading, (anti-)affinity; DaemonSets beside them."""
    placed = sum(asked_again(seed, tmp_path) for seed in range(40))
    assert placed > 200


def asked_again(seed, folder):
    cluster = load_scenario(written([*sample(seed, ROOMY), *growing(seed)], folder)).cluster
    dice, placement = Random(seed), initial(cluster)
    (pool,) = cluster.pools
    fresh = [pool.node(zone, rank) for rank in range(2) for zone in range(len(pool.templates))]
    known, placed = Estimate(placement, fresh, Profile()), 0
    for _ in range(4):
        pods = [pod for pod in cluster.pending if pod.movable and dice.random() < 0.7]
        found = known.first_fit(pods)
        assert found == Estimate(placement, fresh, Profile()).first_fit(pods), seed
        assert set(found.values()) <= {node.name for node in fresh}
        placed += len(found)
    return placed
