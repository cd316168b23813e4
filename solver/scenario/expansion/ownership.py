"""Who owns whom: from a pod by its owner references to the workload that wanted it.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from solver.scenario.objects.metadata import DEFAULT_NAMESPACE, controller_of
from solver.scenario.objects.workloads import HASH, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.scenario.documents.document import Document


class Key(NamedTuple):
    """What identifies an object that owns."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """``Deployment shop/web``."""
        return f"{self.kind} {self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The owners in an input; ``owner_of`` holds the controller of each of them that has one."""

    objects: frozenset[Key]
    owner_of: dict[Key, Key]
    _chains: dict[tuple[Key, str], tuple[Key, ...]] = field(default_factory=dict)

    def owners_of_pod(self, pod: dict[str, Any]) -> tuple[Key, ...]:
        """The pod's controller, the controller of that and so on, as far as the input tells."""
        controller = _controller_key(pod)
        if controller is None or controller.kind == "Node":
            return ()
        template_hash = _hash_of(pod)
        known = self._chains.get((controller, template_hash))
        if known is None:
            known = self._chains[controller, template_hash] = self._chain(controller, template_hash)
        return known

    def is_outermost(self, key: Key) -> bool:
        """Whether no other workload of the input makes this one's pods; a CronJob makes none here."""
        owner = self.owner_of.get(key)
        return owner is None or owner not in self.objects or owner.kind == "CronJob"

    def _chain(self, controller: Key, template_hash: str) -> tuple[Key, ...]:
        chain = [controller]
        while (owner := self.owner_of.get(chain[-1])) is not None and owner not in chain:
            chain.append(owner)
        deployment = self._deployment_of(chain[-1], template_hash)
        return (*chain, deployment) if deployment else tuple(chain)

    def _deployment_of(self, owner: Key, template_hash: str) -> Key | None:
        """The Deployment of a ReplicaSet that does not name it: its own name begins the ReplicaSet's, a hash ends it.

        The pods' label tells the hash. Without it, a ReplicaSet that is not in the input may be that of a Deployment
        that is.
        """
        name, dash, ending = owner.name.rpartition("-")
        if owner.kind != Kind.REPLICA_SET or owner in self.owner_of or not dash:
            return None
        deployment = Key(Kind.DEPLOYMENT, owner.namespace, name)
        if template_hash:
            return deployment if ending == template_hash else None
        return deployment if owner not in self.objects and deployment in self.objects else None


def ownership(documents: Iterable[Document]) -> Ownership:
    """The owners among these documents (all but pods)."""
    keys = [(_key(document.value), document.value) for document in documents if document.kind != "Pod"]
    owners = {key: owner for key, value in keys if (owner := _controller_key(value)) is not None}
    return Ownership(frozenset(key for key, _ in keys), owners)


def namespace_of_raw(value: dict[str, Any]) -> str:
    """The namespace of a raw object."""
    return str(_metadata(value).get("namespace") or DEFAULT_NAMESPACE)


def name_of_raw(value: dict[str, Any]) -> tuple[str, str]:
    """Namespace and name of a raw object."""
    return namespace_of_raw(value), str(_metadata(value).get("name"))


def _key(value: dict[str, Any]) -> Key:
    return Key(str(value.get("kind")), *name_of_raw(value))


def _controller_key(value: dict[str, Any]) -> Key | None:
    owner = controller_of(value)
    return None if owner is None else Key(owner.kind, namespace_of_raw(value), owner.name)


def _hash_of(value: dict[str, Any]) -> str:
    labels = _metadata(value).get("labels")
    found = labels.get(HASH) if isinstance(labels, dict) else None
    return found if isinstance(found, str) else ""


def _metadata(value: dict[str, Any]) -> dict[str, Any]:
    metadata = value.get("metadata")
    return metadata if isinstance(metadata, dict) else {}
