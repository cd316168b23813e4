"""Which volumes a pod has a node attach, as the limits count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.verify.replay.in_tree import SUCCESSORS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import Pod
    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.verify.replay.ledger import Ledger


class Attachment(NamedTuple):
    """One volume of one driver; two pods that use it share it."""

    driver: str
    handle: str


def attachments(ledger: Ledger, pod: Pod) -> Iterator[Attachment]:
    """The volumes of the pod that count, wherever it is."""
    for volume in pod.spec.claims:
        claim = ledger.claim_of(pod, volume)
        found = None if claim is None else _of_claim(ledger, claim)
        if found is not None:
            yield found
    for inline in pod.spec.inline_volumes:
        if inline.driver in SUCCESSORS.values():
            yield Attachment(inline.driver, inline.name)


def _of_claim(ledger: Ledger, claim: PersistentVolumeClaim) -> Attachment | None:
    """The volume behind a claim; one that is still to be made counts under the claim's name."""
    volume = ledger.volumes.get(claim.volume) if claim.volume else None
    if volume is not None:
        driver = volume.driver or SUCCESSORS.get(volume.plugin, "")
        return Attachment(driver, volume.handle) if driver and volume.handle else None
    storage_class = ledger.class_of(claim)
    if storage_class is None:
        return None
    provisioner = storage_class.provisioner
    return Attachment(SUCCESSORS.get(provisioner, provisioner), f"unbound {claim.key}")
