"""Whom kube-scheduler would evict for a pod that finds no node: every candidate tried, nothing kept.

https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.oracle.matching import is_empty, selects
from tests.oracle.objects import key, labels, name, named, namespace, of_kind, spec
from tests.oracle.verdicts import RESOLVABLE, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.filters import Bound
    from tests.oracle.objects import Raw

SYSTEM_CLASSES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}
LATEST = "9999"
"""Later than any start time; of pods that have none."""


@dataclass
class Moment:
    """All that decides: the objects, who is where, and who is nominated for which node."""

    objects: list[Raw]
    bound: Bound
    nominated: dict[str, str] = field(default_factory=dict)

    def pod(self, wanted: str) -> Raw:
        return next(pod for pod in of_kind(self.objects, "Pod") if key(pod) == wanted)

    def priority(self, pod: Raw) -> int:
        if spec(pod).get("priority") is not None:
            return int(spec(pod)["priority"])
        chosen = self.priority_class(pod)
        if chosen is not None:
            return int(chosen["value"])
        return SYSTEM_CLASSES.get(spec(pod).get("priorityClassName") or "", 0)

    def preempts(self, pod: Raw) -> bool:
        chosen = self.priority_class(pod) or {}
        policy = spec(pod).get("preemptionPolicy") or chosen.get("preemptionPolicy")
        return bool(policy != "Never")

    def priority_class(self, pod: Raw) -> Raw | None:
        wanted = spec(pod).get("priorityClassName")
        if wanted:
            return named(self.objects, "PriorityClass", wanted)
        known = of_kind(self.objects, "PriorityClass") if spec(pod).get("priority") is None else []
        return next((item for item in known if item.get("globalDefault")), None)

    def verdict(self, pod: Raw, node: Raw, now: Bound | None = None) -> Raw | None:
        """With the pods that are nominated for the node and no weaker, and if that passes without them."""
        now = self.bound if now is None else now
        others = [other for other, where in self.nominated.items() if where == name(node) and other != key(pod)]
        ahead = [other for other in map(self.pod, others) if self.priority(other) >= self.priority(pod)]
        crowded = now.having(ahead, name(node))
        first = verdict(self.objects, self.bound, crowded, pod, node) if ahead else None
        return first or verdict(self.objects, self.bound, now, pod, node)


def preempt(moment: Moment, pod: Raw, verdicts: dict[str, Raw | None]) -> Raw:
    """As recorded: the message, or the candidates and the one that is chosen."""
    nothing: Raw = {"message": "", "nominated": None, "victims": []}
    before = "no new claims to deallocate, preemption: "
    if not moment.preempts(pod):
        return {**nothing, "message": f"{before}not eligible due to preemptionPolicy=Never."}
    nodes = of_kind(moment.objects, "Node")
    helped = [node for node in nodes if (verdicts.get(name(node)) or {}).get("code") == RESOLVABLE]
    reasons = Counter({"Preemption is not helpful for scheduling": len(nodes) - len(helped)})
    candidates = {}
    for node in helped:
        found = victims_on(moment, pod, node)
        if isinstance(found, list):
            reasons.update(found)
        else:
            candidates[name(node)] = found
    if not candidates:
        return {**nothing, "message": before + unavailable(len(nodes), reasons)}
    tied = best(moment, candidates)
    told = {"message": "", "nominated": tied[0], "victims": candidates[tied[0]]["victims"], "candidates": candidates}
    return told | ({"tied": tied} if len(tied) > 1 else {})


def victims_on(moment: Moment, pod: Raw, node: Raw) -> Raw | list[str]:
    """The victims and how many of them are protected; or the reasons why no eviction helps."""
    there = [moment.pod(other) for other, where in moment.bound.items() if where == name(node)]
    weaker = [other for other in there if moment.priority(other) < moment.priority(pod)]
    if not weaker:
        return ["No preemption victims found for incoming pod"]
    now = moment.bound.without(weaker)
    rejected = moment.verdict(pod, node, now)
    if rejected is not None:
        return list(rejected["reasons"])
    weaker.sort(key=lambda other: importance(moment, other))
    protected = violating(moment, weaker)
    order = [*protected, *(other for other in weaker if other not in protected)]
    victims = []
    for other in order:
        back = now.having([other], name(node))
        if moment.verdict(pod, node, back) is None:
            now = back
        else:
            now = back.without([other])
            victims.append(other)
    lost = [other for other in victims if other in protected]
    victims.sort(key=lambda other: importance(moment, other))
    return {"victims": [key(other) for other in victims], "pdbViolations": len(lost)}


def importance(moment: Moment, pod: Raw) -> tuple[int, str]:
    """The higher priority first, then the earlier start."""
    return -moment.priority(pod), started(pod)


def started(pod: Raw) -> str:
    return str((pod.get("status") or {}).get("startTime") or LATEST)


def violating(moment: Moment, pods: list[Raw]) -> list[Raw]:
    """The pods whose eviction, one after the other, goes beyond what a budget allows."""
    budgets = of_kind(moment.objects, "PodDisruptionBudget")
    left = [(budget.get("status") or {}).get("disruptionsAllowed") or 0 for budget in budgets]
    found = []
    for pod in pods:
        over = False
        for number, budget in enumerate(budgets):
            if protects(budget, pod):
                left[number] -= 1
                over = over or left[number] < 0
        found += [pod] if over else []
    return found


def protects(budget: Raw, pod: Raw) -> bool:
    selector = spec(budget).get("selector")
    if namespace(budget) != namespace(pod) or not labels(pod) or is_empty(selector):
        return False
    leaving = (budget.get("status") or {}).get("disruptedPods") or {}
    return selects(selector, labels(pod)) and name(pod) not in leaving


def best(moment: Moment, candidates: dict[str, Raw]) -> list[str]:
    """The nodes that survive criterion after criterion, in the order of their names."""

    def pods(node: str) -> list[Raw]:
        return [moment.pod(other) for other in candidates[node]["victims"]]

    def highest(node: str) -> int:
        return max(moment.priority(pod) for pod in pods(node))

    def earliest(node: str) -> str:
        return min(started(pod) for pod in pods(node) if moment.priority(pod) == highest(node))

    left = sorted(candidates)
    for score in (
        lambda node: -candidates[node]["pdbViolations"],
        lambda node: -highest(node),
        lambda node: -sum(moment.priority(pod) + 2**31 for pod in pods(node)),
        lambda node: -len(pods(node)),
        earliest,
    ):
        most = max(score(node) for node in left)
        left = [node for node in left if score(node) == most]
    return left


def unavailable(nodes: int, reasons: Counter[str] | Iterable[str]) -> str:
    told = sorted(f"{count} {reason}" for reason, count in Counter(reasons).items() if count)
    return f"0/{nodes} nodes are available:" + (f" {', '.join(told)}." if told else "")
