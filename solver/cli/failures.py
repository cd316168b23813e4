"""How a command that could not do its work says so: on standard error, in words, with an exit code."""

from __future__ import annotations

import os
import sys
import traceback

import click

from solver.cli.exit_codes import ExitCode
from solver.errors import PodsolverError, VerificationError

TRACEBACK = "PODSOLVER_TRACEBACK"


def exit_code_of(error: BaseException) -> int:
    """Say what happened and give the exit code."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case SystemExit():
            return error.code if isinstance(error.code, int) else ExitCode.DEFECT
        case click.exceptions.Abort() | KeyboardInterrupt():
            return _said("Interrupted before there was an answer.", ExitCode.INTERRUPTED)
        case click.ClickException():
            error.show()
            return ExitCode.BAD_INPUT
        case BrokenPipeError():
            return _quietly()
        case VerificationError():
            return _said(_defective(error), ExitCode.NOT_VERIFIED)
        case PodsolverError():
            return _said(f"Error: {error}", ExitCode.BAD_INPUT)
        case OSError():
            _forget_output()
            return _said(f"Error: the system does not let us: {error.strerror or error}", ExitCode.BAD_INPUT)
        case MemoryError():
            return _said(
                "Error: out of memory. Give fewer nodes and pods at once, or use a larger machine.", ExitCode.DEFECT
            )
        case _:
            return _said(_defect(error), ExitCode.DEFECT)


def _said(text: str, code: ExitCode) -> int:
    click.echo(text, err=True)
    return code


def _quietly() -> int:
    """Whoever read the output has seen enough."""
    _forget_output()
    return ExitCode.ANSWERED


def _forget_output() -> None:
    """Nothing is left to be flushed into a closed pipe or onto a full disk."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _defective(error: VerificationError) -> str:
    return (
        f"{error}\nThis is a defect of podsolver, not of the input: an answer of its own did not hold when it was "
        "recounted, so it is not given out. Please report it with the input."
    )


def _defect(error: BaseException) -> str:
    return (
        f"Error: {type(error).__name__}: {error}\nThis is a defect of podsolver. Please report it with the input and "
        f"with what {TRACEBACK}=1 in the environment shows."
    )
