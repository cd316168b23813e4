"""Label selectors, node terms, tolerations and pod terms, on raw dicts.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

import re

from tests.oracle.objects import Raw, labels, name, namespace, namespace_labels, spec

Labels = dict[str, str]


def holds(requirement: Raw, values: Labels) -> bool:
    operator, wanted = requirement["operator"], requirement.get("values") or []
    there = values.get(requirement["key"])
    if operator == "Exists":
        return there is not None
    if operator == "DoesNotExist":
        return there is None
    if operator == "In":
        return there in wanted
    if operator == "NotIn":
        return there not in wanted
    if there is None or not (is_integer(there) and is_integer(wanted[0])):
        return False
    return int(there) > int(wanted[0]) if operator == "Gt" else int(there) < int(wanted[0])


def is_integer(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", text, re.ASCII) is not None and -(2**63) <= int(text) < 2**63


def selects(selector: Raw | None, values: Labels) -> bool:
    """A nil selector matches nothing, an empty one everything."""
    if selector is None:
        return False
    equal = all(values.get(item) == wanted for item, wanted in (selector.get("matchLabels") or {}).items())
    return equal and all(holds(requirement, values) for requirement in selector.get("matchExpressions") or [])


def is_empty(selector: Raw | None) -> bool:
    return not selector or not (selector.get("matchLabels") or selector.get("matchExpressions"))


def narrowed(selector: Raw | None, pod: Raw, match: list[str], mismatch: list[str]) -> Raw | None:
    """matchLabelKeys and mismatchLabelKeys as further expressions; keys that the pod lacks are dropped."""
    if selector is None:
        return None
    own = labels(pod)
    more = [{"key": item, "operator": "In", "values": [own[item]]} for item in match if item in own]
    more += [{"key": item, "operator": "NotIn", "values": [own[item]]} for item in mismatch if item in own]
    return {**selector, "matchExpressions": [*(selector.get("matchExpressions") or []), *more]}


def node_term(term: Raw, node_name: str, values: Labels) -> bool:
    expressions, fields = term.get("matchExpressions") or [], term.get("matchFields") or []
    if not expressions and not fields:
        return False
    by_name = all(holds(field, {"metadata.name": node_name}) for field in fields)
    return by_name and all(holds(expression, values) for expression in expressions)


def affinity(pod: Raw, kind: str) -> Raw:
    return (spec(pod).get("affinity") or {}).get(kind) or {}


def selects_node(pod: Raw, node: Raw) -> bool:
    """nodeSelector and required node affinity."""
    own = labels(node)
    if any(own.get(item) != value for item, value in (spec(pod).get("nodeSelector") or {}).items()):
        return False
    required = affinity(pod, "nodeAffinity").get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    return any(node_term(term, name(node), own) for term in required.get("nodeSelectorTerms") or [])


def tolerates(toleration: Raw, taint: Raw) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(toleration.get("key")) and (toleration.get("value") or "") == (taint.get("value") or "")


def untolerated(pod: Raw, node: Raw, effects: tuple[str, ...]) -> list[Raw]:
    taints = [taint for taint in spec(node).get("taints") or [] if taint["effect"] in effects]
    tolerations = spec(pod).get("tolerations") or []
    return [taint for taint in taints if not any(tolerates(toleration, taint) for toleration in tolerations)]


def speaks_of(term: Raw, owner: Raw, other: Raw, objects: list[Raw]) -> bool:
    """Whether a pod affinity term of one pod means the other pod."""
    where, chosen = term.get("namespaces") or [], term.get("namespaceSelector")
    if not where and chosen is None:
        where = [namespace(owner)]
    covered = namespace(other) in where or selects(chosen, namespace_labels(objects, namespace(other)))
    match, mismatch = term.get("matchLabelKeys") or [], term.get("mismatchLabelKeys") or []
    return covered and selects(narrowed(term.get("labelSelector"), owner, match, mismatch), labels(other))


def required_terms(pod: Raw, kind: str) -> list[Raw]:
    return affinity(pod, kind).get("requiredDuringSchedulingIgnoredDuringExecution") or []


def preferred_terms(pod: Raw, kind: str) -> list[Raw]:
    return affinity(pod, kind).get("preferredDuringSchedulingIgnoredDuringExecution") or []
