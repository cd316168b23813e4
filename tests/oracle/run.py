"""A whole run of kube-scheduler over raw manifests, written down as it is recorded: attempt by attempt, node by node.

Beyond what is recorded, ``raw`` holds what each plugin counts before its scores are normalised.
"""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from tests.oracle.devices import settled_in, taken
from tests.oracle.filters import Bound
from tests.oracle.matching import affinity
from tests.oracle.objects import Raw, key, name, named, node_named, notes, of_kind, spec
from tests.oracle.preemption import Moment, preempt, unavailable
from tests.oracle.scores import nodes_named, raw_scores, scores
from tests.oracle.verdicts import UNRESOLVABLE
from tests.oracle.volumes import SELECTED, claims_of, matches, rejected, settled, topology_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

GONE = ("Succeeded", "Failed")
NARROWED: Raw = {
    "plugin": "",
    "code": UNRESOLVABLE,
    "reasons": ["node(s) didn't satisfy plugin(s) [NodeAffinity]"],
    "prefiltered": True,
}


def run(objects: list[Raw]) -> list[Raw]:
    """All attempts, of the highest priority first, then in the order of the file."""
    return tried(beginning(objects))


def beginning(objects: list[Raw]) -> Moment:
    """The moment before the first attempt."""
    living = [item for item in objects if item["kind"] != "Pod" or (item.get("status") or {}).get("phase") not in GONE]
    pods = of_kind(living, "Pod")
    bound = Bound({key(pod): spec(pod)["nodeName"] for pod in pods if spec(pod).get("nodeName")})
    waiting = [pod for pod in pods if key(pod) not in bound and is_candidate(pod)]
    nodes = {name(node) for node in of_kind(living, "Node")}
    nominated = {key(pod): (pod.get("status") or {}).get("nominatedNodeName") for pod in waiting}
    living = settled_in(living)
    return Moment(living, bound, {pod: node for pod, node in nominated.items() if node in nodes})


def tried(moment: Moment) -> list[Raw]:
    """All attempts from that moment on, carried out on it."""
    waiting = [pod for pod in of_kind(moment.objects, "Pod") if key(pod) not in moment.bound and is_candidate(pod)]
    return [
        record for pod in sorted(waiting, key=lambda pod: -moment.priority(pod)) for record in attempts(moment, pod)
    ]


def is_candidate(pod: Raw) -> bool:
    ours = (spec(pod).get("schedulerName") or "default-scheduler") == "default-scheduler"
    return ours and not spec(pod).get("schedulingGates")


def attempts(moment: Moment, pod: Raw) -> Iterator[Raw]:
    """One, and another one after each preemption."""
    for number in count(1):
        record = attempt(moment, pod)
        yield {**record, "attempt": number}
        if not (record["preemption"] or {}).get("nominated"):
            return


def attempt(moment: Moment, pod: Raw) -> Raw:
    """One attempt, carried out."""
    nominated = moment.nominated.get(key(pod)) or absent_nomination(moment, pod)
    record = {"pod": key(pod), **decision(moment, pod)} | ({"nominated": nominated} if nominated else {})
    preemption = record["preemption"] or {}
    if record["chosen"]:
        moment.nominated.pop(key(pod), None)
        node = node_named(moment.objects, record["chosen"])
        moment.objects = taken(settled(moment.objects, pod, node), moment.bound, pod, node)
        moment.bound = moment.bound.having([pod], record["chosen"])
    elif preemption.get("nominated"):
        node = preemption["nominated"]
        moment.bound = moment.bound.without([moment.pod(other) for other in preemption["victims"]])
        rank = moment.priority(pod)
        weaker = {other for other in moment.nominated if moment.priority(moment.pod(other)) < rank}
        kept = {other: where for other, where in moment.nominated.items() if where != node or other not in weaker}
        moment.nominated = kept | {key(pod): node}
    elif preemption and moment.preempts(pod) and "error" not in preemption:
        moment.nominated.pop(key(pod), None)
    return record


def absent_nomination(moment: Moment, pod: Raw) -> str | None:
    """The node that the pod names from the start, where there is no such node."""
    node = (pod.get("status") or {}).get("nominatedNodeName")
    return node if node and named(moment.objects, "Node", node) is None else None


def decision(moment: Moment, pod: Raw) -> Raw:
    """What is decided, before anything is done."""
    nodes = sorted(of_kind(moment.objects, "Node"), key=name)
    nothing: Raw = {"filter": None, "scores": None, "best": [], "chosen": None, "message": None, "preemption": None}
    if not nodes:
        return {**nothing, "message": "no nodes available to schedule pods"}
    names, outright = prefilter(moment, pod)
    if outright is not None:
        message = f"0/{len(nodes)} nodes are available: {outright['reasons'][0]}."
        told: Raw = {"message": "not found", "nominated": None, "victims": [], "error": "not found"}
        extra = {"fullMessage": f"{message} not found", "prefilter": {"rejected": outright}}
        return {**nothing, "message": message, "preemption": told, **extra}
    narrowed: Raw = {} if names is None else {"prefilter": {"nodes": sorted(names), "plugins": ["NodeAffinity"]}}
    wanted = moment.nominated.get(key(pod))
    if wanted and moment.verdict(pod, node_named(moment.objects, wanted)) is None:
        return {**nothing, **narrowed, "nominatedFits": True, **chosen_of(moment, pod, {wanted: None})}
    looked_at = [node for node in nodes if names is None or name(node) in {*names, wanted}]
    verdicts: dict[str, Raw | None] = dict.fromkeys(map(name, nodes), NARROWED)
    verdicts |= {name(node): moment.verdict(pod, node) for node in looked_at}
    if None in verdicts.values():
        return {**nothing, **narrowed, **chosen_of(moment, pod, verdicts)}
    rejections = [said for said in verdicts.values() if said]
    message = unavailable(len(nodes), Counter(reason for said in rejections for reason in said["reasons"]))
    preemption = preempt(moment, pod, verdicts)
    full = " ".join(part for part in (message, preemption["message"]) if part)
    found: Raw = {"filter": verdicts, "message": message, "preemption": preemption, "fullMessage": full}
    return {**nothing, **narrowed, **found}


def prefilter(moment: Moment, pod: Raw) -> tuple[set[str] | None, Raw | None]:
    """The only nodes that are looked at, where the pod's terms name them; what rejects the pod outright."""
    required = affinity(pod, "nodeAffinity").get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    named_in = [names_in(term) for term in required.get("nodeSelectorTerms") or []]
    names = None if not named_in or None in named_in else set().union(*(each for each in named_in if each is not None))
    if names is not None and not names:
        return None, {"plugin": "NodeAffinity", "code": UNRESOLVABLE, "reasons": ["pod affinity terms conflict"]}
    outright = rejected(moment.objects, moment.bound, pod)
    if outright is not None:
        return None, {"plugin": outright[0], "code": UNRESOLVABLE, "reasons": [outright[1]]}
    return names, None


def names_in(term: Raw) -> set[str] | None:
    fields = [field for field in term.get("matchFields") or [] if field["operator"] == "In"]
    sets = [set(field["values"]) for field in fields if field["key"] == "metadata.name"]
    return set.intersection(*sets) if sets else None


def chosen_of(moment: Moment, pod: Raw, verdicts: dict[str, Raw | None]) -> Raw:
    """The scores, the best of the feasible nodes, and what becomes of the claims on the first of these."""
    feasible = nodes_named(moment.objects, {node for node, said in verdicts.items() if said is None})
    plugins = scores(moment.objects, moment.bound, pod, feasible)
    rows = {name(node): {plugin: points[name(node)] for plugin, points in plugins.items()} for node in feasible}
    totals = {node: sum(row.values()) for node, row in rows.items()}
    best = sorted(node for node, total in totals.items() if total == max(totals.values()))
    record: Raw = {"filter": verdicts, "best": best, "chosen": best[0]}
    record["scores"] = {node: {**row, "total": totals[node]} for node, row in rows.items()}
    record["raw"] = raw_scores(moment.objects, moment.bound, pod, feasible)
    volumes = bindings(moment.objects, pod, node_named(moment.objects, best[0]))
    return record | ({"single": True} if len(rows) == 1 else {}) | ({"volumes": volumes} if volumes else {})


def bindings(objects: list[Raw], pod: Raw, node: Raw) -> list[Raw]:
    """The claims that get a volume with the bind: volumes that exist first, then those whose node was set, the rest."""
    found = matches(objects, pod, node)
    uses = [id(claim) for _, claim in claims_of(objects, pod)]
    static = [{"claim": key(claim), "volume": name(volume), "how": "static"} for claim, volume in found if volume]
    preset = sorted((claim for claim, _ in found if SELECTED in notes(claim)), key=lambda claim: uses.index(id(claim)))
    made = [*preset, *(claim for claim, volume in found if volume is None and SELECTED not in notes(claim))]
    return [*static, *(provision(objects, claim, node) for claim in made)]


def provision(objects: list[Raw], claim: Raw, node: Raw) -> Raw:
    volume = f"pvc-{key(claim).replace('/', '-')}"
    keys = topology_keys(objects, claim, named(objects, "CSINode", name(node)))
    return {"claim": key(claim), "volume": volume, "how": "provisioned", "nodeAffinityKeys": keys}
