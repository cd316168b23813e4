"""Files are written only where asked, with the folders above them, and appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from solver.errors import OptionError


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there.

    Raises:
        OptionError: the system does not let us.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise OptionError(f"{path} cannot be written: {error.strerror or error}") from None


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The permissions that a new file of this process does not get; temporary files get fewer still."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def folder(name: str) -> Path:
    """The folder to write into.

    Raises:
        OptionError: there is a file of that name.
    """
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise OptionError(f"{path} is a file; -o takes a folder here")
    return path


def file(name: str, endings: tuple[str, ...]) -> Path:
    """The file to write.

    Raises:
        OptionError: its name ends in none of the endings, or a folder has it.
    """
    path = Path(name)
    if not path.name.lower().endswith(endings):
        raise OptionError(
            f"{path}: the name must end in {', '.join(endings[:-1])} or {endings[-1]}, which says what is written"
        )
    if path.is_dir():
        raise OptionError(f"{path} is a folder; -o takes a file here")
    return path
