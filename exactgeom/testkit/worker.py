"""Run an adapter's functions in a process of its own: a crash or an endless loop ends the worker only.

Standard library only, started as a file, so that it is up at once. Frames on stdin and stdout are pickles,
each after its length: in ``(function, keyword arguments)``, out ``("ok", answer, seconds)`` or, with a line
in place of the answer, ``"declined"`` or ``"error"``. The first frame out is ``("ready", description, 0)``
or ``("bad", one line, 0)``. What the adapter prints goes to stderr.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pickle
import sys
import time
from types import ModuleType
from typing import Any, BinaryIO


def load_adapter(source: str) -> ModuleType:
    """The module of an adapter: a path that ends in ``.py``, or a dotted name."""
    if not source.endswith(".py"):
        return importlib.import_module(source)
    path = os.path.abspath(source)
    spec = importlib.util.spec_from_file_location("exactgeom_candidate", path)
    if spec is None or spec.loader is None or not os.path.isfile(path):
        raise FileNotFoundError(f"there is no file {source}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickles of the adapter look themselves up
    sys.path.insert(0, os.path.dirname(path))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(os.path.dirname(path))
    return module


def describe_adapter(module: ModuleType) -> dict[str, Any]:
    """`NAME`, `VERSION` and `ZERO_SIGN` of an adapter, and the callables it defines."""
    stem = os.path.splitext(os.path.basename(getattr(module, "__file__", None) or module.__name__))[0]
    name = getattr(module, "NAME", None) or stem
    functions = sorted(key for key, value in vars(module).items() if callable(value) and key[0] != "_")
    version = str(getattr(module, "VERSION", ""))
    return {
        "name": str(name),
        "version": version,
        "zero_sign": getattr(module, "ZERO_SIGN", 0),
        "functions": functions,
    }


def one_line(error: BaseException) -> str:
    """``ValueError: message`` in one short line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:240] if text else type(error).__name__


def call(module: ModuleType, function: str, arguments: dict[str, Any]) -> tuple[str, Any, float]:
    """``("ok", answer, seconds)``, or what went wrong: declined by NotImplementedError, or error."""
    start = time.perf_counter()
    try:
        answer = getattr(module, function)(**arguments)
    except NotImplementedError as error:
        return "declined", one_line(error), time.perf_counter() - start
    except (Exception, SystemExit) as error:
        return "error", one_line(error), time.perf_counter() - start
    return "ok", answer, time.perf_counter() - start


def _send(out: BinaryIO, message: tuple[str, Any, Any]) -> None:
    try:
        frame = pickle.dumps(message)
    except Exception as error:
        frame = pickle.dumps(("error", f"the answer does not pickle: {one_line(error)}", message[2]))
    out.write(len(frame).to_bytes(8, "big") + frame)
    out.flush()


def main() -> None:
    """Serve one adapter until stdin ends."""
    sys.path[0] = os.getcwd()  # not this folder: its modules are none of the adapter's
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # prints of the adapter, from C too, must not disturb the frames
    sys.stdout = sys.stderr
    try:
        module = load_adapter(sys.argv[1])
    except BaseException as error:
        return _send(out, ("bad", one_line(error), 0.0))
    _send(out, ("ready", describe_adapter(module), 0.0))
    while header := sys.stdin.buffer.read(8):
        function, arguments = pickle.loads(sys.stdin.buffer.read(int.from_bytes(header, "big")))
        _send(out, call(module, function, arguments))
    return None


if __name__ == "__main__":
    main()
