"""A ReadWriteOncePod claim has one user in the whole cluster."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import Pod
    from solver.verify.recount.final import Final


def single_users(final: Final) -> Iterator[Violation]:
    """Every second user that is new, or whose first is."""
    for claim, pods in _users(final).items():
        for pod, other in final.pairs_with_new(pods):
            text = f"{pod.key} and {other.key} both use claim {claim}, which is ReadWriteOncePod."
            yield Violation("VolumeRestrictions", text, pod, final.placement.node_of[pod])


def _users(final: Final) -> dict[str, list[Pod]]:
    """The placed pods of every single-user claim."""
    single = {key for key, claim in final.cluster.storage.claims.items() if "ReadWriteOncePod" in claim.access_modes}
    users: defaultdict[str, list[Pod]] = defaultdict(list)
    for pod in final.placement.node_of if single else ():
        for volume in pod.spec.claims:
            key = f"{pod.namespace}/{volume.claim}"
            if key in single and not volume.ephemeral and pod not in users[key]:
                users[key].append(pod)
    return users
