"""Objects as YAML text, the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def yaml_text(documents: Iterable[Mapping[str, object]]) -> str:
    """The documents one after the other, keys in the order given."""
    return "".join(
        "---\n" + yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
        for document in documents
    )


class _Dumper(yaml.CSafeDumper):
    """Writes equal values out, wherever they occur: an alias would be right, and unreadable."""

    def ignore_aliases(self, data: object) -> bool:
        return True
