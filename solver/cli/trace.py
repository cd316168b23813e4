"""`podsolver trace`: kube-scheduler's decisions, written down one by one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from solver.cli import output
from solver.cli.exit_codes import ExitCode
from solver.cli.options import inputs, load
from solver.cli.profile import load_profile, profile_option, with_profile

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.scenario import Scenario
    from solver.strategies.kube_scheduler.trace import Record


@click.command()
@inputs
@click.option(
    "--follow",
    "recorded",
    metavar="RECORDED",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="After each decision go on as this recording did: its binds, evictions, nominations and volumes.",
)
@click.option("--expand", is_flag=True, help="Let workloads make their pods; otherwise only the listed pods are there.")
@profile_option
@click.option("-o", "--output", "target", metavar="FILE", required=True, help="Write the decisions there (.json).")
def trace(inputs: tuple[str, ...], recorded: Path | None, expand: bool, profile: str | None, target: str) -> int:
    """Write down every decision of kube-scheduler: verdicts, scores, best nodes, messages, preemption.

    The pods are those that the inputs list, the nodes those that are there from the start; an input without storage
    objects has no storage. The format is that of recordings of kube-scheduler itself, which `conformance` compares.
    """
    from solver.strategies.kube_scheduler.trace_text import trace_text

    path = output.file(target, (".json",))
    configured = load_profile(profile)
    scenario = with_profile(load(inputs, expand=expand), configured)
    _say_if_nothing_is_listed(scenario.cluster)
    record = _decisions(scenario, recorded)
    output.write(path, trace_text(record))
    return ExitCode.ANSWERED


def _decisions(scenario: Scenario, recorded: Path | None) -> Record:
    from solver.strategies.kube_scheduler.conformance import as_recorded, followed
    from solver.strategies.kube_scheduler.recording import read_recording, shortcomings
    from solver.strategies.kube_scheduler.trace import trace

    cluster = as_recorded(scenario.cluster)
    if recorded is None:
        return trace(cluster, scenario.profile)
    record = read_recording(recorded)
    for text in shortcomings(record, cluster):
        click.echo(f"Notice: {recorded}: {text}", err=True)
    return followed(cluster, record, scenario.profile)


def _say_if_nothing_is_listed(cluster: Cluster) -> None:
    if not cluster.queue and cluster.controllers:
        click.echo("Notice: no pending pod is listed; with --expand, workloads make the pods that they want", err=True)
