"""The pods that a workload makes: ``NAME-0`` to ``NAME-N-1``, and the claims that come with a StatefulSet's."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from solver.cluster.pod import Pod
from solver.cluster.volumes import ClaimVolume
from solver.scenario.objects.pod_spec import Identity, PodSpecs
from solver.scenario.objects.storage import claim_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import PodSpec
    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.scenario.objects.workloads import Workload

Name = tuple[str, str]
"""Namespace and name of a pod."""


def replicas(workload: Workload, specs: PodSpecs, taken: set[Name]) -> Iterator[Pod]:
    """The workload's pods; numbers whose names are taken are passed over, and the names used are taken from then on."""
    numbers = count(workload.first_number)
    common = _spec(workload, workload.name, specs)
    named = any(claim.ephemeral for claim in common.claims)
    for _ in range(workload.replicas):
        name = next(
            name for number in numbers if (workload.namespace, name := f"{workload.name}-{number}") not in taken
        )
        taken.add((workload.namespace, name))
        spec = _spec(workload, name, specs) if named else common
        yield Pod(name, _with_claims(spec, workload, name), node=workload.node, workload=workload.title)


def claims(workload: Workload, pod: str) -> Iterator[PersistentVolumeClaim]:
    """The claims of one pod of a StatefulSet: ``TEMPLATE-POD``."""
    for name, template in zip(workload.claim_names, workload.claim_templates, strict=True):
        yield claim_from(template, workload.namespace, f"{name}-{pod}")


def _spec(workload: Workload, name: str, specs: PodSpecs) -> PodSpec:
    identity = Identity(
        workload.namespace,
        name,
        workload.owner,
        bound=workload.node is not None,
        labels=workload.added_labels,
    )
    return specs.read(workload.template, identity)


def _with_claims(spec: PodSpec, workload: Workload, name: str) -> PodSpec:
    own = tuple(ClaimVolume(f"{template}-{name}") for template in workload.claim_names)
    return replace(spec, claims=spec.claims + own) if own else spec
