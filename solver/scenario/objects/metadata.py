"""Who an object is: name, namespace, labels, owner.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from solver.cluster.pod import Owner

if TYPE_CHECKING:
    from solver.scenario.field import Field

DEFAULT_NAMESPACE = "default"

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 253


@lru_cache(maxsize=65536)
def is_name(text: str) -> bool:
    """Whether an object can have this name (a DNS subdomain)."""
    return len(text) <= _LONGEST and _NAME.fullmatch(text) is not None


def name_of(root: Field) -> str:
    """The object's name, which must be there."""
    place = root.at("metadata", "name")
    name = place.required_text("give the object a name")
    if name and not is_name(name):
        place.wrong("not a possible name", "use lower-case letters, digits, dashes and dots, at most 253 of them")
    return name


def namespace_of(root: Field) -> str:
    """The object's namespace, ``default`` where none is written."""
    place = root.at("metadata", "namespace")
    namespace = place.text() or DEFAULT_NAMESPACE
    if not is_name(namespace):
        place.wrong("not a possible name", "use lower-case letters, digits and dashes")
    return namespace


def labels_of(root: Field) -> dict[str, str]:
    """The object's labels."""
    return root.at("metadata", "labels").labels()


def annotations_of(root: Field) -> dict[str, str]:
    """The object's annotations."""
    return root.at("metadata", "annotations").labels()


def controller_of(value: dict[str, Any]) -> Owner | None:
    """The owner whose reference says ``controller: true``; asked of every pod, so the raw object is read."""
    metadata = value.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, dict) and reference.get("controller") is True:
            return Owner(_text(reference, "apiVersion"), _text(reference, "kind"), _text(reference, "name"))
    return None


def _text(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value if isinstance(value, str) else ""
