"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from solver.run import DEFAULT_TIME_LIMIT_S

if TYPE_CHECKING:
    from click.decorators import FC

    from solver.scenario import Scenario

inputs = click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)

_SEARCH = (
    click.option(
        "--time-limit",
        "time_limit_s",
        metavar="SECONDS",
        type=float,
        default=DEFAULT_TIME_LIMIT_S,
        show_default=True,
        help="For each strategy, from the loaded scenario to the verified result.",
    ),
    click.option(
        "--work-limit",
        type=float,
        metavar="WORK",
        help="Instead of a time limit: about so many seconds of one core, counted by what is done: a seed gives "
        "the same result on every run.",
    ),
    click.option("--seed", type=int, default=0, show_default=True, help="Of random ties and randomised strategies."),
    click.option("--workers", type=int, metavar="CORES", help="Processor cores to use at most. [default: all]"),
    click.option(
        "--ties",
        type=click.Choice(["name", "random"]),
        default="name",
        show_default=True,
        help="Which of several best nodes is taken: the first by name, or one drawn with the seed.",
    ),
)


def search_options(command: FC) -> FC:
    """How strategies may work; the options arrive as those of `solver.run`."""
    for option in reversed(_SEARCH):
        command = option(command)
    return command


def load(names: tuple[str, ...], *, say_notices: bool = True, expand: bool = True) -> Scenario:
    """The scenario of all inputs together; what was left out or assumed is said on standard error.

    Raises:
        InputError: with every problem of the inputs.
    """
    from solver.scenario import load_scenario

    scenario = load_scenario(*names, expand=expand)
    for notice in scenario.notices if say_notices else ():
        click.echo(f"Notice: {notice}", err=True)
    return scenario


Options = dict[str, Any]
"""The search options of a command, by their names in `solver.run`."""

__all__ = ["Options", "inputs", "load", "search_options"]
