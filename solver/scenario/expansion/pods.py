"""The pods of an input: those it lists, and those that its workloads make."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.scenario.expansion.daemons import read_daemon_set
from solver.scenario.expansion.ownership import Key, name_of_raw, ownership
from solver.scenario.expansion.replicas import claims, replicas
from solver.scenario.objects.pod import has_finished, read_pod
from solver.scenario.objects.pod_spec import DELETED
from solver.scenario.objects.workloads import Kind, Workload, read_workload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.cluster.workloads import Controller, DaemonSet
    from solver.scenario.documents.document import Document
    from solver.scenario.inventory import Inventory
    from solver.scenario.objects.pod_spec import PodSpecs

MOST_PODS = 1_000_000
"""More pods than that are a mistake: Kubernetes is made for up to 150,000 in a cluster."""


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Pods:
    """What the pods and workloads of an input come to.

    ``claims`` are those made from the templates of StatefulSets, ``finished`` counts pods that have run to their end,
    ``differing`` says of each workload taken with the pods it has how many it has of those it wants, ``leaving`` names
    the bound pods that are being deleted.
    """

    pods: list[Pod] = field(default_factory=list)
    daemon_sets: list[DaemonSet] = field(default_factory=list)
    controllers: list[Controller] = field(default_factory=list)
    claims: list[PersistentVolumeClaim] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    leaving: list[str] = field(default_factory=list)


def read_pods(inventory: Inventory, specs: PodSpecs, nodes: Sequence[Node], expand: bool = True) -> Pods:
    """All pods, in the order of the input; unless ``expand``, workloads are selectors and owners only and make none."""
    return _Reading(inventory, specs, nodes, expand).run()


class _Reading:
    """Goes through the documents in order and makes of each the pods that it stands for."""

    def __init__(self, inventory: Inventory, specs: PodSpecs, nodes: Sequence[Node], expand: bool) -> None:
        self._inventory = inventory
        self._specs = specs
        self._nodes = nodes
        self._expand = expand
        self._owners = ownership(inventory.documents)
        self._owners_of: dict[Document, tuple[Key, ...]] = {}
        self._listed: Counter[Key] = Counter()
        self._living: Counter[Key] = Counter()
        self._names: set[tuple[str, str]] = set()
        self._dumped: set[str] = set()
        self._found = Pods()

    def run(self) -> Pods:
        self._count()
        for document in self._inventory.documents:
            if document.kind == "Pod":
                self._add_pod(document)
            elif document.kind in _KINDS:
                self._add_workload(read_workload(self._inventory.root(document), _KINDS[document.kind]))
        return self._found

    def _count(self) -> None:
        """Count the listed pods per owner, and those of them that have not finished; note the names taken."""
        for document in self._inventory.by_kind.get("Pod", ()):
            owners = self._owners_of[document] = self._owners.owners_of_pod(document.value)
            finished = has_finished(document.value)
            for owner in owners:
                self._listed[owner] += 1
                self._living[owner] += not finished
            self._names.add(name_of_raw(document.value))
        self._dumped = {namespace for namespace, _ in self._names}

    def _add_pod(self, document: Document) -> None:
        root = self._inventory.root(document)
        owners = self._owners_of[document]
        pod = read_pod(root, self._specs, str(owners[-1]) if owners else None)
        if has_finished(document.value):
            self._found.finished.append(pod.key)
            return
        self._found.pods.append(pod)
        if pod.node is not None and root.at(*DELETED).present:
            self._found.leaving.append(pod.key)

    def _add_workload(self, workload: Workload) -> None:
        controller = workload.controller()
        if controller is not None:
            self._found.controllers.append(controller)
        key = Key(workload.kind, workload.namespace, workload.name)
        if not self._expand or not self._owners.is_outermost(key) or not workload.template.present:
            return
        if workload.kind is Kind.DAEMON_SET:
            self._add_daemon_set(workload, key)
        elif self._is_listed(workload, key):
            self._compare(key, workload.replicas)
        elif self._has_room(workload, workload.replicas):
            self._add_replicas(workload)

    def _is_listed(self, workload: Workload, key: Key) -> bool:
        """Whether the input lists the workload's pods.

        It has some, or it comes from a server and pods of its namespace are listed beside it.
        """
        return bool(self._listed[key]) or (workload.from_server and workload.namespace in self._dumped)

    def _compare(self, key: Key, wanted: int) -> None:
        if self._living[key] != wanted:
            self._found.differing.append(f"{key} has {self._living[key]} of {wanted}")

    def _has_room(self, workload: Workload, number: int) -> bool:
        if len(self._found.pods) + number <= MOST_PODS:
            return True
        workload.root.wrong(f"makes {number:,} pods, and more than {MOST_PODS:,} in all are a mistake", "ask for fewer")
        return False

    def _add_replicas(self, workload: Workload) -> None:
        for pod in replicas(workload, self._specs, self._names):
            self._found.pods.append(pod)
            self._found.claims.extend(claims(workload, pod.name))

    def _add_daemon_set(self, workload: Workload, key: Key) -> None:
        daemon_set = read_daemon_set(workload, self._specs)
        self._found.daemon_sets.append(daemon_set)
        nodes = [node for node in self._nodes if daemon_set.runs_on(node)]
        if self._is_listed(workload, key):
            self._compare(key, sum(node.declared for node in nodes))
            nodes = [node for node in nodes if not node.declared]
        if self._has_room(workload, len(nodes)):
            self._found.pods.extend(daemon_set.pod_for(node) for node in nodes)
