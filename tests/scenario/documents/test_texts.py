from __future__ import annotations

import gzip
import sys

import pytest

from solver.scenario.documents import read, texts
from solver.scenario.problems import ABSENT, Problems
from tests.scenario.documents.reading import HEAD, only_problem, read_all, read_text

JSON = '{"apiVersion": "v1", "kind": "Thing"}'


def write_all(folder, **contents):
    for name, text in contents.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_inputs_are_read_in_the_order_given(tmp_path):
    write_all(tmp_path, b_yaml=HEAD, a_json=JSON)
    documents, problems = read_all(tmp_path / "b.yaml", "-", str(tmp_path / "a.json"), stdin=HEAD.encode())
    assert problems == []
    assert [document.file for document in documents] == [f"{tmp_path}/b.yaml", "standard input", f"{tmp_path}/a.json"]


def test_a_folder_stands_for_its_yaml_and_json_files_by_name_those_of_its_folders_included(tmp_path):
    packed = gzip.compress(HEAD.encode())
    write_all(
        tmp_path, c_yaml=HEAD, a_yml=HEAD, b__z_json=JSON, d_yaml_gz=packed, e_JSON_GZ=gzip.compress(JSON.encode())
    )
    write_all(tmp_path, notes_txt="a: b", _hidden_yaml="a: b", _git__x_yaml="a: b", prices_csv="a,b")
    documents, problems = read_all(tmp_path)
    assert problems == []
    names = ["a.yml", "b/z.json", "c.yaml", "d.yaml.gz", "e.JSON.GZ"]
    assert [document.file for document in documents] == [f"{tmp_path}/{name}" for name in names]


def test_a_folder_within_a_hidden_one_may_be_named(tmp_path):
    write_all(tmp_path, _hidden__a_yaml=HEAD)
    assert len(read_all(tmp_path / ".hidden")[0]) == 1


def test_a_folder_without_any_input_is_a_problem(tmp_path):
    write_all(tmp_path, notes_txt="a: b")
    _, (problem,) = read_all(tmp_path)
    assert (problem.file, problem.value) == (str(tmp_path), ABSENT)
    assert ".yaml .yml .json" in problem.message


@pytest.mark.parametrize("name", ["missing.yaml", "", "no/such/folder", "a\0b", "x" * 5000])
def test_a_name_of_nothing_is_a_problem(name):
    documents, (problem,) = read_all(name)
    assert documents == []
    assert problem.file == (name or '""')
    assert problem.message


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, monkeypatch):
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    write_all(tmp_path, a_yaml=HEAD)
    monkeypatch.setattr(type(tmp_path), "open", denied)
    _, (problem,) = read_all(tmp_path)
    assert problem.message == "cannot be read: Permission denied"


def test_any_file_may_be_named_whatever_its_ending(tmp_path):
    write_all(tmp_path, pods_txt=HEAD, dump=JSON)
    assert len(read_all(tmp_path / "pods.txt", tmp_path / "dump")[0]) == 2


def test_compressed_text_is_known_by_its_content():
    assert len(read_text(gzip.compress(HEAD.encode()))[0]) == 1


@pytest.mark.parametrize("damage", [lambda packed: packed[:-9], lambda packed: packed[:12] + b"xx" + packed[14:]])
def test_a_damaged_compressed_file_is_a_problem(damage):
    assert "damaged" in only_problem(damage(gzip.compress(HEAD.encode() * 10))).message


def test_a_text_too_large_is_refused_whether_compressed_or_not(monkeypatch):
    monkeypatch.setattr(texts, "MAX_BYTES", 1000)
    assert read_text(HEAD.ljust(1000))[1] == []
    assert "larger than 1,000 bytes" in only_problem(HEAD.ljust(1001)).message
    assert "decompresses to more than 1,000 bytes" in only_problem(gzip.compress(HEAD.ljust(1001).encode())).message


def test_a_byte_order_mark_of_utf_8_is_no_part_of_the_text():
    documents, problems = read_text(HEAD.encode("utf-8-sig"))
    assert problems == []
    assert documents[0].kind == "Thing"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_other_encodings_with_a_mark_are_named(encoding):
    problem = only_problem(HEAD.encode(encoding))
    assert "UTF-16" in problem.message
    assert "UTF-8" in problem.remedy


@pytest.mark.parametrize("content", [HEAD.encode("utf-16-le"), b"\x7fELF\0\0", b"a: b\0"])
def test_binary_content_is_refused(content):
    assert only_problem(content).message == "binary content"


def test_what_is_not_utf_8_is_refused_with_its_line():
    problem = only_problem(f"{HEAD}it: ü".encode("latin-1"))
    assert (problem.message, problem.line) == ("the text is not UTF-8", 3)


def test_standard_input_is_that_of_the_process_unless_given(monkeypatch, tmp_path):
    write_all(tmp_path, a_yaml=HEAD)
    with (tmp_path / "a.yaml").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert len(read(["-"], Problems())) == 1


def test_what_is_given_twice_is_one_problem_however_many_objects_it_has(tmp_path):
    write_all(tmp_path, a_yaml=f"{HEAD}---\n{HEAD}")
    _, (problem,) = read_all(tmp_path / "a.yaml", tmp_path)
    assert (problem.file, problem.message) == (f"{tmp_path}/a.yaml", "given twice")
    _, (problem,) = read_all("-", "-")
    assert (problem.file, problem.message) == ("standard input", "given twice")


def test_a_closed_standard_input_is_empty(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    assert read(["-"], Problems()) == []
