"""Workloads as objects of the input: how many pods of which template they want.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.labels import LabelSelector, equals
from solver.cluster.pod import Owner
from solver.cluster.workloads import Controller
from solver.scenario.objects.metadata import name_of, namespace_of
from solver.scenario.objects.selectors import read_selector
from solver.scenario.objects.surroundings import selects_nothing

if TYPE_CHECKING:
    from solver.scenario.field import Field

HASH = "pod-template-hash"
JOB_NAMES = ("batch.kubernetes.io/job-name", "job-name")


class Kind(StrEnum):
    """The kinds that make pods."""

    DEPLOYMENT = "Deployment"
    REPLICA_SET = "ReplicaSet"
    REPLICATION_CONTROLLER = "ReplicationController"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"
    JOB = "Job"


_SCALED = (Kind.DEPLOYMENT, Kind.REPLICA_SET, Kind.REPLICATION_CONTROLLER, Kind.STATEFUL_SET)
_SPREADING = (Kind.REPLICA_SET, Kind.REPLICATION_CONTROLLER, Kind.STATEFUL_SET)


@dataclass(frozen=True, eq=False)
class Workload:
    """One workload; ``replicas`` is how many pods it wants now, 0 for a DaemonSet, whose pods the nodes decide."""

    root: Field
    kind: Kind
    namespace: str
    name: str
    replicas: int
    selector: LabelSelector | None

    @cached_property
    def template(self) -> Field:
        """The template of its pods."""
        return self.root.at("spec", "template")

    @property
    def from_server(self) -> bool:
        """Whether an API server gave it out."""
        return self.root.document.from_server

    @cached_property
    def node(self) -> str | None:
        """The node that the template binds all its pods to, without any scheduler."""
        return self.template.at("spec", "nodeName").text() or None

    @cached_property
    def first_number(self) -> int:
        """The number of its first pod."""
        return self.root.at("spec", "ordinals", "start").integer() or 0

    @cached_property
    def claim_templates(self) -> tuple[Field, ...]:
        """The templates of a StatefulSet's claims."""
        return tuple(self.root.at("spec", "volumeClaimTemplates")) if self.kind is Kind.STATEFUL_SET else ()

    @cached_property
    def claim_names(self) -> tuple[str, ...]:
        """The names of these templates."""
        return tuple(
            template.at("metadata", "name").required_text("name the claim template")
            for template in self.claim_templates
        )

    @property
    def title(self) -> str:
        """``Deployment shop/web``."""
        return f"{self.kind} {self.namespace}/{self.name}"

    @cached_property
    def owner(self) -> Owner:
        """What its pods name as their controller: for a Deployment the ReplicaSet that it makes."""
        if self.kind is Kind.DEPLOYMENT:
            replica_set = f"{self.name}-{self._template_hash}"
            return Owner(_API_VERSIONS[Kind.REPLICA_SET], Kind.REPLICA_SET.value, replica_set)
        return Owner(_API_VERSIONS[self.kind], self.kind.value, self.name)

    @cached_property
    def added_labels(self) -> tuple[tuple[str, str], ...]:
        """Labels that the controller adds to all its pods."""
        if self.kind is Kind.DEPLOYMENT:
            return ((HASH, self._template_hash),)
        return tuple((key, self.name) for key in JOB_NAMES) if self.kind is Kind.JOB else ()

    @cached_property
    def _template_hash(self) -> str:
        """A short text that changes with the template, as a ReplicaSet's name carries one."""
        return hashlib.sha256(repr(self.template.value).encode()).hexdigest()[:10]

    def controller(self) -> Controller | None:
        """What the system's default spreading reads of the pods' controller; a Job and a DaemonSet give nothing."""
        if self.kind in _SPREADING:
            return Controller(self.namespace, self.owner, self.selector)
        if self.kind is Kind.DEPLOYMENT and self.selector is not None:
            return Controller(
                self.namespace, self.owner, self.selector.narrowed(*equals(dict(self.added_labels)).requirements)
            )
        return None


_API_VERSIONS = {
    Kind.REPLICA_SET: "apps/v1",
    Kind.REPLICATION_CONTROLLER: "v1",
    Kind.STATEFUL_SET: "apps/v1",
    Kind.DAEMON_SET: "apps/v1",
    Kind.JOB: "batch/v1",
}


_DEFAULTING = ("extensions/v1beta1", "apps/v1beta1")
"""The apiVersions that take a missing selector from the template."""


def read_workload(root: Field, kind: Kind) -> Workload:
    """One workload; its selector must match its own template."""
    workload = Workload(root, kind, namespace_of(root), name_of(root), _replicas(root, kind), _selector(root, kind))
    if not workload.template.present:
        root.at("spec").missing("template", "say what the pods are")
    else:
        _check_selector(workload)
    return workload


def _selector(root: Field, kind: Kind) -> LabelSelector | None:
    place = root.at("spec", "selector")
    labels = root.at("spec", "template", "metadata", "labels").labels()
    if kind is Kind.REPLICATION_CONTROLLER:
        return equals(place.labels() or labels)
    if not place.present and root.document.api_version in _DEFAULTING:
        return equals(labels)
    return read_selector(place)


def _check_selector(workload: Workload) -> None:
    """It selects the template's own labels; a Job needs none, and gets some from the server."""
    place = workload.root.at("spec", "selector")
    labels = workload.template.at("metadata", "labels").labels()
    if workload.kind is Kind.JOB:
        labels = {**labels, **dict(workload.added_labels)}
    elif selects_nothing(workload.selector):
        place.wrong("empty" if place.present else "missing", "select the pods by the labels of spec.template")
    if workload.selector is not None and not workload.selector.matches(labels):
        place.wrong("does not match the labels of spec.template", "give both the same labels")


def _replicas(root: Field, kind: Kind) -> int:
    spec = root.at("spec")
    if kind is Kind.JOB:
        return _pods_of_job(root)
    replicas = spec.at("replicas").integer() if kind in _SCALED else 0
    return 1 if replicas is None else replicas


def _pods_of_job(root: Field) -> int:
    """As many pods at once as the Job runs: none while it is suspended, or once it is over."""
    spec = root.at("spec")
    parallelism, completions = spec.at("parallelism").integer(), spec.at("completions").integer()
    if spec.at("suspend").flag() or _is_over(root):
        return 0
    wanted = 1 if parallelism is None else parallelism
    return wanted if completions is None else min(wanted, completions)


def _is_over(root: Field) -> bool:
    return root.at("status", "completionTime").present or any(
        item.at("type").value in ("Complete", "Failed") and item.at("status").value == "True"
        for item in root.at("status", "conditions")
    )
