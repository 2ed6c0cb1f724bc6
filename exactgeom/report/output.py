"""Files that are either written completely or not at all.

A result goes to a temporary neighbour first and takes its name only when it is whole, so a full disk, an
error or an interrupt leaves the old file as it was.  ``-`` is standard output.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from exactgeom.exact import InvalidInput

__all__ = ["check_outputs", "write_output"]


def check_outputs(outputs: dict[str, str | None], inputs: dict[str, str | None]) -> None:
    """Refuse outputs that cannot be written, before anything is computed.

    `outputs` and `inputs` map the name of an option to its file, or to None when it was not given.
    Raises `InvalidInput` for a second ``-``, one file named twice, an input that would be overwritten, a
    directory, and a folder that is missing or not writable.
    """
    taken = {_identity(name): option for option, name in inputs.items() if name is not None}
    for option, name in outputs.items():
        if name is None:
            continue
        if name == "" or name.startswith("--"):
            raise InvalidInput(f"expected a file name or -, got {name!r}", option)
        if other := taken.get(_identity(name)):
            what = "standard output takes one result" if name == "-" else f"{name} is in use"
            raise InvalidInput(f"{what}: {other} names it too", option)
        taken[_identity(name)] = option
        if name != "-":
            _check_writable(Path(name), option)


def _identity(name: str) -> str:
    return name if name == "-" or "\0" in name else os.path.realpath(name)


def _check_writable(path: Path, option: str) -> None:
    """Refuse a path that cannot become a file."""
    try:
        folder = Path(os.path.realpath(path)).parent
        if path.is_dir():
            raise InvalidInput(f"{path} is a directory", option)
        if not folder.is_dir():
            raise InvalidInput(f"cannot write {path}: there is no folder {folder}", option)
        targets = [path] if _is_special(path) else [folder, path] if path.exists() else [folder]
        if not all(os.access(target, os.W_OK) for target in targets):
            raise InvalidInput(f"cannot write {path}: permission denied", option)
    except (OSError, ValueError) as error:  # a name too long, or with a null character
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput(f"cannot write {str(path)!r}: {_reason(error)}", option) from error


def _is_special(path: Path) -> bool:
    """Tell pipes and devices, which have no content to protect and must not be replaced."""
    return path.exists() and not path.is_file()


def write_output(name: str, write: Callable[[TextIO], None], option: str) -> None:
    """Call `write` with a text stream that becomes the file `name` once it is complete; ``-`` is stdout.

    Raises `InvalidInput`, placed at `option`, when the file cannot be written.
    """
    if name == "-":
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # a file format, whatever the terminal speaks
        write(sys.stdout)
        sys.stdout.flush()
        return
    path = Path(os.path.realpath(name))
    try:
        if _is_special(path):
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                write(stream)
        else:
            _write_aside(path, write)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidInput(f"cannot write {name}: {_reason(error)}", option) from error


def _write_aside(path: Path, write: Callable[[TextIO], None]) -> None:
    """Write next to the target and rename; the temporary file never survives."""
    handle, aside = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:
            write(stream)
        os.chmod(aside, path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask())
        os.replace(aside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(aside)
        raise


def _umask() -> int:
    """Return the permissions a new file does not get (it can only be read by setting it)."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
