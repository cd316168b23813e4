"""`podsolver conformance`: does the baseline decide as kube-scheduler does?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from solver.cli.exit_codes import ExitCode
from solver.cli.profile import load_profile, profile_option
from solver.errors import InputError

if TYPE_CHECKING:
    from solver.rules.profile import Profile
    from solver.strategies.kube_scheduler.conformance import Agreement
    from solver.strategies.kube_scheduler.recording import Recording


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--first", type=click.IntRange(0), default=10, show_default=True, help="Differences to show in full.")
@profile_option
def conformance(folder: Path, first: int, profile: str | None) -> int:
    """Replay kube-scheduler's recorded decisions and count where ours differ.

    Every NAME.trace.json in DIR and below is compared, attempt by attempt in the recorded state, with the decisions on
    NAME.yaml beside it; either may be .gz. A recording of chosen nodes alone is compared node by node. The exit code is
    1 where anything differs, 2 where a recording cannot be compared: it is named, and the others are.
    """
    from solver.report.text.conformance import conformance_text
    from solver.strategies.kube_scheduler.conformance import Agreement
    from solver.strategies.kube_scheduler.recording import recordings

    configured = load_profile(profile)
    found, total, unread = recordings(folder), Agreement(), list[str]()
    for recording in found:
        try:
            total.add(_replayed(recording, configured))
        except InputError as error:
            unread.append(recording.name)
            click.echo(f"Error: {recording.name}: {error}", err=True)
    click.echo(conformance_text(total, len(found) - len(unread), first))
    if unread:
        raise InputError([f"{name} is not compared" for name in unread])
    return ExitCode.VIOLATIONS if total.differences else ExitCode.ANSWERED


def _replayed(recording: Recording, profile: Profile | None) -> Agreement:
    """The differences of one recording carry its name; what of it is not compared is said on standard error."""
    from solver.scenario import load_scenario
    from solver.strategies.kube_scheduler.conformance import Agreement, conformance
    from solver.strategies.kube_scheduler.recording import read_recording, shortcomings

    record = read_recording(recording.file)
    scenario = load_scenario(recording.input, expand=False)
    for text in shortcomings(record, scenario.cluster):
        click.echo(f"Notice: {recording.name}: {text}", err=True)
    agreement = conformance(scenario.cluster, record, profile or scenario.profile)
    named = [replace(found, where=f"{recording.name}: {found.where}") for found in agreement.differences]
    return Agreement(agreement.compared, named)
