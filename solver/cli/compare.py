"""`podsolver compare`: several strategies on one scenario."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import click

from solver.cli import output
from solver.cli.exit_codes import ExitCode
from solver.cli.interrupt import Interrupt
from solver.cli.options import inputs, load, search_options
from solver.cli.profile import load_profile, profile_option, with_profile
from solver.cli.progress import ProgressLine, shown
from solver.compare import DEFAULT_STRATEGIES

if TYPE_CHECKING:
    from pathlib import Path

    from solver.cli.options import Options
    from solver.compare.comparison import Comparison
    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch


@click.command()
@inputs
@click.option(
    "--strategies",
    default=",".join(DEFAULT_STRATEGIES),
    show_default=True,
    help="Who places the pods, separated by commas; best-fit and random are there, too, and kube-scheduler:FILE with "
    "the profile of a file.",
)
@search_options
@profile_option
@click.option("-o", "--output", "target", metavar="DIR", help="Write table, results, pictures and report.html there.")
def compare(
    inputs: tuple[str, ...], strategies: str, target: str | None, profile: str | None, **options: object
) -> int:
    """Compare strategies: a sentence, a table, pictures and a report."""
    from solver.compare import check_strategies

    folder = None if target is None else output.folder(target)
    names = [name.strip() for name in strategies.split(",") if name.strip()]
    check_strategies(names)
    configured = load_profile(profile, *names)
    comparison = _compare(with_profile(load(inputs), configured), names, options)
    if folder is not None:
        _write(folder, comparison)
    _print(comparison, folder)
    return ExitCode.INTERRUPTED if _interrupted(comparison) else ExitCode.ANSWERED


def _compare(scenario: Scenario, strategies: list[str], options: Options) -> Comparison:
    from solver.compare import compare

    line, interrupt = ProgressLine(), Interrupt()

    def started(strategy: str, watch: Watch) -> None:
        interrupt.follow(watch)
        line.started(strategy, watch)

    with interrupt, shown(line):
        return compare(scenario, strategies, listener=line.heard, started=started, **options)


def _interrupted(comparison: Comparison) -> bool:
    from solver.result import Limit

    return any(result.limit is Limit.INTERRUPT for result in comparison.results)


def _write(folder: Path, comparison: Comparison) -> None:
    from solver.report.files import comparison_files

    for name, content in comparison_files(comparison, shlex.join(["podsolver", *sys.argv[1:]])):
        output.write(folder / name, content)


def _print(comparison: Comparison, folder: Path | None) -> None:
    from solver.report.text.comparison import print_comparison
    from solver.report.text.console import console

    print_comparison(console(), comparison)
    if comparison.skipped:
        click.echo(f"Interrupted before {', '.join(comparison.skipped)}.", err=True)
    if folder is not None:
        click.echo(f"Report: {folder / 'report.html'}")
