"""The kind ``Scenario``: what is asked of a cluster, and which nodes may be opened for it.

These models are the source of ``scenario.schema.json``, the published JSON Schema (version ``podsolver/v1alpha1``).
"""

from __future__ import annotations

import json
from enum import StrEnum
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from solver.objectives.question import BoundPods, ObjectiveName

API_VERSION = "podsolver/v1alpha1"
KIND = "Scenario"
SCHEMA_FILE = "scenario.schema.json"
MOST_NODES = 100_000
"""More nodes in a pool than that are a mistake: Kubernetes is made for up to 5,000 in a cluster."""


class TaintEffect(StrEnum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Quantity = Annotated[str | int | float, Field(description="A Kubernetes quantity, such as 500m, 2 or 1.5Gi.")]
Count = Annotated[int, Field(ge=0, le=MOST_NODES)]
Name = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
ZoneName = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")]


class PoolTaint(_Model):
    """A taint of every node of a pool."""

    key: str = Field(min_length=1)
    value: str = ""
    effect: Annotated[TaintEffect, Field(strict=False)]


class NodeTemplate(_Model):
    """A Node without a name, from which the nodes of a pool are made."""

    metadata: dict[str, Any] = Field(default_factory=dict)
    spec: dict[str, Any] = Field(default_factory=dict)
    status: dict[str, Any] = Field(default_factory=dict)


class Pool(_Model):
    """Nodes of one size and price: ``count``, or at least ``min`` and at most ``max``, over all zones together."""

    name: Name
    shape: dict[str, Quantity] | None = Field(None, description="Allocatable resources; pods 110 unless given.")
    template: NodeTemplate | None = None
    instance_type: str | None = Field(
        None, alias="instanceType", description="A type of the catalogue, such as m7i.2xlarge."
    )
    count: Count | None = None
    min: Count = 0
    max: Count | None = None
    zones: list[ZoneName] = Field(default_factory=list)
    price_per_hour: str | int | float | None = Field(None, alias="pricePerHour", description="A number from 0.")
    labels: dict[str, str] = Field(default_factory=dict)
    taints: list[PoolTaint] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_what_its_nodes_are(self) -> Self:
        sizes = {"shape": self.shape, "template": self.template, "instanceType": self.instance_type}
        given = [name for name, size in sizes.items() if size is not None]
        if len(given) != 1:
            raise ValueError(
                f"{' and '.join(given) or 'no size'} given; give exactly one of shape, template, instanceType"
            )
        return self

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        if self.count is None and self.max is None:
            raise ValueError("no number of nodes; give count, or max (and min)")
        if self.count is not None and self.model_fields_set & {"min", "max"}:
            raise ValueError("count given together with min or max; keep count, or min and max")
        if self.max is not None and self.min > self.max:
            raise ValueError("min is more than max; lower min or raise max")
        return self

    @model_validator(mode="after")
    def _names_zones_once(self) -> Self:
        if len(set(self.zones)) < len(self.zones):
            raise ValueError("a zone is named twice; name every zone once")
        return self


ObjectiveWord = Annotated[ObjectiveName, Field(strict=False)]


class UnservedOf(_Model):
    """What pods without a node request of a resource."""

    unserved: str = Field(min_length=1, description="A resource, such as nvidia.com/gpu.")


class Tiered(_Model):
    """Objectives taken together for each priority tier, from the top."""

    per_priority_tier: list[PlainObjective] = Field(alias="perPriorityTier", min_length=1)


def _kind_of(value: object) -> str:
    if isinstance(value, UnservedOf) or (isinstance(value, dict) and "unserved" in value):
        return "unserved"
    return "tiered" if isinstance(value, dict | Tiered) else "plain"


PlainObjective = Annotated[
    Annotated[ObjectiveWord, Tag("plain")] | Annotated[UnservedOf, Tag("unserved")], Discriminator(_kind_of)
]
Objective = Annotated[
    Annotated[ObjectiveWord, Tag("plain")] | Annotated[UnservedOf, Tag("unserved")] | Annotated[Tiered, Tag("tiered")],
    Discriminator(_kind_of),
]


def _all_objectives() -> list[ObjectiveName | UnservedOf | Tiered]:
    return list(ObjectiveName)


class ScenarioSpec(_Model):
    """What is asked, and what there is beside the Kubernetes objects of the input."""

    question: str = Field("", description="A sentence.")
    include: list[str] = Field(
        default_factory=list, description="Further files, relative, inside the scenario's folder."
    )
    objectives: list[Objective] = Field(default_factory=_all_objectives, min_length=1)
    bound_pods: Annotated[BoundPods, Field(strict=False)] = Field(BoundPods.KEEP, alias="boundPods")
    node_pools: list[Pool] = Field(default_factory=list, alias="nodePools")
    prices: str | None = Field(None, description="A CSV file with the columns instance_type and price_per_hour.")
    scheduler_profile: str | dict[str, Any] | None = Field(
        None,
        alias="schedulerProfile",
        description="The KubeSchedulerConfiguration of kube-scheduler: itself, or a file, relative, inside the folder.",
    )


class Metadata(_Model):
    """The scenario's name; labels and annotations are carried along."""

    name: str = Field(min_length=1)
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)


class ScenarioDocument(_Model):
    """A scenario: the question that is asked of a cluster, and the nodes that may be opened for it."""

    api_version: Literal["podsolver/v1alpha1"] = Field(alias="apiVersion")
    kind: Literal["Scenario"]
    metadata: Metadata | None = None
    spec: ScenarioSpec = Field(default_factory=ScenarioSpec)


def generated_schema() -> str:
    """The JSON Schema of `ScenarioDocument`, as the shipped file must have it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{API_VERSION}/scenario"}
    return json.dumps(schema | _unwrapped(ScenarioDocument.model_json_schema()), indent=2) + "\n"


def _unwrapped(schema: Any) -> Any:
    """The schema with every description on one line, however the source wraps it."""
    if isinstance(schema, list):
        return [_unwrapped(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: " ".join(value.split()) if key == "description" and isinstance(value, str) else _unwrapped(value)
        for key, value in schema.items()
    }


def shipped_schema() -> str:
    """The text of the schema file that comes with the package."""
    return resources.files(__package__).joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
