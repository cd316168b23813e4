"""The command that holds cpsat against brute force: what it prints, keeps, and returns."""

from __future__ import annotations

import pytest

from benchmarks import brute_force
from tests.brute_force.agreement import Found, Verdict

SMALL = ("--seeds", "0:2", "--mixtures", "room", "between pods")


@pytest.fixture
def keep(tmp_path):
    return ("--keep", str(tmp_path / "kept"))


def test_a_few_seeds_agree(keep, capsys, tmp_path):
    assert brute_force.main([*SMALL, *keep]) == 0
    told = capsys.readouterr()
    assert "| room | 8 | 0 | 0 | 0 |" in told.out
    assert "| all | 16 | 0 | 0 | 0 |" in told.out
    assert "| keep | 4 | 0 | 0 | 0 |" in told.out
    assert "| NodeResourcesFit | " in told.out
    assert "seed 1 of 1: 16 agreed" in told.err
    assert not (tmp_path / "kept").exists()


def test_a_disagreement_is_kept_and_fails_the_run(keep, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(brute_force, "judged", lambda *asked: Verdict(Found.DISAGREES, "one pod more fits"))
    assert brute_force.main([*SMALL, *keep]) == 1
    told = capsys.readouterr()
    assert "| all | 0 | 0 | 16 | 0 |" in told.out
    assert "one pod more fits" in told.err
    file = tmp_path / "kept" / "room-1-evictable.json"
    assert brute_force.main(["--files", str(file)]) == 1
    assert "one pod more fits" in capsys.readouterr().out
    monkeypatch.undo()
    assert brute_force.main(["--files", str(file)]) == 0
    assert capsys.readouterr().out.count("agreed") == len(brute_force.DOORS)


def test_an_interrupted_run_says_where_to_go_on(keep, capsys, monkeypatch):
    def judged(raw, policy, door, binds):
        if raw[0]["metadata"]["name"] == "between pods 1":
            raise KeyboardInterrupt
        return Verdict(Found.AGREED)

    monkeypatch.setattr(brute_force, "judged", judged)
    assert brute_force.main([*SMALL, *keep]) == 130
    assert "Interrupted; go on with --seeds 1:2" in capsys.readouterr().out
