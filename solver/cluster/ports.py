"""Ports that a pod takes on the node itself.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
"""

from __future__ import annotations

from dataclasses import dataclass

ANY_ADDRESS = "0.0.0.0"


@dataclass(frozen=True, slots=True, order=True)
class HostPort:
    """A port of the node: ``protocol`` TCP, UDP or SCTP; an empty address is read as ``0.0.0.0``."""

    port: int
    protocol: str = "TCP"
    address: str = ANY_ADDRESS

    def conflicts_with(self, other: HostPort) -> bool:
        """Same protocol and port, and the same address or the wildcard on either side."""
        if (self.port, self.protocol) != (other.port, other.protocol):
            return False
        return self.address == other.address or ANY_ADDRESS in (self.address, other.address)
