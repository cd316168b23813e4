"""`podsolver solve`: one strategy's placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from solver.cli import output
from solver.cli.exit_codes import ExitCode
from solver.cli.interrupt import Interrupt
from solver.cli.options import inputs, load, search_options
from solver.cli.profile import load_profile, profile_option, with_profile
from solver.cli.progress import ProgressLine, shown

if TYPE_CHECKING:
    from pathlib import Path

    from solver.cli.options import Options
    from solver.result import Result
    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch

YAML = (".yaml", ".yml")
JSON = (".json",)


@click.command()
@inputs
@click.option("--strategy", default="cpsat", show_default=True, help="Who places the pods: cpsat, kube-scheduler, ...")
@search_options
@profile_option
@click.option(
    "-o", "--output", "target", metavar="FILE", help="Write the pods with nodeName (.yaml) or the result (.json)."
)
def solve(inputs: tuple[str, ...], strategy: str, target: str | None, profile: str | None, **options: object) -> int:
    """Place the pods, and say why those that stay pending do."""
    from solver.result import Limit
    from solver.run.registry import check_strategy

    path = None if target is None else output.file(target, (*YAML, *JSON))
    check_strategy(strategy)
    configured = load_profile(profile, strategy)
    result = _run(with_profile(load(inputs), configured), strategy, options)
    if path is not None:
        _write(path, result)
    _print(result)
    return ExitCode.INTERRUPTED if result.limit is Limit.INTERRUPT else ExitCode.ANSWERED


def _run(scenario: Scenario, strategy: str, options: Options) -> Result:
    from solver.run import run

    line, interrupt = ProgressLine(), Interrupt()

    def started(watch: Watch) -> None:
        interrupt.follow(watch)
        line.started(strategy, watch)

    with interrupt, shown(line):
        return run(scenario, strategy, listener=line.heard, started=started, **options)


def _write(path: Path, result: Result) -> None:
    from solver.report.placement_file import placement_yaml
    from solver.report.result_file import result_text

    output.write(path, result_text(result) if path.name.lower().endswith(JSON) else placement_yaml(result))


def _print(result: Result) -> None:
    from solver.report.text.levels import levels_text, summary
    from solver.report.text.placement import pending_text, placement_text

    parts = (placement_text(result), pending_text(result), levels_text(result), summary(result))
    click.echo("\n\n".join(part for part in parts if part))
