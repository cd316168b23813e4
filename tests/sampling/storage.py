"""Sampled claims, volumes, classes, drivers and disks."""

from __future__ import annotations

from tests.sampling.making import ZONE, Raw, Sample

DRIVER = "csi.example.com"


def disks(making: Sample, pod: Raw) -> None:
    dice, only_read = making.dice, {"readOnly": True} if making.dice.random() < 0.5 else {}
    disk = dice.choice(
        [
            {"gcePersistentDisk": {"pdName": "pd", **only_read}},
            {"awsElasticBlockStore": {"volumeID": "vol", **only_read}},
            {
                "iscsi": {
                    "targetPortal": "t:1",
                    "iqn": "iqn.2001-04.com.example:d",
                    "lun": dice.randint(0, 1),
                    **only_read,
                }
            },
            {"rbd": {"monitors": dice.sample(["m1", "m2", "m3"], 2), "image": "i", **only_read}},
        ]
    )
    pod["spec"].setdefault("volumes", []).append({"name": f"disk{len(pod['spec'].get('volumes', []))}", **disk})


def volumes(making: Sample, pod: Raw) -> None:
    """One or two claims: some bound, some waiting for the pod, some shared with an earlier pod of the namespace."""
    dice, kept = making.dice, pod["spec"].setdefault("volumes", [])
    space = pod["metadata"]["namespace"]
    shared = [
        item
        for item in making.storage
        if item["kind"] == "PersistentVolumeClaim" and item["metadata"]["namespace"] == space
    ]
    for number in range(dice.randint(1, 2)):
        if shared and dice.random() < 0.4:
            name = dice.choice(shared)["metadata"]["name"]
        else:
            name = f"{pod['metadata']['name']}-{number}"
            making.storage.extend(claim(making, name, space))
        if all(item.get("persistentVolumeClaim") != {"claimName": name} for item in kept):
            kept.append({"name": f"v{number}", "persistentVolumeClaim": {"claimName": name}})


def claim(making: Sample, name: str, space: str) -> list[Raw]:
    dice = making.dice
    modes = [dice.choice(["ReadWriteOnce", "ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"])]
    spec: Raw = {"accessModes": modes, "resources": {"requests": {"storage": f"{dice.randint(1, 3)}Gi"}}}
    spec["storageClassName"] = dice.choice(["wait", "wait", "zonal", "local", "local", "now"])
    metadata: Raw = {"name": name, "namespace": space, "uid": f"uid-{space}-{name}"}
    whole = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec}
    if dice.random() < 0.05:
        metadata["annotations"] = {"volume.kubernetes.io/selected-node": "n0"}
    if dice.random() < 0.4:
        metadata["annotations"] = {"pv.kubernetes.io/bind-completed": "yes"}
        spec["volumeName"] = f"pv-{space}-{name}"
        reference = {"name": name, "namespace": space, "uid": metadata["uid"]}
        return [whole, volume(making, spec["volumeName"], modes, {"claimRef": reference}, "Bound")]
    return [whole]


def volume(making: Sample, name: str, modes: list[str], more: Raw, phase: str) -> Raw:
    dice, labels = making.dice, {}
    spec = {
        "capacity": {"storage": f"{dice.randint(1, 4)}Gi"},
        "accessModes": modes,
        "storageClassName": "local",
        **more,
    }
    if dice.random() < 0.3:
        labels[dice.choice([ZONE, "failure-domain.beta.kubernetes.io/zone"])] = dice.choice(["a", "b__c"])
    if dice.random() < 0.5:
        zones = {"key": dice.choice([ZONE, "rack"]), "operator": "In", "values": dice.sample(["a", "b", "1"], 2)}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": [zones]}]}}
    spec |= {"csi": {"driver": DRIVER, "volumeHandle": name}} if dice.random() < 0.7 else {"hostPath": {"path": "/mnt"}}
    metadata = {"name": name, "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": metadata,
        "spec": spec,
        "status": {"phase": phase},
    }


def classes(making: Sample, nodes: list[Raw]) -> list[Raw]:
    """Storage classes, free volumes and drivers, where any claim needs them."""
    dice = making.dice
    if not making.storage:
        return []
    found = [
        storage_class("wait"),
        storage_class("now", mode="Immediate"),
        storage_class("local", "kubernetes.io/no-provisioner"),
    ]
    zones = [{"matchLabelExpressions": [{"key": ZONE, "values": ["a", "b"]}]}]
    found.append({**storage_class("zonal"), "allowedTopologies": zones})
    every = ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]
    found += [volume(making, f"free-{number}", every, {}, "Available") for number in range(dice.randint(0, 3))]
    for one in nodes:
        if dice.random() < 0.6:
            driver: Raw = {"name": DRIVER, "nodeID": one["metadata"]["name"], "topologyKeys": [ZONE]}
            if dice.random() < 0.6:
                driver["allocatable"] = {"count": dice.randint(1, 2)}
            metadata = {"name": one["metadata"]["name"]}
            found.append(
                {
                    "apiVersion": "storage.k8s.io/v1",
                    "kind": "CSINode",
                    "metadata": metadata,
                    "spec": {"drivers": [driver]},
                }
            )
    return found


def storage_class(name: str, provisioner: str = DRIVER, mode: str = "WaitForFirstConsumer") -> Raw:
    metadata = {"name": name}
    known = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": metadata}
    return {**known, "provisioner": provisioner, "volumeBindingMode": mode}
