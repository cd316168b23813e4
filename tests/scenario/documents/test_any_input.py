"""Whatever is given, the answer is documents or problems."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenario.documents.reading import HEAD, read_text

POD = b"""\
apiVersion: v1
kind: Pod
metadata: &m {name: p, labels: {app: "web", 'x': !!str 1}}
spec:
  <<: {a: *m}
  containers:
  - {name: c, command: [sh, -c, "echo \\u00e9"], resources: {requests: {cpu: 1e-1, memory: 0x10}}}
  text: |
    folded
---
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Pod", "n": -1.5e3}]}
"""
PIECES = "{ } [ ] : - ? &a *a !t !!int | > ' \" % @ ` # , << --- ... a 1 null kind items List é \\"
pieces = st.sampled_from([*PIECES.split(" "), "\n", "\n  ", "\t", "\ufeff", "\x85", "\u2028", "\x00", "\ud800"])


def check(content: bytes) -> None:
    documents, problems = read_text(content)
    for document in documents:
        assert isinstance(document.value, dict)
        assert document.kind
        assert document.locate(("metadata", "labels", 0)) >= 1
    for problem in problems:
        assert str(problem).isprintable() or "\n" in str(problem)
        str(problem).encode()


@given(st.binary())
def test_arbitrary_bytes(content):
    check(content)


@given(st.text())
def test_arbitrary_text_where_a_value_is_expected(text):
    check((HEAD + "it: " + text).encode(errors="replace"))


@given(st.lists(pieces, max_size=30))
@settings(max_examples=500)
def test_arbitrary_pieces_of_yaml_and_json(parts):
    for glue in ("", " "):
        check(glue.join(parts).encode(errors="replace"))
        check((HEAD + glue.join(parts)).encode(errors="replace"))


@given(st.integers(0, len(POD)), st.integers(0, 5), st.binary(max_size=4))
@settings(max_examples=500)
def test_a_good_file_with_damage(start, length, damage):
    check(POD[:start] + damage + POD[start + length :])
