"""A smooth network near one point: outputs, derivatives, metrics and curvatures, exact or as enclosures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb, arb_mat, fmpq

from exactgeom.exact import Enclosure, InvalidInput, UndecidedError, exact_vector, fraction, to_fmpq
from exactgeom.exact.balls import GUARD, precision
from exactgeom.forms import DimensionMismatch, SingularMetric
from exactgeom.models.smooth_jets import Layers, LocalGeometry, jets

Number = Fraction | Enclosure
Row = tuple[Number, ...]
Rows = tuple[Row, ...]

_ROUNDS = 7


class Local:
    """What is asked of a smooth network at one rational point, with `bits` of accuracy.

    Contract: certified enclosures, each of radius at most ``2^-bits max(1, |value|)``; for networks with
    polynomial activations only (`is_exact`) exact fractions instead.  The working precision doubles until
    that holds; errors: ``UndecidedError`` when it does not after several rounds.
    """

    def __init__(self, layers: Layers, point: Sequence[Fraction], bits: int, *, is_exact: bool) -> None:
        self._layers, self._point, self._bits, self._exact = tuple(layers), tuple(point), bits, is_exact
        self._tables: dict[tuple[int, int], Any] = {}

    def table(self, order: int, bits: int) -> Any:
        """Return the jets to an order (2 holds 1), at the working precision `bits`."""
        key = (order, 0 if self._exact else bits)
        if key not in self._tables:
            self._tables[key] = jets(self._layers, self._point, order, balls=not self._exact)
        return self._tables[key]

    def solve(self, ask: Callable[[int], Sequence[Any]]) -> list[Number]:
        """Return numbers that `ask(working precision)` computes, refined until they are accurate enough.

        Errors: ``ZeroDivisionError`` in exact arithmetic; ``UndecidedError`` when it persists in balls.
        """
        if self._exact:
            return [fraction(fmpq(value)) for value in ask(0)]
        working = self._bits + GUARD
        failure: ZeroDivisionError | None = None
        for _ in range(_ROUNDS):
            with precision(working):
                try:
                    balls, failure = [arb(value) for value in ask(working)], None
                except ZeroDivisionError as error:
                    balls, failure = [], error
            if failure is None and all(_accurate(ball, self._bits) for ball in balls):
                return [Enclosure.from_ball(ball, self._bits) for ball in balls]
            working *= 2
        if failure is not None:
            raise UndecidedError(f"not decided with {working // 2} bits: {failure}") from failure
        raise UndecidedError(f"an accuracy of {self._bits} bits is not reached with {working // 2}")


def _accurate(ball: arb, bits: int) -> bool:
    if not ball.is_finite():
        return False
    size = abs(ball.mid())
    return bool(ball.rad() <= arb(2) ** (-bits) * (size if size > 1 else arb(1)))


class MetricAtPoint:
    """A metric and its curvature at one point (see `SmoothPoint`); numbers are enclosures, or exact.

    Conventions as in `forms.curvature`: the unit sphere has scalar curvature +2. All through Gauss's
    equation, from second derivatives of the network only.
    Errors: ``SingularMetric`` where the metric is singular for certain, ``UndecidedError`` where it may be.
    """

    def __init__(self, local: Local, d: int, size: int, *, graph: bool) -> None:
        self._local, self._d, self._size, self._graph = local, d, size, graph
        self._found: dict[int, LocalGeometry] = {}

    def __repr__(self) -> str:
        return f"<MetricAtPoint: {'graph' if self._graph else 'pulled back'}, dimension {self._d}>"

    def _at(self, bits: int) -> LocalGeometry:
        if bits not in self._found:
            self._found[bits] = LocalGeometry(self._local.table(2, bits), self._d, graph=self._graph)
        return self._found[bits]

    def _curved(self, ask: Callable[[LocalGeometry], Sequence[Any]]) -> list[Number]:
        if not self._graph and self._size < self._d:
            raise SingularMetric(
                f"{self._size} outputs of {self._d} inputs: the metric is singular", "metric"
            )
        try:
            return self._local.solve(lambda bits: ask(self._at(bits)))
        except ZeroDivisionError as error:
            raise SingularMetric("the metric is singular at this point", "metric") from error

    @cached_property
    def matrix(self) -> Rows:
        """``g_ij``: ``JᵀJ``, or ``I + JᵀJ`` for the graph."""
        return _square(self._local.solve(lambda bits: self._at(bits).metric.entries()), self._d)

    @cached_property
    def inverse(self) -> Rows:
        """``g^ij``."""
        return _square(self._curved(lambda g: g.inverse.entries()), self._d)

    @cached_property
    def christoffel(self) -> tuple[Rows, ...]:
        """``Γ^a_bc``, indexed [a][b][c]."""
        n = range(self._d)
        flat = self._curved(lambda g: [g.christoffel(a, b, c) for a in n for b in n for c in n])
        step = self._d**2
        return tuple(_square(flat[a * step : (a + 1) * step], self._d) for a in n)

    def riemann(self, a: int, b: int, c: int, d: int) -> Number:
        """Return one component ``R_abcd``, all indices down."""
        for index in (a, b, c, d):
            if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < self._d:
                raise InvalidInput(f"expected indices from 0 to {self._d - 1}, got {index!r}", "riemann")
        return self._curved(lambda g: [g.riemann(a, b, c, d)])[0]

    @cached_property
    def ricci(self) -> Rows:
        """``R_bd = g^ac R_abcd``."""
        return _square(self._curved(lambda g: g.ricci.entries()), self._d)

    @cached_property
    def scalar(self) -> Number:
        """Scalar curvature ``g^bd R_bd``."""
        return self._curved(lambda g: [g.scalar])[0]

    @property
    def gauss(self) -> Number:
        """Gauss curvature of a surface: half the scalar curvature; ``DimensionMismatch`` unless 2 inputs."""
        if self._d != 2:
            raise DimensionMismatch(f"Gauss curvature needs 2 inputs, got {self._d}", "gauss")
        return self._curved(lambda g: [g.scalar / 2])[0]

    def sectional(self, u: Iterable[Any], v: Iterable[Any]) -> Number:
        """Return the sectional curvature of the plane of two rational tangent vectors.

        Errors: ``InvalidInput`` for dependent vectors.
        """
        from exactgeom.linalg import Matrix

        pair = exact_vector(u, "u"), exact_vector(v, "v")
        if any(len(w) != self._d for w in pair):
            raise InvalidInput(f"expected vectors of {self._d} components", "sectional")
        if Matrix(pair).rank() < 2:
            raise InvalidInput("the two vectors span no plane", "sectional")
        columns = [[to_fmpq(c) for c in w] for w in pair]
        return self._curved(lambda g: [g.sectional(*(_column(g, w) for w in columns))])[0]


def _column(geometry: LocalGeometry, values: list[fmpq]) -> list[Any]:
    return [arb(c) for c in values] if geometry.kind is arb_mat else values


class SmoothPoint:
    """A smooth network at one rational point, made by `SmoothNetwork.at` (immutable).

    `outputs`, `jacobian` (a row per output), `hessians` (a matrix per output); `pulled_back` is the metric
    ``JᵀJ`` with its curvature, `graph` that of the graph ``x -> (x, f(x))``, never singular.
    Contract: certified enclosures with `bits` of accuracy (see `Local`), or exact fractions if `is_exact`.
    """

    def __init__(self, network: Any, point: Sequence[Fraction], bits: int) -> None:
        self.network, self.point, self.bits = network, tuple(point), bits
        self._local = Local(network.layers, self.point, bits, is_exact=network.is_polynomial)

    @property
    def is_exact(self) -> bool:
        """True when the numbers are exact fractions, False when they are enclosures."""
        return bool(self.network.is_polynomial)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.network.output_dim, self.network.input_dim

    @cached_property
    def outputs(self) -> Row:
        """The values of the network."""
        size, _ = self._shape
        return tuple(self._local.solve(lambda bits: [self._local.table(1, bits)[i, 0] for i in range(size)]))

    @cached_property
    def jacobian(self) -> Rows:
        """``∂f_i/∂x_j``, a row per output."""
        size, d = self._shape

        def ask(bits: int) -> list[Any]:
            table = self._local.table(1, bits)
            return [table[i, 1 + j] for i in range(size) for j in range(d)]

        flat = self._local.solve(ask)
        return tuple(tuple(flat[i * d : (i + 1) * d]) for i in range(size))

    @cached_property
    def hessians(self) -> tuple[Rows, ...]:
        """``∂²f_i/∂x_j∂x_k``, a symmetric matrix per output."""
        size, d = self._shape

        def ask(bits: int) -> list[Any]:
            geometry = LocalGeometry(self._local.table(2, bits), d, graph=True)
            return [entry for h in geometry.hessians for entry in h.entries()]

        flat, step = self._local.solve(ask), d * d
        return tuple(_square(flat[i * step : (i + 1) * step], d) for i in range(size))

    @cached_property
    def pulled_back(self) -> MetricAtPoint:
        """The metric ``JᵀJ`` that the outputs' Euclidean metric induces on the inputs."""
        return MetricAtPoint(self._local, self._shape[1], self._shape[0], graph=False)

    @cached_property
    def graph(self) -> MetricAtPoint:
        """The metric ``I + JᵀJ`` of the graph."""
        return MetricAtPoint(self._local, self._shape[1], self._shape[0], graph=True)

    def __reduce__(self) -> tuple[Any, ...]:
        return SmoothPoint, (self.network, self.point, self.bits)

    def __repr__(self) -> str:
        return f"{self.network!r}.at([{', '.join(repr(str(c)) for c in self.point)}], bits={self.bits})"


def _square(flat: Sequence[Number], size: int) -> Rows:
    return tuple(tuple(flat[i * size : (i + 1) * size]) for i in range(size))
