"""`podsolver inspect`: the scenario as understood."""

from __future__ import annotations

import json

import click

from solver.cli.exit_codes import ExitCode
from solver.cli.options import inputs, load


@click.command()
@inputs
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def inspect(inputs: tuple[str, ...], as_json: bool) -> int:
    """Show the scenario as understood: nodes, use, workloads, rules in play, and what was left out or assumed."""
    from solver.report.inspection import inspection
    from solver.report.text.inspection import inspection_text

    facts = inspection(load(inputs, say_notices=as_json))
    click.echo(json.dumps(facts, indent=2) if as_json else inspection_text(facts))
    return ExitCode.ANSWERED
