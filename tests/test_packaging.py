"""The wheel alone is the product: everything solver/ needs at run time is in it, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

import solver

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).resolve().parent.parent
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
BUILD = (*PIP, "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation")
INFO = f"podsolver-{solver.__version__}.dist-info"
RUN_TIME = {"click", "jinja2", "matplotlib", "numpy", "ortools", "pandas", "pydantic", "pyyaml", "rich"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*BUILD, "--wheel-dir", str(folder), str(ROOT)], check=True, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(f"{INFO}/METADATA").decode())


def package_files() -> set[str]:
    files = (path for path in (ROOT / "solver").rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_holds_every_file_of_the_package_and_nothing_but_its_metadata(names):
    assert "solver/py.typed" in names
    assert {name for name in names if not name.startswith(f"{INFO}/")} == package_files()


def test_the_wheel_carries_the_licence(names, metadata):
    assert f"{INFO}/licenses/LICENSE" in names
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_wheel_installs_the_command(wheel):
    with zipfile.ZipFile(wheel) as archive:
        entry_points = archive.read(f"{INFO}/entry_points.txt").decode()
    assert "podsolver = solver.cli:main" in entry_points.splitlines()


def test_the_wheel_asks_for_the_run_time_libraries_only(metadata):
    required = {Requirement(line).name for line in metadata.get_all("Requires-Dist", [])}
    assert {name.lower() for name in required} == RUN_TIME
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_package_of_the_wheel_is_imported_without_the_checkout(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    found = subprocess.run(
        [sys.executable, "-c", "import solver; print(solver.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert Path(found.stdout.strip()).is_relative_to(tmp_path)
