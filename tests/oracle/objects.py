"""Raw manifests, as YAML gives them, and how to get at what they say."""

from __future__ import annotations

from typing import Any

Raw = dict[str, Any]

ZONE = "topology.kubernetes.io/zone"
REGION = "topology.kubernetes.io/region"


def of_kind(objects: list[Raw], kind: str) -> list[Raw]:
    return [item for item in objects if item["kind"] == kind]


def name(item: Raw) -> str:
    return str(item["metadata"]["name"])


def namespace(item: Raw) -> str:
    return str(item["metadata"].get("namespace") or "default")


def key(item: Raw) -> str:
    return f"{namespace(item)}/{name(item)}"


def labels(item: Raw) -> dict[str, str]:
    return item["metadata"].get("labels") or {}


def notes(item: Raw) -> dict[str, str]:
    return item["metadata"].get("annotations") or {}


def spec(item: Raw) -> Raw:
    return item.get("spec") or {}


def named(objects: list[Raw], kind: str, wanted: str) -> Raw | None:
    return next((item for item in of_kind(objects, kind) if name(item) == wanted), None)


def node_named(objects: list[Raw], wanted: str) -> Raw:
    node = named(objects, "Node", wanted)
    assert node is not None, wanted
    return node


def pods_at(objects: list[Raw], bound: dict[str, str]) -> list[tuple[Raw, Raw]]:
    """Every pod that has a node that exists, with it."""
    nodes = {name(node): node for node in of_kind(objects, "Node")}
    pods = [(pod, nodes.get(bound.get(key(pod), ""))) for pod in of_kind(objects, "Pod")]
    return [(pod, node) for pod, node in pods if node is not None]


def namespace_labels(objects: list[Raw], wanted: str) -> dict[str, str]:
    declared = named(objects, "Namespace", wanted)
    own = labels(declared) if declared else {}
    return {**own, "kubernetes.io/metadata.name": wanted}
