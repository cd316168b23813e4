"""`podsolver explain`: why kube-scheduler decides about one pod as it does."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import click

from solver.cli.exit_codes import ExitCode
from solver.cli.options import inputs, load
from solver.cli.profile import load_profile, profile_option, with_profile

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.scenario import Scenario
    from solver.strategies.kube_scheduler.explain import Attempt


@click.command()
@inputs
@click.option("--pod", "name", metavar="NS/POD", required=True, help="The pending pod.")
@click.option("--nodes", "most", type=click.IntRange(1), default=10, show_default=True, help="Best nodes to list.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, every node, as JSON.")
@profile_option
def explain(inputs: tuple[str, ...], name: str, most: int, profile: str | None, as_json: bool) -> int:
    """Explain one decision of kube-scheduler: per node the verdict and every plugin's score, at the pod's turn."""
    from solver.report.explanation import explanation_document
    from solver.report.text.explanation import explanation_text

    configured = load_profile(profile)
    scenario = with_profile(load(inputs), configured)
    pod = _pod(scenario.cluster, name)
    attempts = _attempts(scenario, pod)
    document = explanation_document(pod, attempts) if as_json else None
    click.echo(json.dumps(document, indent=2) if document else explanation_text(pod, attempts, most))
    return ExitCode.ANSWERED


def _pod(cluster: Cluster, name: str) -> Pod:
    """The pending pod of that name; the namespace may be left out where it is ``default``."""
    from solver.errors import OptionError

    key = name if "/" in name else f"default/{name}"
    pod = next((pod for pod in (*cluster.pods, *cluster.stray) if pod.key == key), None)
    if pod is None:
        pending = ", ".join(pod.key for pod in cluster.pending[:5])
        raise OptionError(f"no pod is named {key}" + (f"; pending are {pending}, ..." if pending else ""))
    if pod.node is not None:
        raise OptionError(f"{key} is bound to {pod.node} in the input: there is no decision to explain")
    if not pod.schedulable:
        raise OptionError(f"{key} is never attempted: it is gated, another scheduler's, or uses what is not modelled")
    return pod


def _attempts(scenario: Scenario, pod: Pod) -> tuple[Attempt, ...]:
    """On the nodes that kube-scheduler has in the end, those opened for pods that are left over included."""
    from solver.strategies.kube_scheduler import KubeScheduler
    from solver.strategies.kube_scheduler.explain import explain
    from solver.strategies.strategy import Options, Watch

    cluster, strategy = scenario.cluster, KubeScheduler(scenario.profile)
    if any(pool.openable for pool in cluster.pools):
        options = Options()
        watch = Watch(time.perf_counter() + options.time_limit_s)
        answer = strategy.solve(cluster, scenario.question, options, watch)
        cluster = answer.placement.cluster
    return explain(cluster, pod, strategy.profile_for(scenario.question))
