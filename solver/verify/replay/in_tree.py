"""In-tree volume plugins, and the CSI drivers that have taken them over.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#csi-migration
"""

from __future__ import annotations

SUCCESSORS = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
}
"""In-tree plugin to the CSI driver that attaches its volumes now, on every node that knows CSI drivers at all."""
