"""The candidate: another implementation, behind one Python file of plain functions.

An adapter defines those functions of `CAPABILITIES` that the implementation offers, with NumPy arrays in and
out. Missing functions are "not offered"; one that raises NotImplementedError declines that input. Anything
else that goes wrong is a failure with one line: an exception, a crash, a timeout, a NaN, a wrong shape.
"""

from __future__ import annotations

import pickle
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import IO, Any, Protocol

from exactgeom.exact import InvalidInput
from exactgeom.testkit import worker
from exactgeom.testkit.capabilities import CAPABILITIES

__all__ = ["Candidate", "Description", "InProcess", "Isolated", "Reply", "open_candidate"]

START_SECONDS = 120.0
"""An adapter may take so long to import its framework."""


@dataclass(frozen=True)
class Reply:
    """What a candidate did with one input.

    `kind`: ``"ok"`` (with `answer`) or ``"declined"``, ``"error"``, ``"crash"``, ``"timeout"`` (with `line`).
    """

    kind: str
    answer: Any = None
    line: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Description:
    """Name and version of a candidate, the functions it offers, and its sign of z = 0 (`ZERO_SIGN`)."""

    name: str
    version: str = ""
    offers: tuple[str, ...] = ()
    zero_sign: int = 0

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Description:
        """Read what the worker found in the adapter. Errors: InvalidInput."""
        zero = found["zero_sign"]
        if isinstance(zero, bool) or zero not in (-1, 0, 1):
            raise InvalidInput(f"expected -1, 0 or 1, got {zero!r}", "ZERO_SIGN")
        functions = found["functions"]
        offers = tuple(name for name in CAPABILITIES if name in functions)
        if not offers:
            names = ", ".join(CAPABILITIES)
            raise InvalidInput(f"expected a function named as one of {names}", "adapter")
        return cls(found["name"], found["version"], offers, zero)


class Candidate(Protocol):
    """What the kit asks of a candidate; `open_candidate` makes one of an adapter."""

    @property
    def description(self) -> Description:
        """Name, version, offers."""
        ...

    def ask(self, function: str, arguments: Mapping[str, Any], seconds: float) -> Reply:
        """Call one function; never raises for what the candidate does."""
        ...

    def close(self) -> None:
        """Let go of what the candidate holds."""
        ...


class InProcess:
    """A module that is called directly: no protection from crashes and endless loops, but a debugger works.

    >>> import types
    >>> module = types.ModuleType("mine")
    >>> module.betti = lambda simplices: [1]
    >>> candidate = InProcess(module)
    >>> candidate.description.offers, candidate.ask("betti", {"simplices": []}, 1).answer
    (('betti',), [1])
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self.description = Description.of(worker.describe_adapter(module))

    def ask(self, function: str, arguments: Mapping[str, Any], seconds: float) -> Reply:
        """Call one function with a copy of its arguments."""
        copied = pickle.loads(pickle.dumps(dict(arguments)))
        kind, result, taken = worker.call(self._module, function, copied)
        if taken > seconds:
            return Reply("timeout", line=f"took {taken:.1f} s of {seconds:g} s", seconds=taken)
        if kind == "ok":
            return Reply(kind, result, seconds=taken)
        return Reply(kind, line=str(result), seconds=taken)

    def close(self) -> None:
        """Nothing to let go of."""


class Isolated:
    """An adapter in a process of its own, started anew after a crash or a timeout. A context manager."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._process: subprocess.Popen[bytes] | None = None
        self.description = self._start()

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> Description:
        command = [sys.executable, str(Path(worker.__file__).resolve()), self._source]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        reply = self._receive(START_SECONDS)
        if not isinstance(reply, tuple) or reply[0] != "ready":
            self.close()
            why = reply[1] if isinstance(reply, tuple) else f"{reply.kind}: {reply.line}"
            raise InvalidInput(f"the adapter does not load: {why}", self._source)
        try:
            return Description.of(reply[1])
        except InvalidInput:
            self.close()
            raise

    def ask(self, function: str, arguments: Mapping[str, Any], seconds: float) -> Reply:
        """Call one function; the worker is killed when the time is over."""
        if self._process is None:
            self._start()
        frame = pickle.dumps((function, dict(arguments)))
        start = time.perf_counter()
        try:
            assert self._process is not None
            pipe: IO[bytes] = self._process.stdin  # type: ignore[assignment]
            pipe.write(len(frame).to_bytes(8, "big") + frame)
            pipe.flush()
        except OSError:
            return self._ended(time.perf_counter() - start)
        reply = self._receive(seconds)
        if isinstance(reply, Reply):
            return reply
        kind, result, taken = reply
        return Reply(kind, result, seconds=taken) if kind == "ok" else Reply(kind, None, str(result), taken)

    def _receive(self, seconds: float) -> tuple[str, Any, float] | Reply:
        """The next frame, or a Reply that says why there is none."""
        start = time.perf_counter()
        header = self._read(8, start + seconds)
        body = self._read(int.from_bytes(header, "big"), start + seconds) if header else None
        taken = time.perf_counter() - start
        if body is None:
            return self._ended(taken) if taken < seconds else self._late(seconds)
        try:
            found: tuple[str, Any, float] = pickle.loads(body)
        except Exception as error:
            return Reply(
                "error", line=f"the answer does not unpickle: {worker.one_line(error)}", seconds=taken
            )
        return found

    def _read(self, size: int, until: float) -> bytes | None:
        assert self._process is not None
        pipe: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        parts, missing = [], size
        while missing:
            left = until - time.perf_counter()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                return None
            part = pipe.read1(missing)  # type: ignore[attr-defined]
            if not part:
                return None
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _ended(self, taken: float) -> Reply:
        assert self._process is not None
        try:
            code: int | str = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = "none"
        self.close()
        return Reply("crash", line=f"the process ended with code {code}", seconds=taken)

    def _late(self, seconds: float) -> Reply:
        self.close()
        return Reply("timeout", line=f"no answer within {seconds:g} s", seconds=seconds)

    def close(self) -> None:
        """End the worker."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not yet written has no reader
                    pipe.close()
        process.wait()


def open_candidate(source: str | ModuleType, *, isolate: bool = True) -> Candidate:
    """A candidate from the path of its adapter, a dotted module name, or a module.

    Contract: a module runs in this process, everything else in one of its own unless `isolate` is False.
    Errors: InvalidInput when the adapter does not load, or offers no function of the protocol.
    """
    if isinstance(source, ModuleType):
        return InProcess(source)
    if isolate:
        return Isolated(str(source))
    try:
        return InProcess(worker.load_adapter(str(source)))
    except InvalidInput:
        raise
    except (Exception, SystemExit) as error:
        raise InvalidInput(f"the adapter does not load: {worker.one_line(error)}", str(source)) from None
