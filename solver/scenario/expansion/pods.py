"""The pods of an input: those it lists, and those that its workloads make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.cluster.devices import number_of_devices
from solver.scenario.expansion.daemons import read_daemon_set
from solver.scenario.expansion.ownership import Key, name_of_raw, ownership
from solver.scenario.expansion.replicas import claims, replicas
from solver.scenario.objects.devices import check_devices
from solver.scenario.objects.pod import bound_to, has_finished, read_pod
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

    ``claims`` are those made from the templates of StatefulSets, ``finished`` names pods that have run to their end,
    ``differing`` says of each workload taken with the pods it has how many it has of those it wants, ``expanded`` how
    many pods were made of each that comes from a server, ``leaving`` names the bound pods that are being deleted.
    """

    pods: list[Pod] = field(default_factory=list)
    daemon_sets: list[DaemonSet] = field(default_factory=list)
    controllers: list[Controller] = field(default_factory=list)
    claims: list[PersistentVolumeClaim] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    expanded: list[str] = field(default_factory=list)
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
        self._devices = {node.name: number_of_devices(node) for node in nodes}
        self._expand = expand
        self._owners = ownership(inventory.documents)
        self._owners_of: dict[Document, tuple[Key, ...]] = {}
        self._listed: defaultdict[Key, list[Document]] = defaultdict(list)
        self._names: set[tuple[str, str]] = set()
        self._found = Pods()

    def run(self) -> Pods:
        self._find_owners()
        for document in self._inventory.documents:
            if document.kind == "Pod":
                self._add_pod(document)
            elif document.kind in _KINDS:
                self._add_workload(read_workload(self._inventory.root(document), _KINDS[document.kind]))
        return self._found

    def _find_owners(self) -> None:
        """Sort the listed pods by owner, and note the names taken."""
        for document in self._inventory.by_kind.get("Pod", ()):
            owners = self._owners_of[document] = self._owners.owners_of_pod(document.value)
            for owner in owners:
                self._listed[owner].append(document)
            self._names.add(name_of_raw(document.value))

    def _add_pod(self, document: Document) -> None:
        root = self._inventory.root(document)
        owners = self._owners_of[document]
        pod = read_pod(root, self._specs, str(owners[-1]) if owners else None)
        if has_finished(document.value):
            self._found.finished.append(pod.key)
            return
        self._found.pods.append(pod)
        if pod.devices and pod.node in self._devices:
            check_devices(pod, self._devices[pod.node], root.at("metadata", "annotations"))
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
        elif key in self._listed:
            self._take(workload, key)
        elif self._has_room(workload, workload.replicas):
            self._add_replicas(workload)

    def _take(self, workload: Workload, key: Key) -> None:
        """Keep to the pods that the input lists; what is written by hand has no claims yet."""
        living = self._living(key)
        self._compare(key, len(living), workload.replicas)
        for pod in () if workload.from_server else living:
            self._found.claims.extend(claims(workload, name_of_raw(pod.value)[1]))

    def _living(self, key: Key) -> list[Document]:
        return [pod for pod in self._listed.get(key, ()) if not has_finished(pod.value)]

    def _compare(self, key: Key, living: int, wanted: int) -> None:
        if living != wanted:
            self._found.differing.append(f"{key} has {living:,} of {wanted:,}")

    def _has_room(self, workload: Workload, number: int) -> bool:
        if len(self._found.pods) + number <= MOST_PODS:
            return True
        workload.root.wrong(f"makes {number:,} pods, and more than {MOST_PODS:,} in all are a mistake", "ask for fewer")
        return False

    def _add_replicas(self, workload: Workload) -> None:
        for pod in replicas(workload, self._specs, self._names):
            self._found.pods.append(pod)
            self._found.claims.extend(claims(workload, pod.name))
        self._tell(workload, workload.replicas)

    def _tell(self, workload: Workload, made: int) -> None:
        if workload.from_server and made:
            self._found.expanded.append(f"{workload.title} ({made:,})")

    def _add_daemon_set(self, workload: Workload, key: Key) -> None:
        daemon_set = read_daemon_set(workload, self._specs)
        self._found.daemon_sets.append(daemon_set)
        nodes = [node for node in self._nodes if daemon_set.runs_on(node)]
        if key in self._listed:
            nodes = self._without_listed(key, nodes)
        else:
            self._tell(workload, len(nodes))
        if self._has_room(workload, len(nodes)):
            self._found.pods.extend(daemon_set.pod_for(node) for node in nodes)

    def _without_listed(self, key: Key, nodes: Sequence[Node]) -> list[Node]:
        """The nodes whose pod no input can list, because a pool makes them, less those whose pod is listed even so."""
        living = self._living(key)
        hosts = {bound_to(pod.value) for pod in living}
        missing = [node for node in nodes if not node.declared and node.name not in hosts]
        self._compare(key, len(living), len(nodes) - len(missing))
        return missing
