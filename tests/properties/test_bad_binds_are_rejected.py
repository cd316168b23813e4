"""One bind of a good plan is sent to a node that the oracle forbids at that moment: the judge names that very step."""

from __future__ import annotations

from random import Random

from hypothesis import assume, given
from hypothesis.strategies import integers

from solver.objectives.question import Question
from solver.placement import Bind, Placement, initial
from solver.verify import verify
from tests.properties.voices import Voices
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 6), pods=(4, 12), density=0.4)


@given(seed=integers(0, 2**32 - 1))
def test_a_forbidden_bind_is_named(seed):
    voices, dice = Voices(sample(seed, KNOBS)), Random(seed)
    good: list[Bind] = []
    bad: list[tuple[int, Bind]] = []
    for pod in voices.cluster.pending:
        allowed = set.intersection(*voices.by_oracle(pod).values())
        forbidden = sorted(voices.names - allowed)
        bad += [(len(good), Bind(pod, voices.cluster.node_named[node])) for node in forbidden]
        if allowed:
            good.append(Bind(pod, voices.cluster.node_named[dice.choice(sorted(allowed))]))
            voices.bind(pod, good[-1].node.name)
    assume(bad)
    place, forbidden_bind = dice.choice(bad)
    steps = (*good[:place], forbidden_bind)
    where = dict(initial(voices.cluster).node_of) | {step.pod: step.node for step in steps}
    placement = Placement(voices.cluster, where)
    found = verify(placement, steps, Question())
    assert any(violation.text.startswith(f"Step {len(steps)} binds {forbidden_bind.pod.key}") for violation in found)
    lawful = {step.pod for step in steps[:-1]}
    assert not any(violation.pod in lawful and "Step" in violation.text for violation in found)
