"""Makes the table of Kubernetes' field names from the models of the official Python client.

Run it in an environment of its own, as the client is no dependency of podsolver:

    python -m venv build/fields
    build/fields/bin/pip install 'kubernetes==34.*'
    build/fields/bin/python tools/kubernetes_fields.py

Source: https://pypi.org/project/kubernetes/ (Apache-2.0), whose models are generated from the API's OpenAPI document.
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

import kubernetes
from kubernetes import client

TABLE = Path(__file__).parent.parent / "solver" / "scenario" / "kubernetes_fields" / "fields.json"
API_VERSIONS = {
    "CSINode": "storage.k8s.io/v1",
    "CronJob": "batch/v1",
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "Job": "batch/v1",
    "Namespace": "v1",
    "Node": "v1",
    "PersistentVolume": "v1",
    "PersistentVolumeClaim": "v1",
    "Pod": "v1",
    "PodDisruptionBudget": "policy/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
    "ReplicaSet": "apps/v1",
    "ReplicationController": "v1",
    "Service": "v1",
    "StatefulSet": "apps/v1",
    "StorageClass": "storage.k8s.io/v1",
}
SCALARS = {
    "str": "string",
    "int": "int",
    "bool": "bool",
    "float": "number",
    "datetime": "time",
    "object": "intorstring",
}
# The client's types say text where the API says quantity, and object where it says anything.
QUANTITIES = {
    "ContainerStatus": {"allocatedResources"},
    "EmptyDirVolumeSource": {"sizeLimit"},
    "NodeStatus": {"allocatable", "capacity"},
    "PersistentVolumeClaimStatus": {"allocatedResources", "capacity"},
    "PersistentVolumeSpec": {"capacity"},
    "PodSpec": {"overhead"},
    "ResourceFieldSelector": {"divisor"},
    "ResourceRequirements": {"limits", "requests"},
    "VolumeResourceRequirements": {"limits", "requests"},
}
ANYTHING = {"ManagedFieldsEntry": {"fieldsV1"}}


def table() -> dict[str, Any]:
    """Everything that is written to the file."""
    models = reachable([f"V1{kind}" for kind in API_VERSIONS])
    return {
        "source": f"https://pypi.org/project/kubernetes/{kubernetes.__version__}/ (Apache-2.0)",
        "kubernetes": "v1." + kubernetes.__version__.partition(".")[0],
        "made": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "kinds": API_VERSIONS,
        "types": {short(model): fields(model) for model in sorted(models, key=short)},
    }


def reachable(models: list[str]) -> set[str]:
    """The models given and all that are within them."""
    found: set[str] = set()
    waiting = list(models)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            waiting += [name for form in getattr(client, model).openapi_types.values() for name in named(form)]
    if len({short(model) for model in found}) != len(found):
        raise ValueError("two models have the same short name")
    return found


def fields(model: str) -> dict[str, str]:
    """JSON key to the form of its value."""
    cls = getattr(client, model)
    forms = {cls.attribute_map[name]: form for name, form in cls.openapi_types.items()}
    return {key: form_of(short(model), key, form) for key, form in sorted(forms.items())}


def form_of(model: str, key: str, form: str) -> str:
    """``T`` as it is, ``[]T`` for a list and ``{}T`` for a mapping of them."""
    if match := re.fullmatch(r"list\[(.+)\]", form):
        return "[]" + form_of(model, key, match[1])
    if match := re.fullmatch(r"dict\(str, (.+)\)", form):
        return "{}" + form_of(model, key, match[1])
    if key in QUANTITIES.get(model, ()):
        return "quantity"
    if key in ANYTHING.get(model, ()):
        return "object"
    return SCALARS.get(form) or short(form)


def named(form: str) -> list[str]:
    """The models that a type of the client mentions."""
    return re.findall(r"[A-Z]\w+", form)


def short(model: str) -> str:
    """The API's own name of a model."""
    return re.sub(r"^(Core)?V1", "", model)


def text_of(content: dict[str, Any]) -> str:
    """JSON with one line per type: small, and a new version shows as a readable difference."""
    types = ",\n".join(f"  {json.dumps(name)}: {json.dumps(fields)}" for name, fields in content["types"].items())
    head = "".join(f" {json.dumps(key)}: {json.dumps(content[key])},\n" for key in content if key != "types")
    return f'{{\n{head} "types": {{\n{types}\n }}\n}}\n'


if __name__ == "__main__":
    TABLE.write_text(text_of(table()))
    print(f"{TABLE.name}: {TABLE.stat().st_size:,} bytes")
