"""kube-scheduler, decision for decision: the vectorised rules and the naive oracle over thousands of sampled decisions.

Verdict, code and reasons on every node, raw and weighted scores of every plugin, best nodes, messages, victims of every
candidate, nominations, volumes, and who has which GPU devices in the end: a decision agrees when all of it does.
"""

from __future__ import annotations

import copy
import os

import pytest

from tests.properties.decisions import MIXTURES, by_oracle, decided, differences, objects_of

SEEDS = range(int(os.environ.get("PODSOLVER_DECISION_SEEDS", "90")))
"""As many clusters of each mixture; more are a matter of patience."""


@pytest.mark.parametrize("mixture", MIXTURES)
def test_every_decision_is_the_oracles(mixture):
    decisions = 0
    for seed in SEEDS:
        objects = objects_of(seed, mixture)
        theirs = by_oracle(objects)
        assert differences(decided(objects), theirs) == [], seed
        decisions += len(theirs)
    assert decisions > 2 * len(SEEDS)


def test_the_samples_hold_what_is_to_be_compared():
    """Each outcome and each plugin's verdict and score occurs, and not only once."""
    records = [record for mixture in MIXTURES for seed in range(40) for record in by_oracle(objects_of(seed, mixture))]
    verdicts = [said for record in records for said in (record.get("filter") or {}).values() if said]
    rejecting = {said["plugin"] for said in verdicts} | {
        record["prefilter"]["rejected"]["plugin"] for record in records if "rejected" in record.get("prefilter", {})
    }
    assert rejecting >= {
        "",
        "NodeUnschedulable",
        "TaintToleration",
        "NodeAffinity",
        "NodePorts",
        "NodeResourcesFit",
        "VolumeRestrictions",
        "NodeVolumeLimits",
        "VolumeBinding",
        "VolumeZone",
        "PodTopologySpread",
        "InterPodAffinity",
        "GpuSharing",
    }
    assert len({plugin for record in records for plugin in record.get("raw", {})}) == 7
    assert sum(record["attempt"] == 2 for record in records) > 20
    assert any((record.get("preemption") or {}).get("tied") for record in records)
    assert sum(bool(record.get("devices")) for record in records) > 20
    assert any("nominatedFits" in record for record in records)
    assert {volume["how"] for record in records for volume in record.get("volumes", ())} == {"static", "provisioned"}


def test_a_decision_that_differs_is_found():
    theirs = by_oracle(objects_of(0, "crowded"))
    ours = copy.deepcopy(theirs)
    ours[0]["best"] = ["elsewhere"]
    assert [found[2] for found in differences(ours, theirs)] == ["best"]
    assert differences(ours[1:], theirs)[0][0] == "attempts"
