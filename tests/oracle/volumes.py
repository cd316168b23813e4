"""The storage filters, and what becomes of a pod's claims when it is bound, on raw dicts.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/
https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
https://kubernetes.io/docs/concepts/storage/storage-limits/
"""

from __future__ import annotations

import copy
from typing import Any

from tests.oracle.filters import Bound, here
from tests.oracle.matching import node_term, selects
from tests.oracle.objects import (
    REGION,
    ZONE,
    Raw,
    key,
    labels,
    name,
    named,
    namespace,
    notes,
    of_kind,
    spec,
)
from tests.oracle.quantities import quantity

SELECTED = "volume.kubernetes.io/selected-node"
COMPLETED = "pv.kubernetes.io/bind-completed"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


def described(objects: list[Raw]) -> bool:
    """An input with neither class nor volume says nothing about storage."""
    return bool(of_kind(objects, "StorageClass") or of_kind(objects, "PersistentVolume"))


def claims_of(objects: list[Raw], pod: Raw, ephemeral: bool = True) -> list[tuple[str, Raw | None]]:
    """Name and object of every claim that the pod uses."""
    found = []
    for volume in spec(pod).get("volumes") or []:
        if volume.get("persistentVolumeClaim"):
            wanted = volume["persistentVolumeClaim"]["claimName"]
        elif volume.get("ephemeral") and ephemeral:
            wanted = f"{name(pod)}-{volume['name']}"
        else:
            continue
        claims = [
            item for item in of_kind(objects, "PersistentVolumeClaim") if key(item) == f"{namespace(pod)}/{wanted}"
        ]
        found.append((wanted, claims[0] if claims else None))
    return found


def class_name(item: Raw) -> str:
    said = notes(item).get("volume.beta.kubernetes.io/storage-class")
    return said if said is not None else spec(item).get("storageClassName") or ""


def storage_class(objects: list[Raw], claim: Raw) -> Raw | None:
    return named(objects, "StorageClass", class_name(claim))


def is_bound(claim: Raw) -> bool:
    return bool(spec(claim).get("volumeName")) and COMPLETED in notes(claim)


def waits(objects: list[Raw], claim: Raw) -> bool:
    chosen = storage_class(objects, claim)
    if spec(claim).get("volumeName") or chosen is None:
        return False
    return chosen.get("volumeBindingMode") == "WaitForFirstConsumer"


def reaches(volume: Raw, node: Raw) -> bool:
    required = (spec(volume).get("nodeAffinity") or {}).get("required")
    return required is None or any(
        node_term(term, "", labels(node)) for term in required.get("nodeSelectorTerms") or []
    )


def size(item: Raw) -> Any:
    if item["kind"] == "PersistentVolume":
        return quantity(spec(item)["capacity"]["storage"])
    return quantity(((spec(item).get("resources") or {}).get("requests") or {}).get("storage", 0))


def is_for(volume: Raw, claim: Raw) -> bool:
    reference = spec(volume).get("claimRef")
    if not reference or (reference["name"], reference.get("namespace") or "default") != (name(claim), namespace(claim)):
        return False
    return not reference.get("uid") or reference["uid"] == claim["metadata"].get("uid")


def smallest(objects: list[Raw], claim: Raw, node: Raw, taken: list[str]) -> Raw | None:
    best = None
    for volume in sorted(of_kind(objects, "PersistentVolume"), key=name):
        if name(volume) in taken or class_name(volume) != class_name(claim) or size(volume) < size(claim):
            continue
        if spec(volume).get("claimRef") and not is_for(volume, claim):
            continue
        if (spec(volume).get("volumeMode") or "Filesystem") != (spec(claim).get("volumeMode") or "Filesystem"):
            continue
        if (spec(volume).get("volumeAttributesClassName") or "") != (
            spec(claim).get("volumeAttributesClassName") or ""
        ):
            continue
        if volume["metadata"].get("deletionTimestamp"):
            continue
        if is_for(volume, claim):
            return volume if reaches(volume, node) else None
        if (volume.get("status") or {}).get("phase") != "Available" or not reaches(volume, node):
            continue
        if spec(claim).get("selector") and not selects(spec(claim)["selector"], labels(volume)):
            continue
        if not set(spec(claim)["accessModes"]) <= set(spec(volume)["accessModes"]):
            continue
        if best is None or size(volume) < size(best):
            best = volume
    return best


def matches(objects: list[Raw], pod: Raw, node: Raw) -> list[tuple[Raw, Raw | None]]:
    """The claims that wait for the pod, smallest first, each with the volume that it would get on the node."""
    waiting = [claim for _, claim in claims_of(objects, pod) if claim and not is_bound(claim) and waits(objects, claim)]
    taken: list[str] = []
    pairs = []
    for claim in sorted(waiting, key=size):
        volume = None if SELECTED in notes(claim) else smallest(objects, claim, node, taken)
        taken += [name(volume)] if volume else []
        pairs.append((claim, volume))
    return pairs


def can_provision(objects: list[Raw], claim: Raw, node: Raw) -> bool:
    chosen = storage_class(objects, claim)
    if chosen is None or chosen.get("provisioner") in (None, "", NO_PROVISIONER):
        return False
    topologies = chosen.get("allowedTopologies") or []
    return not topologies or any(
        bool(term.get("matchLabelExpressions"))
        and all(labels(node).get(item["key"]) in item["values"] for item in term["matchLabelExpressions"])
        for term in topologies
    )


def rejected(objects: list[Raw], bound: Bound, pod: Raw) -> tuple[str, str] | None:
    """The storage plugin that rejects the pod whatever the node, and why, in the order in which they are asked."""
    for wanted, claim in claims_of(objects, pod, ephemeral=False):
        if claim is None:
            return "VolumeRestrictions", f'persistentvolumeclaim "{wanted}" not found'
    if not described(objects):
        return None
    for wanted, claim in claims_of(objects, pod):
        trouble = in_trouble(pod, wanted, claim)
        if trouble:
            return "VolumeBinding", trouble
    for _, claim in claims_of(objects, pod):
        if claim and not is_bound(claim) and not waits(objects, claim):
            return "VolumeBinding", "pod has unbound immediate PersistentVolumeClaims"
    for _, claim in claims_of(objects, pod, ephemeral=False):
        volume = spec(claim).get("volumeName") if claim else None
        if volume and named(objects, "PersistentVolume", volume) is None:
            return "VolumeZone", f'persistentvolume "{volume}" not found'
    return None


def in_trouble(pod: Raw, wanted: str, claim: Raw | None) -> str | None:
    """What is wrong with a claim as such."""
    if claim is None:
        return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{wanted}"'
    if (claim.get("status") or {}).get("phase") == "Lost":
        volume = spec(claim).get("volumeName") or ""
        return f'persistentvolumeclaim "{wanted}" bound to non-existent persistentvolume "{volume}"'
    if claim["metadata"].get("deletionTimestamp"):
        return f'persistentvolumeclaim "{wanted}" is being deleted'
    ephemeral = [f"{name(pod)}-{volume['name']}" for volume in spec(pod)["volumes"] if volume.get("ephemeral")]
    owners = [owner["name"] for owner in claim["metadata"].get("ownerReferences") or [] if owner.get("controller")]
    if wanted in ephemeral and owners != [name(pod)]:
        return f"PVC {key(claim)} was not created for pod {key(pod)} (pod is not owner)"
    return None


def volume_binding(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    return not described(objects) or not binding_reasons(objects, pod, node)


def binding_reasons(objects: list[Raw], pod: Raw, node: Raw) -> list[str]:
    """What is wrong with the bound claims, the first that is wrong, and with those that wait, all together."""
    reasons = []
    for _, claim in claims_of(objects, pod):
        if claim and is_bound(claim):
            volume = named(objects, "PersistentVolume", spec(claim)["volumeName"])
            if volume is None:
                reasons.append("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)")
                break
            if not reaches(volume, node):
                reasons.append("node(s) didn't match PersistentVolume's node affinity")
                break
    for claim, volume in matches(objects, pod, node):
        elsewhere = notes(claim).get(SELECTED, name(node)) != name(node)
        if elsewhere or (volume is None and not can_provision(objects, claim, node)):
            return [*reasons, "node(s) didn't find available persistent volumes to bind"]
    return reasons


def volume_zone(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    successor = {ZONE: ZONE, REGION: REGION}
    successor |= {f"failure-domain.beta.kubernetes.io/{new.rsplit('/', 1)[1]}": new for new in (ZONE, REGION)}
    own = labels(node)
    if not described(objects) or not any(label in own for label in successor):
        return True
    for _, claim in claims_of(objects, pod, ephemeral=False):
        volume = named(objects, "PersistentVolume", (claim and spec(claim).get("volumeName")) or "")
        for label, new in successor.items():
            said = labels(volume).get(label) if volume else None
            zones = [zone.strip() for zone in (said or "").split("__")]
            if said is not None and all(zones) and own.get(label, own.get(new)) not in zones:
                return False
    return True


def attached(objects: list[Raw], pod: Raw) -> set[tuple[str, str]]:
    """CSI volumes of a pod as driver and handle; a claim without volume counts for its class's provisioner."""
    found = set()
    for _, claim in claims_of(objects, pod):
        if claim is None:
            continue
        volume = named(objects, "PersistentVolume", spec(claim).get("volumeName") or "")
        chosen = storage_class(objects, claim)
        if volume is not None:
            csi = spec(volume).get("csi")
            found |= {(csi["driver"], csi["volumeHandle"])} if csi else set()
        elif chosen is not None:
            found.add((chosen["provisioner"], f"claim {key(claim)}"))
    return found


def node_volume_limits(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    csi_node = named(objects, "CSINode", name(node))
    if csi_node is None:
        return True
    there = {volume for other in here(objects, bound, node) for volume in attached(objects, other)}
    new = attached(objects, pod) - there
    for driver in spec(csi_node).get("drivers") or []:
        limit = (driver.get("allocatable") or {}).get("count")
        brings = any(volume[0] == driver["name"] for volume in new)
        if limit is not None and brings and sum(volume[0] == driver["name"] for volume in there | new) > limit:
            return False
    return True


def settled(objects: list[Raw], pod: Raw, node: Raw) -> list[Raw]:
    """The objects after the pod was bound to the node: its waiting claims have their volumes."""
    if not described(objects) or not matches(objects, pod, node):
        return objects
    later = copy.deepcopy(objects)
    for claim, volume in matches(objects, pod, node):
        new = provisioned(objects, claim, node) if volume is None else copy.deepcopy(volume)
        new["spec"]["claimRef"] = {
            "name": name(claim),
            "namespace": namespace(claim),
            "uid": claim["metadata"].get("uid"),
        }
        new["status"] = {"phase": "Bound"}
        later = [item for item in later if not (item["kind"] == "PersistentVolume" and name(item) == name(new))]
        later.append(new)
        mine = next(item for item in of_kind(later, "PersistentVolumeClaim") if key(item) == key(claim))
        mine["spec"]["volumeName"] = name(new)
        mine["metadata"]["annotations"] = {**notes(mine), COMPLETED: "yes"}
    return later


def provisioned(objects: list[Raw], claim: Raw, node: Raw) -> Raw:
    chosen = storage_class(objects, claim)
    assert chosen is not None
    keys = topology_keys(objects, claim, named(objects, "CSINode", name(node)))
    place = [{"key": item, "operator": "In", "values": [labels(node)[item]]} for item in keys if item in labels(node)]
    made = f"pvc-{namespace(claim)}-{name(claim)}"
    body: Raw = {
        "capacity": {"storage": str(spec(claim)["resources"]["requests"]["storage"])},
        "accessModes": spec(claim)["accessModes"],
        "storageClassName": name(chosen),
        "csi": {"driver": chosen["provisioner"], "volumeHandle": made},
    }
    if place:
        body["nodeAffinity"] = {"required": {"nodeSelectorTerms": [{"matchExpressions": place}]}}
    return {"kind": "PersistentVolume", "metadata": {"name": made}, "spec": body}


def topology_keys(objects: list[Raw], claim: Raw, csi_node: Raw | None) -> list[str]:
    """Those of the driver on the node; where it has none, those of the class."""
    chosen = storage_class(objects, claim)
    assert chosen is not None
    drivers = (spec(csi_node).get("drivers") or []) if csi_node else []
    keys = next((driver.get("topologyKeys") for driver in drivers if driver["name"] == chosen["provisioner"]), None)
    terms = chosen.get("allowedTopologies") or []
    return list(
        dict.fromkeys(keys or [item["key"] for term in terms for item in term.get("matchLabelExpressions") or []])
    )
