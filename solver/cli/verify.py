"""`podsolver verify`: is this result right?"""

from __future__ import annotations

import click

from solver.cli.exit_codes import ExitCode
from solver.cli.options import load


@click.command()
@click.argument("inputs", metavar="INPUT... RESULT.json", nargs=-1, required=True)
def verify(inputs: tuple[str, ...]) -> int:
    """List what is wrong with a result: replay its steps, recount its placement, check what it says of itself."""
    if len(inputs) < 2:
        raise click.UsageError("Give the inputs of the scenario, and the result last.")
    from solver.report.result_file.claims import contradictions
    from solver.report.result_file.read import read_result
    from solver.report.wording import counted
    from solver.verify import verify as verified

    scenario = load(inputs[:-1])
    claim = read_result(inputs[-1], scenario.cluster)
    found = [str(violation) for violation in verified(claim.placement, claim.steps, scenario.question)]
    found += contradictions(claim, scenario.question)
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
