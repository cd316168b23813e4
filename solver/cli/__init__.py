"""The command line, `podsolver inspect|solve|compare|verify`: it parses, prints and writes; others do the work.

Exit codes: 0 answered (pods that cannot be placed are an answer), 1 `verify` found violations, 2 bad input or options,
3 an answer of ours failed verification, 130 interrupted, with what was found so far written first. 70: a defect of
podsolver itself.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; never a traceback, unless PODSOLVER_TRACEBACK asks for it.

    Args:
        arguments: those of the process unless given; then this is the last thing that the process does.
    """
    code = _run(arguments)
    if arguments is None:
        from solver.cli.interrupt import ignore_interrupts

        ignore_interrupts()
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        from solver.cli.commands import podsolver

        code = podsolver.main(
            None if arguments is None else list(arguments), prog_name="podsolver", standalone_mode=False
        )
        if sys.stdout is not None:
            sys.stdout.flush()
    except BaseException as error:
        from solver.cli.failures import exit_code_of

        return exit_code_of(error)
    return code if isinstance(code, int) else 0
