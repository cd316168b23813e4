"""Every pod with a GPU has its devices named, and no device gives more than it is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.verify.devices import RULE, WHOLE, anybody_shares, in_the_input, there, wanted
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.verify.recount.final import Final


def devices(final: Final) -> Iterator[Violation]:
    """Wrong names of any pod, and what new pods break; nothing is asked where no pod shares a device."""
    if not anybody_shares(final.cluster):
        return
    named = final.placement.assigned.get(RULE, {})
    before = in_the_input(final.cluster)
    for node, pods in final.placement.pods_on.items():
        asking = [pod for pod in pods if wanted(pod)[0] and (pod in final.new or named)]
        yield from (found for pod in asking for found in _misnamed(pod, node, named, before))
    for node, pods in final.changed.items():
        staying = {pod: before[pod] for pod in pods if pod in before and pod not in final.new}
        yield from _overloaded(final, node, {**{pod: named.get(pod, ()) for pod in pods}, **staying})


def _misnamed(
    pod: Pod, node: Node, named: Mapping[Pod, Sequence[int]], before: Mapping[Pod, Sequence[int]]
) -> Iterator[Violation]:
    has, (number, _) = named.get(pod, ()), wanted(pod)
    if pod.node == node.name:
        if tuple(has) != tuple(before[pod]):
            text = f"{pod.key} stays on {node.name} with the GPU devices {_text(before[pod])}, not {_text(has)}."
            yield Violation(RULE, text, pod, node)
    elif len(set(has)) != number or len(has) != number:
        yield Violation(RULE, f"{pod.key} asks for {number} GPU devices and has {_text(has)}.", pod, node)
    elif any(not 0 <= device < there(node) for device in has):
        text = f"{pod.key} has the GPU devices {_text(has)}, of {there(node)} that {node.name} has."
        yield Violation(RULE, text, pod, node)


def _overloaded(final: Final, node: Node, has: Mapping[Pod, Sequence[int]]) -> Iterator[Violation]:
    """Devices of which a new pod has a part."""
    loads: defaultdict[int, int] = defaultdict(int)
    for pod, numbers in has.items():
        for device in numbers:
            loads[device] += wanted(pod)[1]
    fresh = {device for pod, numbers in has.items() if pod in final.new for device in numbers}
    for device in sorted(device for device in fresh if loads[device] > WHOLE):
        text = f"Device {device} of {node.name} gives {loads[device]} thousandths."
        yield Violation(RULE, text, node=node)


def _text(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
