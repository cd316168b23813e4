"""Ctrl-C and the live line."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction

import pytest

from solver.cli import main
from solver.cli.interrupt import Interrupt
from solver.cli.progress import ProgressLine
from solver.objectives.question import Level, ObjectiveName
from solver.placement import initial
from solver.result import Answer, Progress
from solver.run.registry import STRATEGIES
from solver.strategies.strategy import Watch

NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: worker}\nstatus: {allocatable: {cpu: 1, memory: 1Gi, pods: 9}}\n"


def watch():
    return Watch(deadline=time.perf_counter() + 60)


def test_the_first_interrupt_goes_to_the_run_and_the_second_to_everything():
    following = watch()
    with Interrupt() as interrupt:
        interrupt.follow(following)
        signal.raise_signal(signal.SIGINT)
        assert following.interrupted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_an_interrupt_before_the_first_run_ends_everything():
    with Interrupt(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_between_two_runs_is_meant_for_the_next():
    with Interrupt() as interrupt:
        interrupt.follow(watch())
        signal.raise_signal(signal.SIGINT)
        following = watch()
        interrupt.follow(following)
        assert following.interrupted


def test_afterwards_an_interrupt_is_what_it_was():
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_in_a_thread_of_its_own_a_command_runs_without_handling_interrupts():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def entered():
        with Interrupt():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=entered)
    thread.start()
    thread.join()
    assert seen == [before]


class Patient:
    """Searches until somebody interrupts it, which it sees to itself."""

    name = "best-fit"

    def solve(self, cluster, question, options, watch):
        signal.raise_signal(signal.SIGINT)
        return Answer(initial(cluster), (), limit=watch.limit)


@pytest.fixture
def node(tmp_path):
    path = tmp_path / "node.yaml"
    path.write_text(NODE)
    return str(path)


def test_an_interrupted_solve_writes_its_file_first(monkeypatch, node, tmp_path, capsys):
    monkeypatch.setitem(STRATEGIES, "best-fit", Patient)
    target = tmp_path / "result.json"
    assert main(["solve", node, "--strategy", "best-fit", "-o", str(target)]) == 130
    assert '"limit": "interrupt"' in target.read_text()
    assert "interrupted" in capsys.readouterr().out


def test_an_interrupted_compare_reports_what_it_has(monkeypatch, node, tmp_path, capsys):
    monkeypatch.setitem(STRATEGIES, "best-fit", Patient)
    names = "first-fit-decreasing,best-fit,cpsat"
    assert main(["compare", node, "--strategies", names, "-o", str(tmp_path / "out")]) == 130
    told = capsys.readouterr()
    assert "Interrupted before cpsat." in told.err
    assert (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "result-best-fit.json").exists()


def test_the_line_has_strategy_incumbent_bound_gap_and_time_left():
    line = ProgressLine()
    assert line.text() == ""
    following = watch()
    line.started("cpsat", following)
    assert line.text() == "cpsat  60 s left"
    level = Level(ObjectiveName.COST)
    line.heard(Progress(0.5, level, Fraction(12), None))
    assert line.text() == "cpsat  cost: 12  60 s left"
    line.heard(Progress(0.5, level, Fraction(12), Fraction(9)))
    assert line.text() == "cpsat  cost: 12, bound 9, gap 25.0 %  60 s left"
    line.heard(Progress(0.5, level, Fraction(0), Fraction(0)))
    assert line.text() == "cpsat  cost: 0, bound 0, gap 0 %  60 s left"
    following.interrupted = True
    assert line.text().endswith("  stopping")
    assert str(line.__rich__()) == line.text()


def test_the_line_is_about_the_first_level_that_may_become_better():
    line = ProgressLine()
    line.started("cpsat", watch())
    pending, cost, preferences = (
        Level(ObjectiveName.PENDING, 0),
        Level(ObjectiveName.COST),
        Level(ObjectiveName.PREFERENCES),
    )
    for level, value in ((pending, 0), (cost, 12), (preferences, 5)):
        line.heard(Progress(0.1, level, Fraction(value), None))
    assert line.text() == "cpsat  cost: 12  60 s left"
    line.heard(Progress(0.2, cost, Fraction(11), Fraction(11)))
    assert line.text() == "cpsat  preferences: 5  60 s left"
    line.heard(Progress(0.2, preferences, Fraction(5), Fraction(5)))
    assert line.text() == "cpsat  preferences: 5, bound 5, gap 0 %  60 s left"


def on_a_terminal(*arguments):
    """Standard error on a terminal, standard output in a pipe."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "solver", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm"})
    os.close(theirs)
    out, _ = process.communicate(timeout=60)
    try:
        told = os.read(ours, 65536)
    except OSError:
        told = b""
    os.close(ours)
    return process.returncode, out.decode(), told.decode()


def test_a_terminal_sees_the_line_and_the_output_stays_clean(node):
    code, out, told = on_a_terminal("solve", node, "--strategy", "best-fit")
    assert code == 0
    assert "best-fit" in told
    assert "s left" in told
    assert "\x1b" not in out


def test_a_pipe_sees_nothing_of_it(node):
    command = [sys.executable, "-m", "solver", "solve", node, "--strategy", "best-fit"]
    told = subprocess.run(command, capture_output=True, check=True)
    assert told.stderr == b""


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from solver.cli import main; main(['--help']);"
        "print([name for name in ('numpy', 'pandas', 'ortools', 'matplotlib', 'yaml', 'rich') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("module", ["click", "solver.cli.solve", "solver.scenario", "solver.strategies.greedy"])
def test_an_interrupt_during_imports_is_exit_code_130_without_a_traceback(module, tmp_path):
    (tmp_path / "node.yaml").write_text(NODE)
    # Text that is executed and interrupted, as in the making of a dataclass, leaves its mark on the interpreter.
    code = f"""
import sys
from importlib.abc import MetaPathFinder

class Interrupted(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            exec("raise KeyboardInterrupt")

sys.meta_path.insert(0, Interrupted())
sys.argv = ["podsolver", "solve", {str(tmp_path / "node.yaml")!r}, "--strategy", "best-fit"]
from solver.cli import main
sys.exit(main())
"""
    told = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr.strip()) == (130, "Interrupted before there was an answer.")


def test_once_the_exit_code_is_decided_an_interrupt_changes_nothing():
    code = (
        "import atexit, signal, sys; from solver.cli import main; "
        "atexit.register(signal.raise_signal, signal.SIGINT); sys.argv = ['podsolver', '--version']; sys.exit(main())"
    )
    told = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
