"""`podsolver verify`: is this result right?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from solver.cli.exit_codes import ExitCode
from solver.cli.options import load
from solver.cli.profile import load_profile, profile_option

if TYPE_CHECKING:
    from solver.report.result_file.read import Claim
    from solver.rules.profile import Profile
    from solver.scenario import Scenario


@click.command()
@click.argument("inputs", metavar="INPUT... RESULT.json", nargs=-1, required=True)
@click.option(
    "--pools",
    metavar="FILE",
    help="The pools.yaml of a report of `podsolver size`: its pools in place of the inputs' own nodes and pools.",
)
@profile_option
def verify(inputs: tuple[str, ...], pools: str | None, profile: str | None) -> int:
    """List what is wrong with a result: replay its steps, recount its placement, check what it says of itself."""
    if len(inputs) < 2:
        raise click.UsageError("Give the inputs of the scenario, and the result last.")
    from solver.report.result_file.read import read_result
    from solver.report.wording import counted

    scenario = load(inputs[:-1])
    if pools is not None:
        scenario = _sized(scenario, load((pools,)))
    claim = read_result(inputs[-1], scenario.cluster)
    found = _violations(claim, scenario, load_profile(profile) or scenario.profile)
    for violation in found:
        click.echo(violation)
    if found:
        click.echo(f"{counted(len(found), 'violation')}.", err=True)
        return ExitCode.VIOLATIONS
    placement = claim.placement
    click.echo(
        f"No violation: {counted(len(placement.node_of), 'pod')} on {counted(len(placement.used), 'used node')}."
    )
    return ExitCode.ANSWERED


def _sized(scenario: Scenario, sizes: Scenario) -> Scenario:
    """The workloads of the scenario as new pods, on nodes of the pools that were found for them."""
    from solver.studies.node_sizes.workloads import without_nodes

    cluster = replace(without_nodes(scenario.cluster), pools=sizes.cluster.pools)
    return replace(scenario, cluster=cluster, question=sizes.question)


def _violations(claim: Claim, scenario: Scenario, profile: Profile | None) -> tuple[str, ...]:
    """What is wrong; a result that speaks of pods and nodes which the scenario does not have cannot be recounted.

    Rules that the profile turns off are waived for kube-scheduler, which alone heeds one.
    """
    from solver.report.result_file.claims import contradictions
    from solver.report.result_file.statements import statements
    from solver.run.profiles import configured
    from solver.run.registry import BASELINE
    from solver.verify import verify as verified

    against_itself = statements(claim.document, scenario.name if scenario.is_named else None)
    if claim.strangers:
        return (*claim.strangers, *claim.differences, *against_itself)
    heeds = configured(claim.document.strategy)[0] == BASELINE
    waived = profile.waived if profile and heeds else ()
    violations = verified(claim.placement, claim.steps, scenario.question, waived)
    return (*map(str, violations), *contradictions(claim, scenario.question), *against_itself)
