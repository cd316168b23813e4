"""What stands around pods: namespaces, Services, and disruption budgets.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/, .../services-networking/service/,
.../workloads/pods/disruptions/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.workloads import DisruptionBudget, Service
from solver.scenario.field import INT32
from solver.scenario.objects.metadata import labels_of, name_of, namespace_of
from solver.scenario.objects.selectors import read_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.labels import Labels, LabelSelector
    from solver.cluster.pod import Pod
    from solver.scenario.field import Field

NAMESPACE_NAME = "kubernetes.io/metadata.name"


def read_namespaces(roots: Iterable[Field], used: Iterable[str]) -> dict[str, Labels]:
    """The labels of every namespace, with its name among them; one that is used and not declared has only that."""
    found: dict[str, Labels] = {namespace: {NAMESPACE_NAME: namespace} for namespace in used}
    for root in roots:
        name = name_of(root)
        found[name] = {**labels_of(root), NAMESPACE_NAME: name}
    return found


def read_service(root: Field) -> Service:
    """One Service; one of type ExternalName selects nothing."""
    spec = root.at("spec")
    selector = {} if spec.at("type").value == "ExternalName" else spec.at("selector").labels()
    return Service(namespace_of(root), name_of(root), selector)


@dataclass(frozen=True, slots=True)
class Share:
    """A number of pods, or a percentage of them rounded up."""

    number: int
    percent: bool = False

    def of(self, pods: int) -> int:
        """How many of these pods are meant."""
        return -(-self.number * pods // 100) if self.percent else self.number


def read_budget(root: Field, pods: Sequence[Pod]) -> DisruptionBudget:
    """One PodDisruptionBudget.

    How many disruptions it allows is what its status says; where it has none, what the disruption controller would
    write there if every pod with a node were healthy.
    """
    spec = root.at("spec")
    minimum, maximum = _read_share(spec.at("minAvailable")), _read_share(spec.at("maxUnavailable"))
    if spec.at("minAvailable").present and spec.at("maxUnavailable").present:
        spec.at("maxUnavailable").wrong("both minAvailable and maxUnavailable", "keep one of them")
    allowed = root.at("status", "disruptionsAllowed").integer()
    disrupted = frozenset(root.at("status", "disruptedPods").mapping())
    budget = DisruptionBudget(namespace_of(root), name_of(root), read_selector(spec.at("selector")), 0, disrupted)
    if allowed is None:
        allowed = _allowed(budget, minimum, maximum, pods)
    return DisruptionBudget(budget.namespace, budget.name, budget.selector, allowed, disrupted)


def _allowed(budget: DisruptionBudget, minimum: Share | None, maximum: Share | None, pods: Sequence[Pod]) -> int:
    covered = [pod for pod in pods if budget.covers(pod)]
    healthy = sum(pod.node is not None for pod in covered)
    evictable = (
        len(covered) - minimum.of(len(covered)) if minimum is not None else (maximum or Share(1)).of(len(covered))
    )
    return max(0, healthy - (len(covered) - evictable))


def _read_share(place: Field) -> Share | None:
    if not isinstance(place.value, str):
        number = place.integer()
        return None if number is None else Share(number)
    digits = place.value.removesuffix("%")
    if digits == place.value or not digits.isdecimal() or len(digits) > len(str(INT32)):
        place.wrong("neither a number nor a percentage", 'write a whole number, or a percentage such as "50%"')
        return None
    return Share(int(digits), percent=True)


def selects_nothing(selector: LabelSelector | None) -> bool:
    """Whether a selector is absent or empty, so that it cannot tell a workload's pods from others."""
    return selector is None or not selector.requirements
