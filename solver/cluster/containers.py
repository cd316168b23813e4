"""What a pod says of its containers and of resources, before any of it is added up.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.cluster.resources import Resources

if TYPE_CHECKING:
    from solver.cluster.ports import HostPort

Amounts = Resources
"""Resource name to thousandths of its unit: CPU in milli-CPU, memory in thousandths of a byte."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container or init container.

    ``requests`` has limits standing in for what is missing; ``occupied`` are the requests while a resize in place is
    under way. A ``sidecar`` is an init container that keeps running. ``image`` is normalised (``:latest`` added).
    """

    image: str
    requests: Amounts
    limits: Amounts
    occupied: Amounts
    sidecar: bool
    ports: tuple[HostPort, ...]


@dataclass(frozen=True, slots=True)
class Containers:
    """All containers of a pod, the requests and limits of the pod as a whole, and its overhead; empty: says nothing."""

    running: tuple[Container, ...] = ()
    init: tuple[Container, ...] = ()
    pod_requests: Amounts = field(default_factory=dict)
    pod_limits: Amounts = field(default_factory=dict)
    overhead: Amounts = field(default_factory=dict)

    @property
    def all(self) -> tuple[Container, ...]:
        """Init containers, then those that run side by side."""
        return self.init + self.running
