"""An explanation for the terminal: the best nodes with all their scores, the others by what rejects them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.report.text.console import columns
from solver.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.pod import Pod
    from solver.strategies.kube_scheduler.explain import Attempt, NodeVerdict

CHOSEN, BEST = "→", "★"
NAMED = 3
"""So many nodes are named for each reason."""

_SHORT = {
    "TaintToleration": "Taints",
    "NodeAffinity": "Affinity",
    "NodeResourcesFit": "Fit",
    "PodTopologySpread": "Spread",
    "InterPodAffinity": "InterPod",
    "NodeResourcesBalancedAllocation": "Balance",
    "ImageLocality": "Images",
}
"""Headers that leave room for the numbers."""


def explanation_text(pod: Pod, attempts: Sequence[Attempt], most: int) -> str:
    """Every attempt of the pod; of the feasible nodes the ``most`` best are listed one by one."""
    parts = [f"{pod.key}, priority {pod.priority}"]
    for number, attempt in enumerate(attempts, 1):
        title = [f"Attempt {number}"] if len(attempts) > 1 else []
        parts.append("\n\n".join([*title, *_sections(attempt, most)]))
    return "\n\n".join(parts)


def _sections(attempt: Attempt, most: int) -> Iterator[str]:
    feasible = [verdict for verdict in attempt.nodes if verdict.rejection is None]
    if feasible:
        yield _scores(attempt, feasible[:most]) + _remainder(feasible[most:])
    rejected = [verdict for verdict in attempt.nodes if verdict.rejection is not None]
    if rejected:
        yield _rejections(rejected)
    yield _outcome(attempt, most)


def _scores(attempt: Attempt, verdicts: Sequence[NodeVerdict]) -> str:
    """A row per node: the total, then each plugin's raw score and what it counts."""
    scored = [plugin for plugin in attempt.weights if any(plugin in verdict.scores for verdict in verdicts)]
    header = ["", "NODE", "TOTAL", *(f"{_SHORT.get(plugin, plugin)}×{attempt.weights[plugin]}" for plugin in scored)]
    rows = [
        [
            CHOSEN if verdict.chosen else BEST if verdict.best else "",
            verdict.node,
            str(verdict.total),
            *(_cell(verdict, plugin) for plugin in scored),
        ]
        for verdict in verdicts
    ]
    legend = f"{CHOSEN} chosen, {BEST} as good; each score: as the plugin counts > normalised and weighted"
    return f"{columns(header, rows)}\n{legend}"


def _cell(verdict: NodeVerdict, plugin: str) -> str:
    score = verdict.scores[plugin]
    return str(score.weighted) if score.raw == score.weighted else f"{score.raw} > {score.weighted}"


def _remainder(verdicts: Sequence[NodeVerdict]) -> str:
    if not verdicts:
        return ""
    totals = [verdict.total for verdict in verdicts]
    best = sum(verdict.best for verdict in verdicts)
    equal = f", {best:,} of them as good as the chosen one" if best else ""
    return f"\nand {counted(len(verdicts), 'feasible node')} more, totals {min(totals)} to {max(totals)}{equal}"


def _rejections(verdicts: Sequence[NodeVerdict]) -> str:
    """A row per plugin and reasons: how many nodes, and the first of them."""
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.rejection is not None:
            said = verdict.rejection
            evictions = "could help" if said.resolvable else "no help"
            groups[said.plugin, ", ".join(said.reasons), evictions].append(verdict.node)
    largest = sorted(groups.items(), key=lambda group: -len(group[1]))
    rows = [[f"{len(nodes):,}", *said, _names(nodes)] for said, nodes in largest]
    return columns(["REJECTED", "PLUGIN", "REASONS", "EVICTIONS", "NODES"], rows)


def _mark(chosen: bool) -> str:
    return CHOSEN if chosen else ""


def _names(nodes: Sequence[str]) -> str:
    named = ", ".join(nodes[:NAMED])
    return named if len(nodes) <= NAMED else f"{named} and {len(nodes) - NAMED:,} more"


def _outcome(attempt: Attempt, most: int) -> str:
    if attempt.chosen is not None:
        return f"Bound to {attempt.chosen}."
    lines = [attempt.message]
    if attempt.preemption:
        lines.append(attempt.preemption)
    if attempt.candidates:
        lines += ["Preemption finds room:", _candidates(attempt, most)]
    return "\n".join(lines)


def _candidates(attempt: Attempt, most: int) -> str:
    """Where evictions make room, the node that is taken first."""
    ordered = sorted(attempt.candidates, key=lambda found: found.node != attempt.nominated)
    rows = [
        [_mark(found.node == attempt.nominated), found.node, str(found.violations), _names(found.pods)]
        for found in ordered[:most]
    ]
    rest = len(ordered) - most
    more = f"\nand {counted(rest, 'node')} more" if rest > 0 else ""
    return columns(["", "NODE", "PDB VIOLATIONS", "EVICTS"], rows) + more
