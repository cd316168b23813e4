from __future__ import annotations

import io
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from solver.cli import main
from solver.cli.failures import exit_code_of
from solver.errors import InputError, OptionError, VerificationError


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (InputError(["a.yaml: spec.replicas: -1"]), 2, "1 problem in the input:\n  * a.yaml: spec.replicas: -1"),
        (OptionError("no strategy is named 'x'"), 2, "Error: no strategy is named 'x'"),
        (VerificationError(["n0 is overfull"]), 3, "n0 is overfull\nThis is a defect of podsolver, not of the input"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (click.exceptions.Abort(), 130, "Interrupted"),
        (click.UsageError("what?"), 2, "Error: what?"),
        (MemoryError(), 70, "out of memory"),
        (ZeroDivisionError("division by zero"), 70, "ZeroDivisionError: division by zero"),
        (click.exceptions.Exit(0), 0, ""),
        (SystemExit(2), 2, ""),
        (SystemExit("odd"), 70, ""),
    ],
)
def test_every_failure_has_its_exit_code_and_its_words(error, code, told, capsys):
    assert exit_code_of(error) == code
    err = capsys.readouterr().err
    assert told in err
    assert bool(err) == bool(told)


def test_a_traceback_is_shown_only_to_those_who_ask(monkeypatch, capsys):
    monkeypatch.setattr("solver.scenario.load_scenario", lambda *names: 1 / 0)
    assert main(["inspect", "x"]) == 70
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "PODSOLVER_TRACEBACK=1" in told
    monkeypatch.setenv("PODSOLVER_TRACEBACK", "1")
    assert main(["inspect", "x"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_an_answer_that_failed_verification_is_exit_code_3(monkeypatch, capsys, tmp_path):
    (tmp_path / "n.yaml").write_text("apiVersion: v1\nkind: Node\nmetadata: {name: worker}\n")
    monkeypatch.setattr(import_module("solver.run.stages"), "verify", lambda *answer: ("n is overfull",))
    assert main(["solve", str(tmp_path), "--strategy", "best-fit", "-o", str(tmp_path / "r.json")]) == 3
    told = capsys.readouterr()
    assert "n is overfull" in told.err
    assert told.out == ""
    assert not (tmp_path / "r.json").exists()


def test_a_closed_pipe_is_no_failure(monkeypatch, tmp_path):
    with (tmp_path / "out").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        assert exit_code_of(BrokenPipeError()) == 0


def test_a_failure_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    from solver.cli import output

    target = tmp_path / "result.json"
    output.write(target, "old")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OptionError, match="No space left on device"):
        output.write(target, b"new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_standard_input_is_read(monkeypatch, capsys):
    class Stdin:
        buffer = io.BytesIO(b"apiVersion: v1\nkind: Node\nmetadata: {name: from-a-pipe}\n")

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert main(["inspect", "-"]) == 0
    assert "from-a-pipe" in capsys.readouterr().out


def test_a_full_disk_is_said_in_words():
    code = "import sys; from solver.cli import main; sys.argv = ['podsolver', '--version']; sys.exit(main())"
    with Path("/dev/full").open("w") as full:
        told = subprocess.run([sys.executable, "-c", code], check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert told.returncode == 2
    assert told.stderr == "Error: the system does not let us: No space left on device\n"


def test_a_closed_standard_output_is_no_failure(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["--version"]) == 0
