"""The group of commands, and what belongs to none of them."""

from __future__ import annotations

import click

from solver import __version__
from solver.cli.compare import compare
from solver.cli.conformance import conformance
from solver.cli.explain import explain
from solver.cli.inspect import inspect
from solver.cli.size import size
from solver.cli.solve import solve
from solver.cli.trace import trace
from solver.cli.verify import verify


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="podsolver")
def podsolver() -> None:
    """Where should the pods go?

    Proven placements of Kubernetes pods on nodes, compared with kube-scheduler's, from YAML or JSON files alone.

    INPUT is a file, a folder, or - for standard input; all inputs of one command together are one scenario:

        kubectl get nodes,pods,deployments -A -o yaml | podsolver compare -
    """


for command in (inspect, solve, compare, size, explain, verify, trace, conformance):
    podsolver.add_command(command)
