"""Parts that cannot be had together, found by dropping."""

from __future__ import annotations

from random import Random

import pytest

from solver.strategies.cpsat.conflict import conflicting


class Asked:
    """Impossible is whatever holds one of the conflicts; what is possible is met with as much else as can be."""

    def __init__(self, parts, conflicts):
        self.parts, self.conflicts = parts, conflicts
        self.questions = []

    def impossible(self, some):
        return any(conflict <= set(some) for conflict in self.conflicts)

    def missed(self, some):
        self.questions.append(frozenset(some))
        if self.impossible(some):
            return None
        met = list(some)
        for part in self.parts:
            if part not in met and not self.impossible([*met, part]):
                met.append(part)
        return set(self.parts) - set(met)


def dropped_one_by_one(parts, impossible):
    """In halves, as `conflicting` does, but asking everything."""
    kept, size, questions = list(parts), len(parts), 0
    while size:
        place = 0
        while place < len(kept):
            rest = kept[:place] + kept[place + size :]
            questions += 1
            if impossible(rest):
                kept = rest
            else:
                place += size
        size //= 2
    return tuple(kept), questions


@pytest.mark.parametrize("seed", range(200))
def test_the_same_is_kept_with_fewer_questions(seed):
    dice = Random(seed)
    parts = list(range(dice.randint(1, 24)))
    conflicts = [set(dice.sample(parts, dice.randint(1, min(6, len(parts))))) for _ in range(dice.randint(1, 4))]
    asked = Asked(parts, conflicts)
    kept, questions = dropped_one_by_one(parts, asked.impossible)
    assert conflicting(parts, asked.missed) == kept
    assert len(asked.questions) == len(set(asked.questions)) <= questions
    assert set(kept) in conflicts


def test_what_cannot_be_told_is_kept():
    """Of three parts, nobody knows whether the first could be left out."""
    parts = ("unsure", "needed", "idle")

    def missed(some):
        return None if {"unsure", "needed"} <= set(some) else set(parts).difference(some)

    assert conflicting(parts, missed) == ("unsure", "needed")
