"""`trajectory(checkpoints, domain, data)`: exact geometry along training."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from exactgeom.dynamics.difference import Difference
from exactgeom.dynamics.document import trajectory_document, trajectory_table
from exactgeom.dynamics.snapshot import Snapshot, UnitWall
from exactgeom.dynamics.step import Step
from exactgeom.dynamics.work import Plan, Progress, Watch, run_all
from exactgeom.exact import BudgetExceeded, InvalidInput
from exactgeom.partition import Budget
from exactgeom.partition.data import DataPartition
from exactgeom.partition.doors import build
from exactgeom.partition.lowering import program_of
from exactgeom.partition.points_read import Data, read_data
from exactgeom.polyhedra import Polytope

__all__ = ["Trajectory", "trajectory"]


@dataclass(frozen=True, repr=False)
class Trajectory:
    """Exact geometry of a sequence of checkpoints (immutable): `snapshots`, and the `steps` between them.

    A sequence of its snapshots.  Everything is exact; `table` rounds for reading.
    """

    domain: Polytope
    snapshots: tuple[Snapshot, ...]
    steps: tuple[Step, ...]
    points: Any = None
    """The data points, None without data."""

    def __repr__(self) -> str:
        cells = [snapshot.cell_count for snapshot in self.snapshots]
        found = f"{min(cells)} to {max(cells)} cells" if cells else "no cells"
        return f"<trajectory of {len(cells)} checkpoints, {found}>"

    def __len__(self) -> int:
        return len(self.snapshots)

    def __getitem__(self, index: Any) -> Any:
        return self.snapshots[index]

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self.snapshots)

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The labels of the checkpoints: keys of the mapping given, else 0, 1, 2, ..."""
        return tuple(snapshot.label for snapshot in self.snapshots)

    @property
    def units(self) -> tuple[str, ...]:
        """Names of the units, one per character of a sign string."""
        return tuple(wall.unit for wall in self.snapshots[0].walls) if self.snapshots else ()

    def history(self, unit: str) -> tuple[UnitWall, ...]:
        """The wall of one unit at every checkpoint. Errors: InvalidInput for no name of a unit."""
        if unit not in self.units:
            raise InvalidInput(f"expected a unit such as {self.units[:2]}, got {unit!r}", place="unit")
        number = self.units.index(unit)
        return tuple(snapshot.walls[number] for snapshot in self.snapshots)

    def lifetimes(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """For every pattern that ever has a cell: the runs (first, last) of checkpoints where it has one."""
        found: dict[str, list[tuple[int, int]]] = {}
        for i, snapshot in enumerate(self.snapshots):
            for signs in snapshot.signs:
                runs = found.setdefault(signs, [])
                if runs and runs[-1][1] == i - 1:
                    runs[-1] = runs[-1][0], i
                else:
                    runs.append((i, i))
        return {signs: tuple(runs) for signs, runs in found.items()}

    def table(self) -> list[tuple[str, ...]]:
        """The rows of a table, the header first; a rounded number is marked ``≈``."""
        return trajectory_table(self)

    def __str__(self) -> str:
        rows = self.table()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join(
            "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def to_json(self, *, cells: bool = True) -> dict[str, Any]:
        """The document ``exactgeom/trajectory-1``, all exact; `cells=False` leaves single cells out."""
        return trajectory_document(self, cells=cells)

    def svg_strip(self, **options: Any) -> str:
        """A strip of pictures of the partition over training, dimension 2 (see `exactgeom.report.strip`)."""
        strip: str = build("trajectory_strip", self, **options)
        return strip


def trajectory(
    checkpoints: Mapping[Any, Any] | Iterable[Any],
    domain: Polytope,
    data: Any = None,
    *,
    labels: Any = None,
    weights: Any = None,
    curvature: str | None = "combinatorial",
    regularizers: Any = (),
    executor: Executor | None = None,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> Trajectory:
    """The exact geometry of models along training, on a bounded polytope.

    `checkpoints`: models of one shape, in order; or a mapping from labels (epochs) to models.  Equal
    checkpoints, dead units and zero weights are nothing special.  `data`: points (with `labels` and
    `weights`, see `Partition.locate`) or located data; a tie always counts in equal parts.
    `curvature` names the curvature of the cells: ``"combinatorial"``, ``"defect"``, ``"exterior"`` or None.
    `regularizers`: objects with ``.value(partition)``, or a mapping from names to them.
    Contract: exact.  `executor` works on checkpoints and pairs of them side by side; `progress` is called as
    progress(done, in all).  `budget.cells` bounds every partition, `budget.seconds` all the work.
    Errors: InvalidInput naming the checkpoint that cannot be cut or differs in shape; BudgetExceeded with the
    trajectory of the checkpoints that are finished as its `partial`.

    >>> import exactgeom as eg
    >>> first, last = (eg.Network([eg.Linear([[1], [1]], [0, b]), eg.ReLU()]) for b in ("1/2", "-3/2"))
    >>> path = trajectory([first, last], eg.box(-1, 1, dim=1), [["-1/4"]])
    >>> step = path.steps[0]
    >>> [snapshot.f_vector for snapshot in path], step.born, step.died, step.unit_events
    ([(4, 3), (3, 2)], ('+-',), ('++', '-+'), (('layers[1] unit 1 at 0', 'vanished'),))
    >>> step.cell_flows, step.class_volume
    ({('-+', '--'): Fraction(1, 1)}, Fraction(3, 2))
    """
    _check_options(domain, budget, progress)
    named = _named(checkpoints)
    found = _data(data, domain.ambient_dim, labels, weights)
    _check_models(named, domain)
    plan = Plan(domain, found, curvature, _regularizers(regularizers), budget.cells if budget else None)
    snapshots: list[Snapshot] = []
    changes: list[Difference] = []
    watch = Watch(budget.seconds if budget else None, progress, 2 * len(named) - 1)
    try:
        for result in run_all(plan, named, executor, watch):
            (snapshots if isinstance(result, Snapshot) else changes).append(result)
    except BudgetExceeded as error:
        done = _joined(domain, snapshots[: len(changes) + 1], changes, found)
        raise BudgetExceeded(
            f"the budget ran out after {len(done)} of {len(named)} checkpoints: {error}", partial=done
        ) from None
    return _joined(domain, snapshots, changes, found)


def _joined(
    domain: Polytope, snapshots: list[Snapshot], changes: list[Difference], data: Data | None
) -> Trajectory:
    pairs = zip(snapshots, snapshots[1:], changes, strict=False)
    steps = tuple(Step(before, after, change) for before, after, change in pairs)
    return Trajectory(domain, tuple(snapshots), steps, None if data is None else data.points)


def _check_options(domain: Any, budget: Any, progress: Any) -> None:
    if not isinstance(domain, Polytope):
        raise InvalidInput(f"expected a bounded polytope, got {type(domain).__name__}", place="domain")
    if budget is not None and not isinstance(budget, Budget):
        raise InvalidInput(f"expected a Budget or None, got {type(budget).__name__}", place="budget")
    if progress is not None and not callable(progress):
        raise InvalidInput(f"expected a callable or None, got {type(progress).__name__}", place="progress")


def _named(checkpoints: Any) -> list[tuple[Hashable, Any]]:
    if isinstance(checkpoints, Mapping):
        named: list[tuple[Hashable, Any]] = list(checkpoints.items())
    elif isinstance(checkpoints, str | bytes) or not isinstance(checkpoints, Iterable):
        raise InvalidInput(f"expected models, got {type(checkpoints).__name__}", place="checkpoints")
    else:
        named = list(enumerate(checkpoints))
    if not named:
        raise InvalidInput("expected at least one model", place="checkpoints")
    return named


def _check_models(named: list[tuple[Hashable, Any]], domain: Polytope) -> None:
    """Every model has a program on the domain, and all have the same units and outputs."""
    first = None
    for label, model in named:
        place = f"checkpoints[{label!r}]"
        try:
            program = program_of(model)
        except InvalidInput as error:
            raise InvalidInput(error.message, place) from None
        if program.input_dim != domain.ambient_dim:
            raise InvalidInput(
                f"the model has {program.input_dim} inputs but the domain lives in dimension "
                f"{domain.ambient_dim}", place
            )  # fmt: skip
        shape = program.sign_counts, None if program.output is None else program.sizes[program.output]
        first = shape if first is None else first
        if shape != first:
            raise InvalidInput("expected units and outputs as the first checkpoint has", place)


def _data(data: Any, dim: int, labels: Any, weights: Any) -> Data | None:
    if data is None:
        for value, place in ((labels, "labels"), (weights, "weights")):
            if value is not None:
                raise InvalidInput("expected None without data", place=place)
        return None
    if isinstance(data, DataPartition):
        own = data.labels if labels is None else labels
        found = read_data(data.points, dim, labels=own, weights=data.weights if weights is None else weights)
    else:
        found = read_data(data, dim, labels=labels, weights=weights)
    if found.weights is not None and not any(found.weights):
        raise InvalidInput("there are no points with any weight", place="weights")
    return found


def _regularizers(given: Any) -> tuple[tuple[str, Any], ...]:
    if isinstance(given, Mapping):
        named = [(str(name), one) for name, one in given.items()]
    else:
        listed = [given] if hasattr(given, "value") else list(given)
        names = [type(one).__name__ for one in listed]
        named = [
            (name if names.count(name) == 1 else f"{name} {names[: i + 1].count(name)}", one)
            for i, (name, one) in enumerate(zip(names, listed, strict=True))
        ]
    for name, one in named:
        if not callable(getattr(one, "value", None)):
            raise InvalidInput(f"expected a regulariser, got {type(one).__name__}", f"regularizers[{name!r}]")
    return tuple(named)
