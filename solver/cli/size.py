"""`podsolver size`: which machines, how many, at what price and what risk."""

from __future__ import annotations

import shlex
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from solver.cli import output
from solver.cli.exit_codes import ExitCode
from solver.cli.interrupt import Interrupt
from solver.cli.options import inputs, load
from solver.cli.progress import ProgressLine, shown
from solver.cli.size_options import size_options

if TYPE_CHECKING:
    from pathlib import Path

    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch
    from solver.studies.node_sizes import NodeSizes


@click.command()
@inputs
@size_options
@click.option("-o", "--output", "target", metavar="DIR", help="Write result, tables, pictures and report.html there.")
def size(inputs: tuple[str, ...], target: str | None, **options: Any) -> int:
    """Find the least-cost mix of machines for the workloads, with a proof, its risk and what stands beside it.

    Nodes in the input are left out: the pods of a running cluster are taken as new pods, DaemonSets run on every
    machine that they would. Prices are USD per hour.
    """
    folder = None if target is None else output.folder(target)
    study, interrupted = _study(load(inputs), options)
    if folder is not None:
        _write(folder, study)
    _print(study, folder)
    return ExitCode.INTERRUPTED if interrupted else ExitCode.ANSWERED


def _study(scenario: Scenario, options: dict[str, Any]) -> tuple[NodeSizes, bool]:
    """The study, and whether it was interrupted: searches then end early, and what was found is written."""
    from dataclasses import replace

    from solver.cli.size_request import request_of
    from solver.strategies.strategy import Watch
    from solver.studies.node_sizes import size

    request = request_of(options)
    line, interrupt = ProgressLine(), Interrupt()

    def started(watch: Watch) -> None:
        interrupt.follow(watch)
        line.started("size", watch)

    with interrupt, shown(line):
        started(Watch(time.perf_counter() + request.time_limit_s))
        asked = replace(request, listener=line.heard, started=started, stopped=lambda: interrupt.asked)
        study = size(scenario, asked)
    return study, interrupt.asked


def _write(folder: Path, study: NodeSizes) -> None:
    from solver.report.node_sizes.files import study_files

    for name, content in study_files(study, shlex.join(["podsolver", *sys.argv[1:]])):
        output.write(folder / name, content)


def _print(study: NodeSizes, folder: Path | None) -> None:
    from solver.report.node_sizes.text import print_study
    from solver.report.text.console import console

    for notice in study.notices:
        click.echo(f"Notice: {notice}", err=True)
    print_study(console(), study)
    if folder is not None:
        click.echo(f"Report: {folder / 'report.html'}")
