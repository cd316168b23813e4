"""The options of `podsolver size`, as they are written; what they mean is read in `size_request`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.decorators import FC

_OPTIONS = (
    click.option("--provider", metavar="aws|azure|gcp", help="Whose catalogue, of those that come along."),
    click.option("--region", metavar="NAME", help="Of its prices; one region of each provider comes along."),
    click.option("--catalog", metavar="FILE", help="Your own machines, a CSV file; see docs/sizing.md."),
    click.option("--types", metavar="PATTERNS", default="", help="Such as 'm7i.*,c7i.*'. [default: all]"),
    click.option("--arch", metavar="amd64|arm64", help="[default: both, as far as the pods allow]"),
    click.option("--capacity", default="on-demand", show_default=True, metavar="on-demand|spot|both"),
    click.option("--taint", "taints", metavar="PATTERNS:TAINT", multiple=True,
                 help="Of the nodes of some types: 'p5.*,g6.*:nvidia.com/gpu=present:NoSchedule'. May be repeated."),
    click.option("--spot-taint", "spot_taints", metavar="TAINT", multiple=True,
                 help="Of all spot nodes: 'spot=true:NoSchedule'. May be repeated."),
    click.option("--zones", metavar="N|NAMES", default="", help="How many, or which. [default: the input's, or 3]"),
    click.option("--max-types", type=click.IntRange(1), help="At most so many instance types."),
    click.option("--survive", metavar="node|zone", help="Every pod still fits when any one of these is lost."),
    click.option("--max-loss", metavar="SHARE", help="At most so much of all pods on one node, such as 20%."),
    click.option("--allocatable-rule", metavar="RULE", help="eks, gke, aks, aks-before-1.29, none. [the provider's]"),
    click.option("--max-pods-rule", metavar="RULE|N", help="eni, prefix-delegation, azure-overlay, ..., or a number."),
    click.option("--memory-overhead", metavar="SHARE", help="Of the advertised memory that never reaches the node."),
    click.option("--kube-reserved", metavar="AMOUNTS", default="", help="In place of the rule's: cpu=100m,memory=1Gi"),
    click.option("--system-reserved", metavar="AMOUNTS", default="", help="Kept beside that, written alike."),
    click.option("--eviction-hard", metavar="AMOUNT", help="Of memory, such as 100Mi."),
    click.option("--root-disk", metavar="AMOUNT", help="Of each node, such as 50Gi."),
    click.option("--node-fee", metavar="USD", default="0", show_default=True, help="Per node and hour, added."),
    click.option("--price-of-rules", "rule_prices", is_flag=True, help="What each rule of the workloads costs."),
    click.option("--scale-requests", metavar="FACTORS", default="", help="What other requests would cost: 0.8,0.5"),
    click.option("--mix-only", is_flag=True, help="Without the trade-off: no sweep, no fronts."),
    click.option("--time-limit", "time_limit_s", metavar="SECONDS", type=float, default=30.0, show_default=True,
                 help="For the mix; every other search takes a tenth of it."),
    click.option("--seed", type=int, default=0, show_default=True),
    click.option("--workers", type=int, metavar="CORES", help="Processor cores to use at most. [default: all]"),
)  # fmt: skip


def size_options(command: FC) -> FC:
    """All of them; they arrive as texts by their names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
