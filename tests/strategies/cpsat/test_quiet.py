"""Native printing stays off standard output; Python's own does not get lost."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import ctypes
from solver.strategies.cpsat.quiet import quiet

native = ctypes.CDLL(None)
print("before", end=" ")
native.printf(b"heard ")
with quiet():
    native.printf(b"unheard ")
native.printf(b"after")
"""


def test_what_native_code_prints_meanwhile_goes_nowhere():
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == ["after", "before", "heard"]


def test_it_works_where_standard_output_is_closed():
    program = "import os; os.close(1)\nfrom solver.strategies.cpsat.quiet import quiet\nwith quiet(): pass"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
