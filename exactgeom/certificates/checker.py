"""Check ``exactgeom/certificate-1`` documents by exact arithmetic: one file, standard library only.

    python checker.py [--seconds S] FILE        (- is stdin)

Exit codes: 0 every certificate holds, 1 one does not, 2 bad input, 3 unknown (time or size ran out).
Everything is recomputed from the claim, and the input is taken to be hostile.  See docs/CERTIFICATES.md.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from fractions import Fraction
from functools import partial
from math import gcd, isqrt
from types import SimpleNamespace
from typing import Any, NamedTuple

SCHEMA = "exactgeom/certificate-1"
MAX_BYTES, MAX_DIGITS, MAX_BITS = 2**28, 100_000, 2_000_000  # of a file, of a number, of a result
MAX_DIM, MAX_SOLID = 4096, 64  # of a model or a box; of a set whose faces are walked
SECONDS, PRIME = 600.0, 2**61 - 1
_NUMBER = re.compile(r"(-?)([0-9]+)(?:/([0-9]+))?")
_SMALL_PRIMES = [p for p in range(2, 100) if all(p % q for q in range(2, p))]

Read = Callable[[Any], Any]
Vector = list[Fraction]
Sparse = list[tuple[int, Fraction]]
Real = dict[int, Fraction]  # sum of q sqrt(m): m -> q != 0, one m per square class, 1 for the rationals


class Malformed(ValueError):
    """The document is not what the format asks for; the message names the place."""


class Rejected(Exception):
    """The certificate does not hold."""


class Exhausted(Exception):
    """The time, or the size of the numbers, went past its bound."""


class Verdict(NamedTuple):
    """What came out for one certificate: it holds (True), does not (False), unknown (None), and why."""

    kind: str
    holds: bool | None
    reason: str


class Row(NamedTuple):
    """The halfspace a.x <= b, the function a.x + b or the point a; over scale > 0, in integers."""

    a: tuple[int, ...]
    b: int
    scale: int


class System(NamedTuple):
    """Halfspaces, then equations; of a cell, the first `own` come from its signs, `outputs` is its map."""

    dim: int
    rows: list[Row]
    equations: list[Row]
    own: int = 0
    outputs: list[Row] | None = None


class Units(NamedTuple):
    """An activation: breakpoints, and the pieces between them from below."""

    breaks: Vector
    pieces: list[Row]


class Model(NamedTuple):
    """Layers: a list of affine functions, or `Units`."""

    dim: int
    layers: list[list[Row] | Units]
    has_map: bool


class Context:
    """What one run remembers: when to stop, what a bundle names, and square classes of radicands."""

    def __init__(self, seconds: float = SECONDS, **named: dict[str, Any]) -> None:
        self.stop, self.named = time.monotonic() + seconds, named
        self.classes: dict[int, tuple[int, Fraction]] = {}
        self.buckets: dict[int, list[int]] = {}


_CONTEXT = ContextVar("context", default=Context(float("inf")))


def tick(*numbers: int) -> None:
    """Stop a run that takes too long or whose numbers grow too long."""
    if time.monotonic() > _CONTEXT.get().stop:
        raise Exhausted("the time ran out")
    if any(n.bit_length() > MAX_BITS for n in numbers):
        raise Exhausted("the numbers grow too long")


def require(holds: Any, reason: str) -> None:
    """Reject unless it holds."""
    if not holds:
        raise Rejected(reason)


# -- reading: a reader takes any value and returns a checked one, or complains with the place -----------


def integer(digits: str) -> int:
    """The integer of any number of digits, whatever Python's own limit is set to."""
    if len(digits) <= 600:
        return int(digits)
    half = len(digits) // 2
    return integer(digits[:-half]) * 10**half + integer(digits[-half:])


def rational(value: Any) -> Fraction:
    """An integer, or a string "p/q" or "p"."""
    if type(value) is int and value.bit_length() <= 3 * MAX_DIGITS:
        return Fraction(value)
    found = _NUMBER.fullmatch(value) if type(value) is str and len(value) <= 2 * MAX_DIGITS else None
    if not found or max(len(found[2]), len(found[3] or "")) > MAX_DIGITS:
        raise Malformed(f': expected a number "p/q" of at most {MAX_DIGITS} digits')
    if not (denominator := integer(found[3] or "1")):
        raise Malformed(": the denominator is 0")
    return Fraction(integer(found[1] + found[2]) if len(found[2]) < 600 else _signed(found), denominator)


def _signed(found: re.Match[str]) -> int:
    return -integer(found[2]) if found[1] else integer(found[2])


def index(value: Any) -> int:
    """An integer >= 0."""
    if type(value) is not int or value < 0:
        raise Malformed(": expected an integer from 0")
    return value


def only(kind: type) -> Read:
    """A reader of values of one type."""

    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise Malformed(f": expected a {kind.__name__}")
        return value

    return read


def many(*readers: Read) -> Read:
    """A reader of lists: of any length for one reader, else of one entry per reader."""

    def read(value: Any) -> list[Any]:
        tick()
        if not isinstance(value, list | tuple) or len(readers) not in (1, len(value)):
            raise Malformed(": expected a list" + f" of {len(readers)}" * (len(readers) > 1))
        result = []
        for i, entry in enumerate(value):
            try:
                result.append(readers[i % len(readers)](entry))
            except Malformed as error:
                raise Malformed(f"[{i}]{error}") from error
        return result

    return read


def record(**readers: Read) -> Read:
    """A reader of objects with exactly these keys; a key with _ at its end may be missing (None)."""

    def read(value: Any) -> SimpleNamespace:
        if not isinstance(value, dict):
            raise Malformed(": expected an object")
        if unknown := [k for k in value if k not in readers and f"{k}_" not in readers]:
            raise Malformed(f": unknown key {str(unknown[0])[:40]!r}")
        result = SimpleNamespace()
        for name, reader in readers.items():
            key = name.rstrip("_")
            if key not in value and key == name:
                raise Malformed(f".{key}: missing")
            try:
                setattr(result, key, reader(value[key]) if key in value else None)
            except Malformed as error:
                raise Malformed(f".{key}{error}") from error
        return result

    return read


def ascending(reader: Read) -> Read:
    """The same, for entries (or their first parts) that ascend."""

    def read(value: Any) -> Any:
        result = reader(value)
        keys = [x[0] if isinstance(x, list) else x for x in result]
        if any(x >= y for x, y in zip(keys, keys[1:], strict=False)):
            raise Malformed(": expected ascending indices")
        return result

    return read


def named(what: str, reader: Read) -> Read:
    """The same, or the name of something the bundle gives."""

    def read(value: Any) -> Any:
        entries = _CONTEXT.get().named.get(what, {})
        if not isinstance(value, str):
            return reader(value)
        if not isinstance(entries.get(value, ""), str):
            if isinstance(entries[value], dict):
                entries[value] = reader(entries[value])
            return entries[value]
        raise Malformed(f": no {what} of this name")

    return read


def real(value: Any) -> Real:
    """A rational or {"surd": [[q, m], ...]}."""
    if not isinstance(value, dict):
        return {1: q} if (q := rational(value)) else {}
    total: Real = {}
    for q, m in record(surd=many(many(rational, rational)))(value).surd:
        if m <= 0 or m.denominator != 1:
            raise Malformed(": expected a positive integer under the root")
        r, factor = square_class(m.numerator)
        add(total, {r: q}, factor)
    return total


VECTOR, INDICES = many(rational), ascending(many(index))
TABLE, SPARSE, NOTHING = many(VECTOR), ascending(many(many(index, rational))), record()


# -- arithmetic -----------------------------------------------------------------------------------------


def square_class(m: int) -> tuple[int, Fraction]:
    """(r, f) with sqrt(m) = f sqrt(r), where r represents the numbers n for which m n is a square."""
    classes, small, rest, root = _CONTEXT.get().classes, 1, m, 1
    if m in classes:
        return classes[m]
    for p in _SMALL_PRIMES:
        while rest % (p * p) == 0:
            rest, root = rest // (p * p), root * p
        if rest % p == 0:
            small, rest = small * p, rest // p
    if isqrt(rest) ** 2 == rest:
        rest, root = 1, root * isqrt(rest)
    bucket = _CONTEXT.get().buckets.setdefault(small, [])
    for other in bucket:
        tick()
        if (common := isqrt(rest * other)) ** 2 == rest * other:
            return classes.setdefault(m, (small * other, Fraction(root * common, other)))
    bucket.append(rest)
    return classes.setdefault(m, (small * rest, Fraction(root)))


def add(total: Real, term: Real, factor: Fraction | int = 1) -> None:
    """Add a multiple of a term to a total."""
    for m, q in term.items():
        total[m] = total.get(m, 0) + factor * q
        tick(total[m].denominator)
        if not total[m]:
            del total[m]


def sign(value: Real) -> int:
    """Roots of different classes are independent over Q: only the sum without terms is zero."""
    bits = 64
    while len(value) > 1:
        tick(1 << bits)
        low = sum(q * (isqrt(m << 2 * bits) + (q < 0)) for m, q in value.items())
        high = sum(q * (isqrt(m << 2 * bits) + (q > 0)) for m, q in value.items())
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        bits *= 2
    return next((1 if q > 0 else -1 for q in value.values()), 0)


def dot(a: Iterable[Any], x: Iterable[Any]) -> Any:
    return sum(p * q for p, q in zip(a, x, strict=True) if p)


def common_denominator(numbers: Iterable[Fraction]) -> int:
    total = 1
    for q in numbers:
        if total % q.denominator:
            total *= q.denominator // gcd(total, q.denominator)
            tick(total)
    return total


def row_of(a: Sequence[Fraction], b: Fraction = Fraction(0)) -> Row:
    """A row in integers, in lowest terms."""
    scale = common_denominator([*a, b])
    *top, last = [q.numerator * (scale // q.denominator) for q in (*a, b)]
    return Row(tuple(top), last, scale)


def unit_rows(dim: int, entry: int = 1) -> list[Row]:
    if not 0 < dim <= MAX_DIM:
        raise Malformed(f": expected a dimension from 1 to {MAX_DIM}")
    return [Row((0,) * i + (entry,) + (0,) * (dim - i - 1), 0, 1) for i in range(dim)]


def rank_modulo(rows: Iterable[Vector], prime: int = PRIME) -> int:
    """A lower bound of the rank (that modulo the number, when it is a prime)."""
    found: list[tuple[int, list[int]]] = []
    for row in ([x % prime for x in row_of(fractions).a] for fractions in rows):
        for pivot, other in found:
            tick()
            if factor := row[pivot]:
                row = [(x - factor * y) % prime for x, y in zip(row, other, strict=True)]
        if leads := [j for j, x in enumerate(row) if x and gcd(x, prime) == 1]:
            inverse = pow(row[leads[0]], -1, prime)
            found.append((leads[0], [x * inverse % prime for x in row]))
    return len(found)


# -- systems of halfspaces, and cells of models, whose rows are derived here ----------------------------


def system(value: Any) -> System:
    """Any form of SYSTEM, see the page."""
    if isinstance(value, dict) and "low" in value:
        box = record(low=VECTOR, high=VECTOR)(value)
        rows = [
            Row(tuple(x * q.denominator for x in unit.a), side * q.numerator, q.denominator)
            for side, bounds in ((1, box.high), (-1, box.low))
            for unit, q in zip(unit_rows(len(box.low), side), bounds, strict=True)
        ]
        return System(len(box.low), rows, [])
    if isinstance(value, dict) and "model" in value:
        cell = record(model=MODEL, signs=only(str), domain=domain)(value)
        return cell_of(cell.model, cell.signs, cell.domain)
    given = record(dim=index, A=TABLE, b=VECTOR, E_=TABLE, f_=VECTOR)(value)
    pairs = zip(given.A + (given.E or []), given.b + (given.f or []), strict=True)
    rows = [row_of(a, b) for a, b in pairs]
    if any(len(row.a) != given.dim for row in rows) or len(given.A) != len(given.b):
        raise Malformed(f": expected rows of {given.dim} entries, as many as bounds")
    return System(given.dim, rows[: len(given.b)], rows[len(given.b) :])


def domain(value: Any) -> System | None:
    """Halfspaces only; null is the whole space."""
    if value is not None and ((found := SYSTEM(value)).equations or found.own):
        raise Malformed(": expected halfspaces")
    return None if value is None else found


def model(value: Any) -> Model:
    """A chain of layers, or an arrangement."""
    if isinstance(value, dict) and value.get("schema") == "exactgeom/arrangement-1":
        plane = record(normal=VECTOR, offset=rational)
        planes = record(schema=only(str), dim=index, hyperplanes=many(plane))(value)
        rows = [row_of(p.normal, -p.offset) for p in planes.hyperplanes]
        return Model(planes.dim, [rows, layer({"type": "relu"})], has_map=False)
    net = record(schema=only(str), input_dim=index, layers=many(layer), notes_=many(only(str)))(value)
    if net.schema != "exactgeom/network-1":
        raise Malformed(".schema: expected exactgeom/network-1 or exactgeom/arrangement-1")
    return Model(net.input_dim, net.layers, has_map=True)


def layer(value: Any) -> list[Row] | Units:
    """Affine functions, or an activation."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "linear":
        given = record(type=only(str), weight=TABLE, bias=VECTOR)(value)
        return [row_of(a, b) for a, b in zip(given.weight, given.bias, strict=True)]
    names = {"leaky_relu": ["slope"], "hard_tanh": ["low", "high"]}.get(str(kind), [])
    given = vars(record(type=only(str), **dict.fromkeys(names, rational))(value))
    lines = {"relu": (0, 1), "leaky_relu": (given.get("slope"), 1), "abs": (-1, 1), "hard_tanh": (0, 1, 0), "identity": (1,)}
    if kind not in lines or ("low" in given and given["low"] >= given["high"]):
        raise Malformed(": not a layer this checker knows")
    breaks = [given[name] for name in names if name != "slope"] or [Fraction(0)] * (len(lines[kind]) - 1)
    ends = (breaks[0], 0, breaks[1]) if len(breaks) == 2 else (0, 0)
    pieces = [row_of([Fraction(slope)], Fraction(c)) for slope, c in zip(lines[kind], ends, strict=False)]
    return Units(breaks, pieces)


def composed(weights: Row, inputs: Sequence[Row]) -> Row:
    """The function w.f + c of affine functions f, in lowest terms."""
    used = [(w, f) for w, f in zip(weights.a, inputs, strict=True) if w]
    common = common_denominator(Fraction(1, f.scale) for _, f in used)
    a, b = [0] * len(inputs[0].a), weights.b * common
    for w, f in used:
        factor = w * (common // f.scale)
        a, b = [x + factor * y for x, y in zip(a, f.a, strict=True)], b + factor * f.b
    shared = gcd(*a, b, weights.scale * common)
    return Row(tuple([x // shared for x in a]), b // shared, weights.scale * common // shared)


def cell_of(net: Model, signs: str, within: System | None, memo: dict[Any, Any] | None = None) -> System:
    """The closed cell: one row per sign, then the domain's; and the model's map on it."""
    memo = {} if memo is None else memo
    rows: list[Row] = []
    values = memo.setdefault((), unit_rows(net.dim) if () not in memo else None)
    for number, step in enumerate(net.layers):
        tick()
        if isinstance(step, Units):
            values = [through(step, f, signs, rows) for f in values]
        else:
            key = number, signs[: len(rows)]
            if key not in memo:
                memo[key] = [composed(w, values) for w in step]
            values = memo[key]
        if not values:
            raise Malformed(": a layer without units")
    border = [] if within is None else within.rows
    if len(rows) != len(signs) or (within and within.dim != net.dim):
        raise Malformed(f": expected {len(rows)} signs and a domain in dimension {net.dim}")
    return System(net.dim, rows + border, [], len(signs), values if net.has_map else None)


def through(unit: Units, f: Row, signs: str, rows: list[Row]) -> Row:
    """The output of one unit with input f; its rows are added."""
    mine = signs[len(rows) : len(rows) + len(unit.breaks)]
    require(re.fullmatch(r"\++0?-*|0?-*", mine), "signs that no number has")
    for t, character in zip(unit.breaks, mine, strict=True):
        flip = -1 if character == "+" else 1
        row = row_of([Fraction(flip * x, f.scale) for x in f.a], flip * (t - Fraction(f.b, f.scale)))
        require(character != "0" or not (any(row.a) or row.b), "a 0 where a unit is not at its breakpoint")
        rows.append(row)
    return composed(unit.pieces[mine.count("+")], [f])


MODEL, SYSTEM = named("models", model), named("systems", system)


def slack(row: Row, at: Row) -> int:
    """A positive multiple of b - a.x."""
    return row.b * at.scale - int(dot(row.a, at.a))


def tight_rows(s: System, at: Row) -> list[int]:
    """Numbers of the halfspaces that are tight at a point of the set; Rejected when it is outside."""
    tick()
    room = [slack(row, at) for row in s.rows]
    require(min(room, default=0) >= 0, "the point violates a row")
    require(not any(slack(row, at) for row in s.equations) and len(at.a) == s.dim, "the point is outside")
    return [i for i, gap in enumerate(room) if gap == 0]


def combination(s: System, terms: Sparse, allowed: Iterable[int] | None = None) -> Vector:
    """The sum of multiples of (a, b): nonnegative ones of halfspaces, from allowed rows only."""
    rows = s.rows + s.equations
    for i, factor in terms:
        require(factor >= 0 or i >= len(s.rows), f"the multiplier of row {i} is negative")
        require(allowed is None or i in allowed, f"row {i} may not be used here")
    parts = [((*rows[i].a, rows[i].b), factor / rows[i].scale) for i, factor in terms]
    common = common_denominator(factor for _, factor in parts)
    weights = [factor.numerator * (common // factor.denominator) for _, factor in parts]
    columns = zip(*(row for row, _ in parts), strict=True)
    return [Fraction(dot(weights, c), common) for c in columns] or [Fraction(0)] * (s.dim + 1)


def follows(s: System, row: Row | None, terms: Sparse, allowed: Iterable[int] | None = None) -> bool:
    """The combination is at least as strong as the row, or contradicts itself."""
    *a, b = combination(s, terms, allowed)
    if not any(a) and b < 0:
        return True
    return row is not None and [x * row.scale for x in a] == list(row.a) and b * row.scale <= row.b


def in_cone(a: Sequence[int], u: Sequence[int], v: Sequence[int]) -> bool:
    """Tell whether a is a nonnegative combination of u and v, independent or the same (Cramer)."""
    uu, uv, vv, ua, va = dot(u, u), dot(u, v), dot(v, v), dot(u, a), dot(v, a)
    scale, first, second = uu * vv - uv * uv, ua * vv - va * uv, va * uu - ua * uv
    if u == v:
        scale, first, second = uu, ua, 0
    fits = all(scale * c == first * x + second * y for c, x, y in zip(a, u, v, strict=True))
    return bool(fits and scale > 0 and first >= 0 and second >= 0)


# -- the kinds ------------------------------------------------------------------------------------------

KINDS: dict[str, tuple[Read, Read, Callable[[Any, Any], None]]] = {}


def kind(name: str, claim: Read, evidence: Read) -> Callable[[Any], Any]:
    """Register the check of a kind: it raises Rejected unless the evidence proves the claim."""

    def register(check: Any) -> Any:
        KINDS[name] = claim, evidence, check
        return check

    return register


@kind("feasible", record(system=SYSTEM, strict_=only(bool)), record(point=VECTOR))
def feasible(c: Any, e: Any) -> None:
    tight = tight_rows(c.system, row_of(e.point))
    strict = not c.system.equations and not any(any(c.system.rows[i].a) for i in tight)
    require(strict or not c.strict, "the point is on a row")


@kind("empty", record(system=SYSTEM), record(multipliers=SPARSE))
def empty(c: Any, e: Any) -> None:
    require(follows(c.system, None, e.multipliers), "the combination is not a contradiction")


@kind("redundant", record(system=SYSTEM, row=index), record(multipliers=SPARSE))
def redundant(c: Any, e: Any) -> None:
    others = set(range(len(c.system.rows) + len(c.system.equations))) - {c.row}
    require(follows(c.system, c.system.rows[c.row], e.multipliers, others), "the row does not follow")


@kind("facet", record(system=SYSTEM, row=index), record(point=VECTOR))
def facet(c: Any, e: Any) -> None:
    ridge(SimpleNamespace(system=c.system, rows=[c.row, c.row], cos=None), e)


@kind("ridge", record(system=SYSTEM, rows=ascending(many(index, index)), cos_=real), record(point=VECTOR))
def ridge(c: Any, e: Any) -> None:
    rows, tight = c.system.rows, tight_rows(c.system, row_of(e.point))
    u, v = (rows[i].a for i in c.rows)
    require(set(c.rows) <= set(tight) and not c.system.equations, "the point is not on the row")
    require(all(in_cone(rows[i].a, u, v) for i in tight), "another row is tight at the point")
    require(c.rows[0] == c.rows[1] or u != v, "twice the same row")
    if c.cos is not None:
        square = Fraction(dot(u, v) ** 2, dot(u, u) * dot(v, v))
        require(is_root(c.cos, square, -1 if dot(u, v) > 0 else 1), "the cosine is another one")


def is_root(value: Real, square: Fraction, side: int = 1) -> bool:
    """Tell whether the value is side times the square root."""
    m, q = next(iter(value.items()), (1, Fraction(0)))
    return len(value) <= 1 and q * q * m == square and q * side >= 0


@kind(
    "irredundant",
    record(system=SYSTEM, rows=INDICES),
    record(points=TABLE, multipliers=many(SPARSE)),
)
def irredundant(c: Any, e: Any) -> None:
    rows, listed = c.system.rows, dict.fromkeys(c.rows)
    require(not c.system.equations, "equations are not supported here")
    for i, x in zip(c.rows, map(row_of, e.points), strict=True):
        others = min((slack(rows[j], x) for j in c.rows if j != i), default=1)
        own, proper = slack(rows[i], x), any(rows[i].a)
        require((own < 0 <= others) or (own == 0 < others and proper), f"row {i} may be left out")
    unlisted_follow(c.system, listed, e.multipliers)


def unlisted_follow(s: System, listed: Any, multipliers: list[Sparse]) -> None:
    rest = [i for i in range(len(s.rows)) if i not in listed]
    for i, terms in zip(rest, multipliers, strict=True):
        require(follows(s, s.rows[i], terms, listed), f"row {i} does not follow")


LP = {"system": SYSTEM, "objective": VECTOR, "sense": only(str)}


def objective(c: Any) -> tuple[Vector, int]:
    """The objective to be maximised, and the sign that made it so."""
    if c.sense not in ("min", "max") or len(c.objective) != c.system.dim:
        raise Malformed(".claim: expected sense min or max, and an objective of the system's dimension")
    side = 1 if c.sense == "max" else -1
    return [side * x for x in c.objective], side


@kind("lp-optimal", record(**LP, value=rational), record(primal=VECTOR, dual=SPARSE))
def lp_optimal(c: Any, e: Any) -> None:
    (goal, side), _ = objective(c), tight_rows(c.system, row_of(e.primal))
    require(dot(goal, e.primal) == side * c.value, "the value at the point is another one")
    require(combination(c.system, e.dual) == [*goal, side * c.value], "the multipliers prove another bound")


@kind("lp-unbounded", record(**LP), record(point=VECTOR, ray=VECTOR))
def lp_unbounded(c: Any, e: Any) -> None:
    (goal, _), _ = objective(c), tight_rows(c.system, row_of(e.point))
    recession = c.system._replace(
        rows=[row._replace(b=0) for row in c.system.rows],
        equations=[row._replace(b=0) for row in c.system.equations],
    )
    tight_rows(recession, row_of(e.ray))
    require(dot(goal, e.ray) > 0, "the objective does not grow along the ray")


class Face(NamedTuple):
    """A proved face: measure along its reference coordinates, a reduced basis of its plane, its facets."""

    size: Fraction
    basis: list[Vector]
    facets: list[frozenset[int]]


class Solids:
    """Hulls of given points that are proved to be sets of halfspaces; their faces by vertices."""

    def __init__(self, points: list[Vector]) -> None:
        self.points, self.faces = [row_of(x) for x in points], {}  # type: ignore[var-annotated]

    def solid(self, s: System, vertices: list[int]) -> tuple[Face, list[frozenset[int]]]:
        """The full-dimensional set of a system with these vertices, and which ones are on each row."""
        if not 0 < s.dim <= MAX_SOLID or s.equations:
            raise Exhausted("faces are walked in low dimensions, without equations")
        room = [{v: slack(row, self.points[v]) for v in vertices} for row in s.rows]
        require(all(min(gaps.values(), default=-1) >= 0 for gaps in room), "a vertex violates a row")
        on = [frozenset(v for v, gap in gaps.items() if gap == 0) for gaps in room]
        basis = [[Fraction(x) for x in row.a] for row in unit_rows(s.dim)]
        return self.face(frozenset(vertices), basis, list(zip(s.rows, on, strict=True))), on

    def face(self, key: frozenset[int], basis: list[Vector], rows: list[tuple[Row, frozenset[int]]]) -> Face:
        """Prove that the hull of these vertices has this plane and all its facets on rows; measure it.

        Every ridge of the facets found lies in two of them, and a polytope's boundary is connected
        through its ridges: so all facets were found.  The measure is a sum of cones from one vertex.
        """
        tick()
        dim, size = len(basis), Fraction(not basis)
        if key in self.faces:
            require(len(self.faces[key].basis) == dim, "a face of two dimensions")
            return self.faces[key]  # type: ignore[no-any-return]
        sides = {part: row for row, on in rows if (part := on & key) and part != key} if dim else {}
        facets = [s for s in sides if not any(s < t for t in sides)]
        require(frozenset().union(*facets) == key if dim else len(key) == 1, "a point is not a vertex")
        ridges: Counter[frozenset[int]] = Counter()
        for part in facets:
            row, apex = sides[part], self.points[min(key)]
            slopes = [dot(row.a, u) for u in basis]
            pivot = max((j for j, x in enumerate(slopes) if x), default=-1)
            require(pivot >= 0, "vertices in too low a dimension")
            lead = [x / slopes[pivot] for x in basis[pivot]]
            plane = [[x - q * y for x, y in zip(u, lead, strict=True)] for u, q in zip(basis, slopes, strict=True)]
            found = self.face(part, plane[:pivot] + plane[pivot + 1 :], rows)
            size += Fraction(slack(row, apex), apex.scale) / abs(slopes[pivot]) * found.size / dim
            ridges.update(found.facets if dim > 1 else [frozenset()])
        require(set(ridges.values()) <= {2} and (facets or not dim), "a vertex or a facet is missing")
        self.faces[key] = Face(size, basis, facets)
        return self.faces[key]  # type: ignore[no-any-return]


@kind("volume", record(system=SYSTEM, volume=real, rows_=INDICES), record(vertices=TABLE))
def volume(c: Any, e: Any) -> None:
    solids, key = Solids(e.vertices), frozenset(range(len(e.vertices)))
    _, on = solids.solid(c.system, sorted(key))
    for i in c.rows or []:
        key &= on[i]
    require(key in solids.faces, "the rows do not meet in a face")
    size, basis, _ = solids.faces[key]
    gram, square = [[dot(u, v) for v in basis] for u in basis], size * size
    for k in range(len(gram)):  # the determinant: basis vectors are independent, so no pivot is zero
        square *= gram[k][k]
        for i in range(k + 1, len(gram)):
            q = gram[i][k] / gram[k][k]
            gram[i] = [x - q * y for x, y in zip(gram[i], gram[k], strict=True)]
    require(is_root(c.volume, square), "the volume is another one")


def fill(nets: list[Model], within: System, solids: Solids, cells: Any) -> list[tuple[Face, list[System]]]:
    """Prove that cells (with `signs`, one string per model, and `vertices`) are all, and fill the domain."""
    require(cells and len({tuple(cell.signs) for cell in cells}) == len(cells), "cells must differ in signs")
    memos: list[dict[Any, Any]] = [{} for _ in nets]
    result, sides, border = [], Counter[frozenset[int]](), set()
    for cell in cells:
        parts = [cell_of(*one) for one in zip(nets, cell.signs, [None] * len(nets), memos, strict=True)]
        for part, signs in zip(parts, cell.signs, strict=True):
            proper_signs(part, signs)
        rows = [row for part in parts for row in part.rows]
        face, on = solids.solid(System(within.dim, rows + within.rows, []), cell.vertices)
        sides.update(face.facets)
        border |= {f for f in face.facets for edge in on[len(rows) :] if f <= edge}
        result.append((face, parts))
    alone = {f for f, count in sides.items() if count == 1}
    require(alone == border and max(sides.values()) <= 2, "a facet without a cell across it")
    return result


def proper_signs(part: System, signs: str) -> None:
    """Where a unit is constantly at its breakpoint its sign is 0: so interiors of cells are disjoint."""
    for row, character in zip(part.rows, signs, strict=False):
        require(any(row.a) or row.b or character == "0", "a unit at its breakpoint has sign 0")


AFFINE = record(A=TABLE, b=VECTOR)
CELLS = many(record(signs=only(str), vertices=INDICES, volume=rational, affine_=AFFINE))
COMPLEX = {
    "model": MODEL,
    "domain": domain,
    "vertices": TABLE,
    "cells": CELLS,
    "f_vector": many(index),
    "euler_characteristic": only(int),
    "total_volume": rational,
    "facets_": many(record(cells=INDICES, vertices=INDICES)),
}


@kind("complex", record(**COMPLEX), NOTHING)
def complex_(c: Any, e: Any) -> None:
    solids, total, owners = Solids(c.vertices), Fraction(0), {}  # type: ignore[var-annotated]
    pairs = [SimpleNamespace(signs=[cell.signs], vertices=cell.vertices) for cell in c.cells]
    filled = fill([c.model], c.domain or no_domain(), solids, pairs)
    for number, (cell, (face, (part,))) in enumerate(zip(c.cells, filled, strict=True)):
        require(cell.volume == face.size, f"the volume of cell {number} is another one")
        total += face.size
        if cell.affine is not None:
            mapped = [row_of(a, b) for a, b in zip(cell.affine.A, cell.affine.b, strict=True)]
            require(mapped == part.outputs, f"the map of cell {number} is another one")
        for key in face.facets:
            owners.setdefault(key, []).append(number)
    counts = Counter(len(face.basis) for face in solids.faces.values())
    numbers = [counts[k] for k in range(c.domain.dim + 1)]
    require(total == c.total_volume, "the total volume is another one")
    require(numbers == c.f_vector and numbers[0] == len(c.vertices), "the numbers of faces are others")
    euler = sum((-1) ** k * n for k, n in enumerate(numbers))
    require(euler == c.euler_characteristic, "the Euler characteristic is another one")
    if c.facets is not None:
        given = {frozenset(f.vertices): f.cells for f in c.facets}
        require(given == owners and len(given) == len(c.facets), "the facets are others")


def no_domain() -> System:
    raise Malformed(".claim.domain: expected a bounded domain")


ACROSS = ascending(many(many(index, lambda value: value if value is None else index(value))))
WAYS = many(record(point=VECTOR, facets=ACROSS, multipliers=many(SPARSE)))


@kind("complete", record(model=MODEL, domain=domain, cells=many(only(str))), record(cells=WAYS))
def complete(c: Any, e: Any) -> None:
    memo: dict[Any, Any] = {}
    require(c.cells and len(set(c.cells)) == len(c.cells), "cells must differ in signs")
    for signs, way in zip(c.cells, e.cells, strict=True):
        cell = cell_of(c.model, signs, c.domain, memo)
        proper_signs(cell, signs)
        tight = tight_rows(cell, row_of(way.point))
        require(not any(any(cell.rows[i].a) for i in tight), "the point is not inside its cell")
        unlisted_follow(cell, {i for i, _ in way.facets}, way.multipliers)
        for i, other in way.facets:
            wall = cell.rows[i]
            require((other is None) == (i >= cell.own) and any(wall.a), "a facet without a cell across it")
            if other is not None:
                changed = [j for j, (x, y) in enumerate(zip(signs, c.cells[other], strict=True)) if x != y]
                require(i in changed, "the cell across has the same sign")
                require(all(parallel(cell.rows[j], wall) for j in changed), "the cell across is another one")


def parallel(row: Row, wall: Row) -> bool:
    """Tell whether the function vanishes where the wall's does."""
    j = next(j for j, x in enumerate(wall.a) if x)
    mine, its = (*row.a, row.b), (*wall.a, wall.b)
    return all(x * wall.a[j] == y * row.a[j] for x, y in zip(mine, its, strict=True))


PAIR = {"models": many(MODEL, MODEL), "domain": domain}
PARTS = many(record(signs=many(only(str), only(str)), vertices=INDICES))


@kind("equal-functions", record(**PAIR), record(vertices=TABLE, cells=PARTS))
def equal_functions(c: Any, e: Any) -> None:
    for _, (f, g) in fill(c.models, c.domain or no_domain(), Solids(e.vertices), e.cells):
        require(f.outputs is not None and f.outputs == g.outputs, "the maps differ on a cell")


@kind("differ-at", record(**PAIR, point=VECTOR), NOTHING)
def differ_at(c: Any, e: Any) -> None:
    if c.domain is not None:
        tight_rows(c.domain, row_of(c.point))
    f, g = (values_at(net, c.point) for net in c.models)
    require(len(f) == len(g) and f != g, "the functions agree at the point")


def values_at(net: Model, x: Vector) -> Vector:
    """The outputs of a model at a point."""
    if not net.has_map or len(x) != net.dim:
        raise Malformed(f": expected models with outputs, and a point in dimension {net.dim}")
    for step in net.layers:
        if isinstance(step, Units):
            at = [step.pieces[sum(z > t for t in step.breaks)] for z in x]
            x = [Fraction(p.a[0] * z + p.b) / p.scale for p, z in zip(at, x, strict=True)]
        else:
            x = [(dot(row.a, x) + row.b) / Fraction(row.scale) for row in step]
    return x


MATRIX = many(many(real))


def square_matrix(rows: Any) -> int:
    if any(len(row) != len(rows) for row in rows) or any(
        row[j] != rows[j][i] for i, row in enumerate(rows) for j in range(i)
    ):
        raise Malformed(".claim.matrix: expected a symmetric matrix")
    return len(rows)


@kind("psd", record(matrix=MATRIX, definite_=only(bool)), record(squares=many(many(rational, SPARSE))))
def psd(c: Any, e: Any) -> None:
    size, rest = square_matrix(c.matrix), [[dict(x) for x in row] for row in c.matrix]
    for weight, terms in e.squares:
        require(weight >= 0, "a negative weight")
        for i, x in terms:
            for j, y in terms:
                add(rest[i][j], {1: -weight * x * y} if weight * x * y else {})
    strict = True
    for i, row in enumerate(rest):
        room: Real = {}
        for j, x in enumerate(row):
            add(room, x, 1 if i == j else -sign(x))
        require(sign(room) >= 0, f"row {i} of the rest is not dominated by its diagonal")
        strict &= sign(room) > 0
    if c.definite and not strict:
        dense = [[dict(terms).get(i, Fraction(0)) for i in range(size)] for w, terms in e.squares if w]
        require(rank_modulo(dense) == size, "the matrix may be singular")


@kind("not-psd", record(matrix=MATRIX), record(negative=VECTOR))
def not_psd(c: Any, e: Any) -> None:
    require(form_sign(c.matrix, e.negative) < 0, "the form is not negative there")


@kind("indefinite", record(matrix=MATRIX), record(negative=VECTOR, positive=VECTOR))
def indefinite(c: Any, e: Any) -> None:
    not_psd(c, e)
    require(form_sign(c.matrix, e.positive) > 0, "the form is not positive there")


def form_sign(rows: Any, x: Vector) -> int:
    """The sign of x.Ax."""
    total: Real = {}
    square_matrix(rows)
    for row, p in zip(rows, x, strict=True):
        for entry, q in zip(row, x, strict=True):
            add(total, entry, p * q)
    return sign(total)


@kind("rank", record(matrix=TABLE, rank=index), record(kernel=TABLE, prime_=index))
def rank(c: Any, e: Any) -> None:
    columns = len(c.matrix[0]) if c.matrix else 0
    require(not any(dot(row, x) for row in c.matrix for x in e.kernel), "a vector is not in the kernel")
    require(len(e.kernel) == columns - c.rank, "the kernel has another dimension")
    require(rank_modulo(e.kernel) == len(e.kernel), "the kernel vectors may be dependent")
    require(rank_modulo(c.matrix, max(e.prime or PRIME, 2)) >= c.rank, "the rank may be smaller")


@kind(
    "transport",
    record(costs=MATRIX, supply=VECTOR, demand=VECTOR, value=real),
    record(plan=many(many(index, index, rational)), potentials=record(supply=many(real), demand=many(real))),
)
def transport(c: Any, e: Any) -> None:
    out, into, costs, bound = list(c.supply), list(c.demand), {}, {}  # type: ignore[var-annotated]
    for i, j, mass in e.plan:
        require(mass >= 0, "a negative mass")
        out[i], into[j] = out[i] - mass, into[j] - mass
        add(costs, c.costs[i][j], mass)
    require(not any(out) and not any(into), "the plan has other marginals")
    u, v = e.potentials.supply, e.potentials.demand
    for p, x, row in zip(u, c.supply, c.costs, strict=True):
        add(bound, p, x)
        for q, cost in zip(v, row, strict=True):
            room = dict(cost)
            add(room, p, -1)
            add(room, q, -1)
            require(sign(room) >= 0, "the potentials exceed a cost")
    for q, y in zip(v, c.demand, strict=True):
        add(bound, q, y)
    require(costs == c.value == bound, "the value is another one")


# -- documents and the command --------------------------------------------------------------------------


def check(document: Any, seconds: float = SECONDS) -> list[Verdict]:
    """The verdict on every certificate of a parsed document; Malformed when it is none."""
    bundle = isinstance(document, dict) and "certificates" in document
    whole = record(schema=only(str), certificates=many(only(dict)), systems_=only(dict), models_=only(dict))
    given = whole(document) if bundle else SimpleNamespace(certificates=[document], systems={}, models={})
    if bundle and given.schema != SCHEMA:
        raise Malformed(f"schema: expected {SCHEMA}")
    token = _CONTEXT.set(Context(seconds, systems=dict(given.systems or {}), models=dict(given.models or {})))
    try:
        return [check_one(one, f"certificates[{n}]" * bundle) for n, one in enumerate(given.certificates)]
    finally:
        _CONTEXT.reset(token)


def check_one(document: Any, place: str) -> Verdict:
    """The verdict on one certificate."""
    anything: Read = lambda value: value  # noqa: E731
    name = "certificate"
    try:
        whole = record(schema=only(str), kind=only(str), claim=anything, evidence=anything, note_=only(str))
        parts = whole(document)
        if parts.schema != SCHEMA or parts.kind not in KINDS:
            raise Malformed(f": expected schema {SCHEMA} and a kind it has")
        name, (claim, evidence, proof) = parts.kind, KINDS[parts.kind]
        read = record(schema=anything, kind=anything, claim=claim, evidence=evidence, note_=anything)(document)
        proof(read.claim, read.evidence)
    except Rejected as error:
        return Verdict(name, False, str(error))
    except Exhausted as error:
        return Verdict(name, None, str(error))
    except Malformed as error:
        raise Malformed(f"{place}{error}".lstrip(".: ")) from error
    except (IndexError, ValueError) as error:
        raise Malformed(f"{place} ({name}): lengths or indices do not fit together".strip()) from error
    except (RecursionError, OverflowError) as error:
        raise Malformed(f"{place} ({name}): nested too deeply or too large".strip()) from error
    return Verdict(name, True, "")


def parse(data: bytes) -> Any:
    """JSON in UTF-8, without repeated keys, NaN or infinities, numbers of bounded length."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise Malformed("a key occurs twice in one object")
        return result

    def bounded(digits: str) -> int:
        return rational(digits).numerator

    def refuse(name: str) -> None:
        raise Malformed(f"{name} is not a number here")

    try:
        return json.loads(data.decode(), object_pairs_hook=unique, parse_int=bounded, parse_constant=refuse)
    except Malformed as error:
        raise Malformed(str(error).lstrip(": ")) from error
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a JSON document: {str(error)[:80]}") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file; print one line per certificate; return the exit code."""
    words, seconds = list(sys.argv[1:] if arguments is None else arguments), SECONDS
    try:
        if words[:1] == ["--seconds"]:
            seconds, words = float(words[1]), words[2:]
        if len(words) != 1:
            raise Malformed("usage: checker.py [--seconds S] FILE")
        with open(0 if words[0] == "-" else words[0], "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Malformed(f"the file is larger than {MAX_BYTES} bytes")
        verdicts = check(parse(data), seconds)
    except (OSError, ValueError, IndexError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except MemoryError:
        return 3
    for n, verdict in enumerate(verdicts):
        word = {True: "holds", False: "fails", None: "unknown"}[verdict.holds]
        print(f"{n}: {word}: {verdict.kind}{': ' * bool(verdict.reason)}{verdict.reason}")
    found = {verdict.holds for verdict in verdicts}
    return 1 if False in found else 3 if None in found else 0


if __name__ == "__main__":
    sys.exit(main())
