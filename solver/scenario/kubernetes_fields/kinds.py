"""Which kinds of objects are read, and under which apiVersions."""

from __future__ import annotations

from solver.scenario.kubernetes_fields.table import table

OLDER = {
    "CSINode": ("storage.k8s.io/v1beta1",),
    "CronJob": ("batch/v1beta1", "batch/v2alpha1"),
    "DaemonSet": ("apps/v1beta2", "extensions/v1beta1"),
    "Deployment": ("apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"),
    "PodDisruptionBudget": ("policy/v1beta1",),
    "PriorityClass": ("scheduling.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha1"),
    "ReplicaSet": ("apps/v1beta2", "extensions/v1beta1"),
    "StatefulSet": ("apps/v1beta2", "apps/v1beta1"),
    "StorageClass": ("storage.k8s.io/v1beta1",),
}
"""Versions no longer served whose keys are those of today, as far as they bear on placement.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""


def current(kind: str) -> str | None:
    """The apiVersion of a kind that is read; None for other kinds."""
    return table().api_versions.get(kind)


def is_of_kubernetes(api_version: str) -> bool:
    """Whether the API group is Kubernetes' own: no dot, or ending in ``k8s.io``. Others may have kinds of that name."""
    group = api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def meant(kind: str) -> str | None:
    """The kind that is read and differs from this one only in upper and lower case."""
    return next((name for name in table().api_versions if name.lower() == kind.lower() and name != kind), None)
