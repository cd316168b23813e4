"""What `import solver` offers, and what it does not cost."""

from __future__ import annotations

import subprocess
import sys
import types

import pytest

import solver

HEAVY = ("numpy", "pandas", "ortools", "matplotlib", "yaml", "pydantic", "rich")


@pytest.mark.parametrize("name", solver.__all__)
def test_every_public_name_is_there(name):
    assert getattr(solver, name) is not None
    assert name in dir(solver)


def test_the_public_names_are_what_users_are_told_of():
    assert {"load_scenario", "run", "compare", "Scenario", "Result", "Comparison", "InputError"} <= set(solver.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'solve_everything'"):
        _ = solver.solve_everything


def test_run_and_compare_stay_functions_whichever_modules_are_imported():
    import solver.compare.table
    import solver.run.stages

    assert isinstance(solver.run, types.FunctionType)
    assert isinstance(solver.compare, types.FunctionType)


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, solver; print([name for name in {HEAVY!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
