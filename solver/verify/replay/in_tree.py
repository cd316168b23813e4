"""In-tree volume plugins, and the CSI drivers that have taken them over.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#csi-migration
"""

from __future__ import annotations

from solver.cluster.volumes import CsiNode

SUCCESSORS = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
}
"""In-tree plugin to CSI driver."""

_ALWAYS_MIGRATED = "kubernetes.io/aws-ebs"


def successor(plugin: str, csi_node: CsiNode | None) -> str | None:
    """The driver that attaches the plugin's volumes on this node, where one has taken over."""
    if csi_node is None or plugin not in SUCCESSORS:
        return None
    return SUCCESSORS[plugin] if plugin == _ALWAYS_MIGRATED or plugin in csi_node.migrated else None
