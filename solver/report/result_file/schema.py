"""The format of a result file, version by version. ``result.schema.json`` beside this file is made from these types."""

from __future__ import annotations

import json
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

API_VERSION = "podsolver/v1alpha1"
SCHEMA_FILE = "result.schema.json"

Number = Annotated[int | float, Field(ge=0, allow_inf_nan=False)]
PodKey = Annotated[str, Field(description="namespace/name of a pod")]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class LevelDocument(_Document):
    """One lexicographic level. All are minimised."""

    objective: Literal["pending", "unserved", "disruption", "cost", "preferences"]
    resource: str | None = Field(None, description="the one that unserved speaks of")
    priority: int | None = Field(description="the level speaks of pods of at least this priority; null: of all pods")
    value: Number
    bound: Number | None = Field(description="no placement that keeps the earlier levels is below; null: none known")
    gap: Number | None = Field(description="(value - bound) / value, 0 where they are equal; null without a bound")
    proven: bool = Field(description="whether value and bound are equal")


class TaintDocument(_Document):
    """A taint, as nodes have it."""

    key: str
    value: str = ""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class NodeDocument(_Document):
    """A node that is no Node object of the input."""

    name: str
    pool: str | None
    instance_type: str | None
    zone: str | None
    price_per_hour: Number | None
    allocatable: dict[str, str] = Field(description="Kubernetes quantities, the number of pods among them")
    labels: dict[str, str]
    taints: list[TaintDocument]


class EvictDocument(_Document):
    """A pod leaves its node."""

    evict: PodKey


class BindDocument(_Document):
    """A pod is bound to a node."""

    bind: PodKey
    node: str


class RuntimeDocument(_Document):
    """Wall-clock seconds of each stage: ``build`` are imports and models, ``solve`` is the strategy alone."""

    load: Number
    build: Number
    solve: Number
    verify: Number
    total: Number


class CompetitionDocument(_Document):
    """Why a pod stays pending in a proven optimum: all of it together leaves no room for the pod."""

    rules: list[str] = Field(description="by the names of kube-scheduler's plugins")
    resources: list[str] = Field(description="those that are short")
    where: str = Field(description="the domain that all of it speaks of: nodes, or the value of a topology key")
    pods: dict[PodKey, int] = Field(description="placed pods that would have to give way: how many are like this one")
    levels: list[str] = Field(description="earlier levels that would get worse")
    text: str


class ResultDocument(_Document):
    """A verified answer of one strategy to one scenario."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True, title="podsolver result")

    api_version: Literal["podsolver/v1alpha1"] = Field(alias="apiVersion")
    scenario: str
    strategy: str
    termination: Literal["optimal", "feasible", "infeasible", "unknown"] = Field(
        description="optimal only where every level is proven"
    )
    limit: Literal["time", "work", "interrupt"] | None = Field(
        description="why the strategy stopped before it was done"
    )
    levels: list[LevelDocument]
    placement: dict[PodKey, str | None] = Field(description="every pod that has not finished: its node, or null")
    devices: dict[PodKey, list[Annotated[int, Field(ge=0)]]] = Field(
        default_factory=dict,
        description="where pods share GPUs: the devices of each pod that has any, by their numbers on its node",
    )
    nodes: list[NodeDocument] = Field(description="every node that holds a pod and is no Node object of the input")
    moved: list[PodKey] = Field(description="bound pods that are on another node now")
    evicted: list[PodKey] = Field(description="bound pods that have no node now")
    bind_order: list[PodKey] = Field(description="every pod newly bound, all moved and evicted ones having left first")
    steps: list[EvictDocument | BindDocument] = Field(description="what really happened, in this order")
    runtime_s: RuntimeDocument
    violations: list[str]
    messages: dict[PodKey, str] = Field(
        default_factory=dict, description="why pending pods are pending, in kube-scheduler's words"
    )
    competes: dict[PodKey, CompetitionDocument] = Field(
        default_factory=dict, description="what pods that stay pending in a proven optimum compete with"
    )


def generated_schema() -> str:
    """The JSON Schema of `ResultDocument`, as the shipped file must have it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{API_VERSION}/result"}
    return json.dumps(schema | ResultDocument.model_json_schema(), indent=2) + "\n"


def shipped_schema() -> str:
    """The text of the schema file that comes with the package."""
    return resources.files(__package__).joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
