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
from itertools import pairwise
from math import gcd, isqrt
from types import SimpleNamespace
from typing import Any, NamedTuple

SCHEMA = "exactgeom/certificate-1"
MAX_BYTES, MAX_DIGITS, MAX_BITS = 2**28, 100_000, 1_000_000  # of a file, of a number, of a result
MAX_DIM, MAX_SOLID = 4096, 64  # of a model or a box; of a set whose faces are walked
SECONDS, PRIME = 600.0, 2**61 - 1
_NUMBER = re.compile(r"(-?)([0-9]+)(?:/([0-9]+))?")
_SMALL_PRIMES = [p for p in range(2, 100) if all(p % q for q in range(2, p))]

# fmt: off
# One blank line between functions: the whole checker has to stay short.

Read = Callable[[Any], Any]
Vector = list[Fraction]
Sparse = list[tuple[int, Fraction]]
Real = dict[int, Fraction]  # sum of q sqrt(m): m -> q != 0, one m per square class, 1 for the rationals
Key = frozenset[int]

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

class Model(NamedTuple):
    """Layers: a list of affine functions, or an activation (breakpoints, pieces from below)."""

    dim: int
    layers: list[Any]
    has_map: bool

class Context:
    """What one run remembers: when to stop, what a bundle names, and square classes of radicands."""

    def __init__(self, seconds: float, named: dict[str, dict[str, Any]]) -> None:
        self.stop, self.named = time.monotonic() + seconds, named
        self.classes: dict[int, tuple[int, Fraction]] = {}

_CONTEXT: ContextVar[Context] = ContextVar("context")

def _tick(*numbers: int) -> None:
    if time.monotonic() > _CONTEXT.get().stop:
        raise Exhausted("the time ran out")
    if any(n.bit_length() > MAX_BITS for n in numbers):
        raise Exhausted("the numbers grow too long")

def _require(holds: Any, reason: str) -> None:
    if not holds:
        raise Rejected(reason)

# -- reading: a reader takes any value and returns a checked one, or complains with the place -----------

def _integer(digits: str) -> int:
    """Any number of digits, whatever Python's own limit is set to."""
    half = len(digits) // 2
    return int(digits) if half < 300 else _integer(digits[:-half]) * 10**half + _integer(digits[-half:])

def rational(value: Any) -> Fraction:
    """An integer, or a string "p/q" or "p"."""
    if type(value) is int and value.bit_length() <= 4 * MAX_DIGITS:
        return Fraction(value)
    found = _NUMBER.fullmatch(value) if type(value) is str and len(value) <= 2 * MAX_DIGITS else None
    if not found or max(len(found[2]), len(found[3] or "")) > MAX_DIGITS:
        raise Malformed(f': expected a number "p/q" of at most {MAX_DIGITS} digits')
    if not (denominator := _integer(found[3] or "1")):
        raise Malformed(": the denominator is 0")
    return Fraction((-1 if found[1] else 1) * _integer(found[2]), denominator)

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

def many(*readers: Read, ascending: bool = False) -> Read:
    """A reader of lists: of any length for one reader, else of one entry per reader."""
    def read(value: Any) -> list[Any]:
        _tick()
        if not isinstance(value, list | tuple) or len(readers) not in {1, len(value)}:
            raise Malformed(": expected a list" + f" of {len(readers)}" * (len(readers) > 1))
        result = []
        for i, entry in enumerate(value):
            try:
                result.append(readers[i % len(readers)](entry))
            except Malformed as error:
                raise Malformed(f"[{i}]{error}") from error
        if ascending and any((x[0] >= y[0]) if isinstance(x, list) else (x >= y) for x, y in pairwise(result)):
            raise Malformed(": expected ascending indices")
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
        for key, reader in ((name.rstrip("_"), reader) for name, reader in readers.items()):
            if key not in value and key in readers:
                raise Malformed(f".{key}: missing")
            try:
                setattr(result, key, reader(value[key]) if key in value else None)
            except Malformed as error:
                raise Malformed(f".{key}{error}") from error
        return result
    return read

def named(what: str, reader: Read) -> Read:
    """The same, or the name of something the bundle gives, which is read once."""
    def read(value: Any) -> Any:
        entries = _CONTEXT.get().named[what]
        if isinstance(value, str):
            if value not in entries or isinstance(entries[value], str):
                raise Malformed(f": no {what} of this name")
            if not isinstance(entries[value], System | Model):
                entries[value] = reader(entries[value])
            return entries[value]
        return reader(value)
    return read

def real(value: Any) -> Real:
    """A rational or {"surd": [[q, m], ...]}."""
    if not isinstance(value, dict):
        return {1: q} if (q := rational(value)) else {}
    total: Real = {}
    for q, m in record(surd=many(many(rational, rational)))(value).surd:
        if m <= 0 or m.denominator != 1:
            raise Malformed(": expected a positive integer under the root")
        r, factor = _square_class(m.numerator)
        _add(total, {r: q}, factor)
    return total

TEXT, FLAG, VECTOR, INDICES = only(str), only(bool), many(rational), many(index, ascending=True)
TABLE, SPARSE, MATRIX = many(VECTOR), many(many(index, rational), ascending=True), many(many(real))

# -- arithmetic -----------------------------------------------------------------------------------------

def _square_class(m: int) -> tuple[int, Fraction]:
    """(r, f) with sqrt(m) = f sqrt(r), where r represents the numbers n for which m n is a square."""
    classes, rest, root = _CONTEXT.get().classes, m, 1
    if m not in classes:
        for p in _SMALL_PRIMES:
            while rest % (p * p) == 0:
                rest, root = rest // (p * p), root * p
        if isqrt(rest) ** 2 == rest:
            rest, root = 1, root * isqrt(rest)
        for other in {r for r, _ in classes.values()}:
            _tick()
            if (common := isqrt(rest * other)) ** 2 == rest * other:
                return classes.setdefault(m, (other, Fraction(root * common, other)))
        classes[m] = rest, Fraction(root)
    return classes[m]

def _add(total: Real, term: Real, factor: Fraction | int = 1) -> None:
    for m, q in term.items():
        total[m] = total.get(m, Fraction(0)) + factor * q
        _tick(total[m].denominator)
        if not total[m]:
            del total[m]

def sign(value: Real) -> int:
    """Roots of different classes are independent over Q: only the sum without terms is zero."""
    bits = 64
    while len(value) > 1:
        _tick(1 << bits)
        low = sum(q * (isqrt(m << 2 * bits) + (q < 0)) for m, q in value.items())
        high = sum(q * (isqrt(m << 2 * bits) + (q > 0)) for m, q in value.items())
        if low > 0 or high < 0:
            return 1 if low > 0 else -1
        bits *= 2
    return next((1 if q > 0 else -1 for q in value.values()), 0)

def _is_root(value: Real, square: Fraction, side: int = 1) -> bool:
    m, q = next(iter(value.items()), (1, Fraction(0)))
    return len(value) <= 1 and q * q * m == square and q * side >= 0

def _dot(a: Iterable[Any], x: Iterable[Any]) -> Any:
    return sum([p * q for p, q in zip(a, x, strict=True) if p])

def _denominator(numbers: Iterable[Fraction]) -> int:
    total = 1
    for q in numbers:
        if total % q.denominator:
            total *= q.denominator // gcd(total, q.denominator)
            _tick(total)
    return total

def row_of(a: Iterable[Fraction], b: Fraction = Fraction(0)) -> Row:
    """A row in integers, in lowest terms."""
    entries = [*a, b]
    scale = _denominator(entries)
    *top, last = [q.numerator * (scale // q.denominator) for q in entries]
    return Row(tuple(top), last, scale)

def _units(dim: int, entry: int = 1) -> list[Row]:
    if not 0 < dim <= MAX_DIM:
        raise Malformed(f": expected a dimension from 1 to {MAX_DIM}")
    return [Row((0,) * i + (entry,) + (0,) * (dim - i - 1), 0, 1) for i in range(dim)]

def _rank_modulo(rows: Iterable[Vector], prime: int = PRIME) -> int:
    """A lower bound of the rank: pivots are units, so their minor is not zero."""
    found: list[tuple[int, list[int]]] = []
    for fractions in rows:
        row = [x % prime for x in row_of(fractions).a]
        for pivot, other in found:
            _tick()
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
        units = _units(len(box.low))
        pairs = ((1, box.high), (-1, box.low))
        rows = [Row(tuple([side * q.denominator * x for x in e.a]), side * q.numerator, q.denominator)
                for side, bounds in pairs for e, q in zip(units, bounds, strict=True)]
        return System(len(units), rows, [])
    if isinstance(value, dict) and "model" in value:
        cell = record(model=MODEL, signs=TEXT, domain=domain)(value)
        return cell_of(cell.model, cell.signs, cell.domain)
    given = record(dim=index, A=TABLE, b=VECTOR, E_=TABLE, f_=VECTOR)(value)
    halves, equations = ([row_of(a, b) for a, b in zip(*pair, strict=True)]
                         for pair in ((given.A, given.b), (given.E or [], given.f or [])))
    if any(len(row.a) != given.dim for row in halves + equations):
        raise Malformed(f": expected rows of {given.dim} entries")
    return System(given.dim, halves, equations)

def domain(value: Any) -> System | None:
    """Halfspaces only; null is the whole space."""
    if value is not None and ((found := SYSTEM(value)).equations or found.own):
        raise Malformed(": expected halfspaces")
    return None if value is None else found

def model(value: Any) -> Model:
    """A chain of layers, or an arrangement."""
    if isinstance(value, dict) and value.get("schema") == "exactgeom/arrangement-1":
        plane = record(normal=VECTOR, offset=rational)
        given = record(schema=TEXT, dim=index, hyperplanes=many(plane))(value)
        planes = [row_of(p.normal, -p.offset) for p in given.hyperplanes]
        return _chained(Model(given.dim, [planes, layer({"type": "relu"})] if planes else [], False))
    given = record(schema=TEXT, input_dim=index, layers=many(layer), notes_=many(TEXT))(value)
    if given.schema != "exactgeom/network-1":
        raise Malformed(".schema: expected exactgeom/network-1 or exactgeom/arrangement-1")
    return _chained(Model(given.input_dim, given.layers, True))

def _chained(net: Model) -> Model:
    width = net.dim
    for i, step in enumerate(step for step in net.layers if isinstance(step, list)):
        if not step or any(len(row.a) != width for row in step):
            raise Malformed(f": linear layer {i} does not fit: expected rows of {width} entries")
        width = len(step)
    return net

def layer(value: Any) -> list[Row] | tuple[Vector, list[Row]]:
    """Affine functions, or the breakpoints and pieces of an activation."""
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    if kind == "linear":
        given = record(type=TEXT, weight=TABLE, bias=VECTOR)(value)
        return [row_of(a, b) for a, b in zip(given.weight, given.bias, strict=True)]
    names = {"leaky_relu": ["slope"], "hard_tanh": ["low", "high"]}.get(kind, [])
    p = vars(record(type=TEXT, **dict.fromkeys(names, rational))(value))
    lines = {"identity": [(1, 0)], "relu": [(0, 0), (1, 0)], "abs": [(-1, 0), (1, 0)],
             "leaky_relu": [(p.get("slope", 0), 0), (1, 0)],
             "hard_tanh": [(0, p.get("low", 0)), (1, 0), (0, p.get("high", 0))]}.get(kind, [])
    breaks = [p["low"], p["high"]] if kind == "hard_tanh" else [Fraction(0)] * (len(lines) - 1)
    if not lines or any(x >= y for x, y in pairwise(breaks)):
        raise Malformed(": not a layer this checker knows")
    return breaks, [row_of([Fraction(slope)], Fraction(constant)) for slope, constant in lines]

def composed(weights: Row, inputs: Sequence[Row]) -> Row:
    """The function w.f + c of affine functions f, in lowest terms."""
    used = [(w, f) for w, f in zip(weights.a, inputs, strict=True) if w]
    common = _denominator(Fraction(1, f.scale) for _, f in used)
    a, b = [0] * len(inputs[0].a), weights.b * common
    for w, f in used:
        factor = w * (common // f.scale)
        a, b = [x + factor * y if y else x for x, y in zip(a, f.a, strict=True)], b + factor * f.b
    shared = gcd(*a, b, weights.scale * common)
    return Row(tuple([x // shared for x in a]), b // shared, weights.scale * common // shared)

def cell_of(net: Model, signs: str | None, within: System | None, memo: Any = None, at: Any = None) -> System:
    """The closed cell: one row per sign, then the domain's; and the model's map on it.

    Given values `at` a point instead of signs, its outputs.
    """
    memo, rows, values = {} if memo is None else memo, [], at or _units(net.dim)  # type: ignore[var-annotated]
    if (within and within.dim != net.dim) or len(values) != net.dim:
        raise Malformed(f": expected a domain or point in dimension {net.dim}")
    for number, step in enumerate(net.layers):
        _tick()
        if isinstance(step, tuple):
            values = [_through(step, f, signs, rows) for f in values]
            continue
        key = number, (signs or "")[: len(rows)]
        if key not in memo:
            memo[key] = [composed(w, values) for w in step] if number or at else step
        values = memo[key]
    if signs is not None and len(rows) != len(signs):
        raise Malformed(f": expected {len(rows)} signs, got {len(signs)}")
    return System(net.dim, rows + (within.rows if within else []), [], len(rows), values if net.has_map else None)

def _through(unit: tuple[Vector, list[Row]], f: Row, signs: str | None, rows: list[Row]) -> Row:
    """The output of one unit with input f; its rows are added.  0 is for what is constantly 0, only."""
    breaks, pieces = unit
    if signs is None:
        return composed(pieces[sum(Fraction(f.b, f.scale) > t for t in breaks)], [f])
    mine = signs[len(rows) : len(rows) + len(breaks)]
    _require(re.fullmatch(r"\+*0?-*", mine) and len(mine) == len(breaks), "signs that no number has")
    for t, character in zip(breaks, mine, strict=True):
        flip = -1 if character == "+" else 1
        bound = flip * (t.numerator * f.scale - f.b * t.denominator)
        rows.append(Row(tuple([flip * t.denominator * x for x in f.a]), bound, f.scale * t.denominator))
        _require((character == "0") != any((*f.a, bound)), "0 is the sign of what is constantly at a breakpoint")
    return composed(pieces[mine.count("+")], [f])

MODEL, SYSTEM = named("models", model), named("systems", system)

def _slack(row: Row, at: Row) -> int:
    return row.b * at.scale - int(_dot(row.a, at.a))

def tight_rows(s: System, x: Vector) -> list[int]:
    """Numbers of the halfspaces that are tight at a point of the set; Rejected when it is outside."""
    _tick()
    at = row_of(x)
    room = [_slack(row, at) for row in s.rows]
    _require(min(room, default=0) >= 0 and not any(_slack(row, at) for row in s.equations), "the point is outside")
    if len(x) != s.dim:
        raise Malformed(f": expected a point in dimension {s.dim}")
    return [i for i, gap in enumerate(room) if gap == 0]

def combination(s: System, terms: Sparse, allowed: Iterable[int] | None = None) -> Vector:
    """The sum of multiples of (a, b): nonnegative ones of halfspaces, from allowed rows only."""
    rows = s.rows + s.equations
    for i, factor in terms:
        _require(factor >= 0 or i >= len(s.rows), f"the multiplier of row {i} is negative")
        _require(allowed is None or i in allowed, f"row {i} may not be used here")
    parts = [((*rows[i].a, rows[i].b), factor / rows[i].scale) for i, factor in terms]
    common = _denominator(factor for _, factor in parts)
    weights = [factor.numerator * (common // factor.denominator) for _, factor in parts]
    columns = zip(*(row for row, _ in parts), strict=True)
    return [Fraction(_dot(weights, c), common) for c in columns] or [Fraction(0)] * (s.dim + 1)

def follows(s: System, row: Row | None, terms: Sparse, allowed: Iterable[int] | None = None) -> bool:
    """The combination is at least as strong as the row, or contradicts itself."""
    *a, b = combination(s, terms, allowed)
    if not any(a) and b < 0:
        return True
    return row is not None and [x * row.scale for x in a] == list(row.a) and b * row.scale <= row.b

def in_cone(a: Sequence[int], u: Sequence[int], v: Sequence[int]) -> bool:
    """Tell whether a is a nonnegative combination of u and v, independent or the same (Cramer)."""
    uu, uv, vv, ua, va = _dot(u, u), _dot(u, v), _dot(v, v), _dot(u, a), _dot(v, a)
    scale, first, second = uu * vv - uv * uv, ua * vv - va * uv, va * uu - ua * uv
    if u == v:
        scale, first, second = uu, ua, 0
    fits = all(scale * c == first * x + second * y for c, x, y in zip(a, u, v, strict=True))
    return bool(fits and scale > 0 and first >= 0 and second >= 0)

# -- kinds: a check raises Rejected unless the evidence e proves the claim c ----------------------------

def _feasible(c: Any, e: Any) -> None:
    tight = tight_rows(c.system, e.point)
    flat = c.system.equations or any(any(c.system.rows[i].a) for i in tight)
    _require(not (c.strict and flat), "the point is on a row")

def _empty(c: Any, e: Any) -> None:
    _require(follows(c.system, None, e.multipliers), "the combination is not a contradiction")

def _redundant(c: Any, e: Any) -> None:
    others = set(range(len(c.system.rows + c.system.equations))) - {c.row}
    _require(follows(c.system, c.system.rows[c.row], e.multipliers, others), "the row does not follow")

def _facet(c: Any, e: Any) -> None:
    _ridge(SimpleNamespace(system=c.system, rows=[c.row, c.row], cos=None), e)

def _ridge(c: Any, e: Any) -> None:
    rows, tight = c.system.rows, tight_rows(c.system, e.point)
    u, v = (rows[i].a for i in c.rows)
    _require(set(c.rows) <= set(tight) and not c.system.equations, "the point is not on the row")
    _require(c.rows[0] == c.rows[1] or u != v, "two equal rows")
    _require(all(in_cone(rows[i].a, u, v) for i in tight), "another row is tight at the point")
    if c.cos is not None:
        square = Fraction(_dot(u, v) ** 2, _dot(u, u) * _dot(v, v))
        _require(_is_root(c.cos, square, -1 if _dot(u, v) > 0 else 1), "the cosine is another one")

def _irredundant(c: Any, e: Any) -> None:
    rows = c.system.rows
    _require(not c.system.equations, "equations are not supported here")
    for i, x in zip(c.rows, map(row_of, e.points), strict=True):
        own, others = _slack(rows[i], x), min((_slack(rows[j], x) for j in c.rows if j != i), default=1)
        _require(own < 0 <= others or (own == 0 < others and any(rows[i].a)), f"row {i} may be left out")
    _others_follow(c.system, set(c.rows), e.multipliers)

def _others_follow(s: System, listed: set[int], multipliers: list[Sparse]) -> None:
    for i, terms in zip([i for i in range(len(s.rows)) if i not in listed], multipliers, strict=True):
        _require(follows(s, s.rows[i], terms, listed), f"row {i} does not follow")

def _lp(c: Any, e: Any) -> None:
    if c.sense not in ("min", "max"):
        raise Malformed('.claim.sense: expected "min" or "max"')
    side = 1 if c.sense == "max" else -1
    goal = [side * x for x in c.objective]
    if not hasattr(c, "value"):
        tight_rows(c.system, e.point)
        flat = [[row._replace(b=0) for row in part] for part in (c.system.rows, c.system.equations)]
        tight_rows(c.system._replace(rows=flat[0], equations=flat[1]), e.ray)
        return _require(_dot(goal, e.ray) > 0, "the objective does not grow along the ray")
    tight_rows(c.system, e.primal)
    _require(_dot(goal, e.primal) == side * c.value, "the value at the point is another one")
    _require(combination(c.system, e.dual) == [*goal, side * c.value], "the multipliers prove another bound")

class Face(NamedTuple):
    """A proved face: measure along its reference coordinates, a reduced basis of its plane, its facets."""

    size: Fraction
    basis: list[Vector]
    facets: list[Key]

class Solids:
    """Hulls of given points that are proved to be sets of halfspaces; their faces by vertices."""

    def __init__(self, points: list[Vector]) -> None:
        self.points, self.faces = [row_of(x) for x in points], dict[Key, Face]()

    def solid(self, s: System, vertices: list[int]) -> tuple[Face, list[Key]]:
        """The full-dimensional set of a system with these vertices, and which ones are on each row."""
        if s.dim > MAX_SOLID or s.equations:
            raise Exhausted("faces are walked in low dimensions, without equations")
        room = [[_slack(row, self.points[v]) for v in vertices] for row in s.rows]
        _require(all(min(gaps, default=-1) >= 0 for gaps in room), "a vertex violates a row")
        on = [frozenset([v for v, gap in zip(vertices, gaps, strict=True) if not gap]) for gaps in room]
        basis = [list(map(Fraction, row.a)) for row in _units(s.dim)]
        return self.face(frozenset(vertices), basis, list({k: r for k, r in zip(on, s.rows, strict=True) if k}.items())), on

    def face(self, key: Key, basis: list[Vector], rows: list[tuple[Key, Row]]) -> Face:
        """Prove that the hull of these vertices has this plane and all its facets on rows; measure it.

        Every ridge of the facets found lies in two of them, and a polytope's boundary is connected
        through its ridges: so all facets were found.  The measure is a sum of cones from one vertex.
        """
        _tick()
        dim, size, ridges = len(basis), Fraction(not basis), Counter[Key]()
        if key in self.faces:
            _require(len(self.faces[key].basis) == dim, "a face of two dimensions")
            return self.faces[key]
        sides = {part: row for on, row in rows if (part := on & key) and part != key} if dim else {}
        facets = [s for s in sides if not any(s < t for t in sides)]
        _require(frozenset[int]().union(*facets) == key if dim else len(key) == 1, "a point is not a vertex")
        below = [(part, sides[part]) for part in sides]
        for part in facets:
            row, apex = sides[part], self.points[min(key)]
            slopes = [_dot(row.a, u) for u in basis]
            pivot = max((j for j, x in enumerate(slopes) if x), default=-1)
            _require(pivot >= 0, "vertices in too low a dimension")
            ratios = [x / slopes[pivot] for x in slopes[:pivot]]
            plane = [[x - q * y for x, y in zip(u, basis[pivot], strict=True)] if q else u
                     for u, q in zip(basis[:pivot], ratios, strict=True)]
            found = self.face(part, plane + basis[pivot + 1 :], below)
            if apex_room := _slack(row, apex):
                size += Fraction(apex_room, apex.scale) / abs(slopes[pivot]) * found.size / dim
            ridges.update(found.facets if dim > 1 else [frozenset()])
        _require(set(ridges.values()) <= {2} and (facets or not dim), "a vertex or a facet is missing")
        return self.faces.setdefault(key, Face(size, basis, facets))

def _volume(c: Any, e: Any) -> None:
    solids, key = Solids(e.vertices), frozenset(range(len(e.vertices)))
    on = solids.solid(c.system, sorted(key))[1]
    for i in c.rows or []:
        key &= on[i]
    _require(key in solids.faces, "the rows do not meet in a face")
    size, basis, _ = solids.faces[key]
    gram, square = [[_dot(u, v) for v in basis] for u in basis], size * size
    for k, row in enumerate(gram):  # times the determinant: the basis is independent, so no pivot is zero
        square *= row[k]
        for other in gram[k + 1 :]:
            other[:] = [x - other[k] / row[k] * y for x, y in zip(other, row, strict=True)]
    _require(_is_root(c.volume, square), "the volume is another one")

def fill(nets: list[Model], within: System | None, solids: Solids, cells: Any) -> list[tuple[Face, list[System]]]:
    """Prove that cells (with `signs`, one string per model, and `vertices`) are all, and fill the domain.

    Signs differ, and 0 stands only for constant zeros: interiors are disjoint.  So a facet of two cells is
    inside their union, and a union whose other facets are on the border of the (connected) domain fills it.
    """
    if within is None:
        raise Malformed(".claim.domain: expected a bounded domain")
    _require(cells and len({tuple(cell.signs) for cell in cells}) == len(cells), "cells must differ in signs")
    memos: list[Any] = [{} for _ in nets]
    result, sides, border = [], Counter[Key](), set[Key]()
    for cell in cells:
        parts = [cell_of(net, s, None, m) for net, s, m in zip(nets, cell.signs, memos, strict=True)]
        rows = [row for part in parts for row in part.rows]
        face, on = solids.solid(System(within.dim, rows + within.rows, []), cell.vertices)
        sides.update(face.facets)
        border |= {f for f in face.facets for edge in on[len(rows) :] if f <= edge}
        result.append((face, parts))
    alone = {f for f, count in sides.items() if count == 1}
    _require(alone == border and max(sides.values()) <= 2, "a facet without a cell across it")
    return result

def _complex(c: Any, e: Any) -> None:
    solids, total, owners = Solids(c.vertices), Fraction(0), dict[Key, list[int]]()
    pairs = [SimpleNamespace(signs=[cell.signs], vertices=cell.vertices) for cell in c.cells]
    for number, (face, (part,)) in enumerate(fill([c.model], c.domain, solids, pairs)):
        cell, total = c.cells[number], total + face.size
        _require(cell.volume == face.size, f"the volume of cell {number} is another one")
        if cell.affine is not None:
            own = [row_of(a, b) for a, b in zip(cell.affine.A, cell.affine.b, strict=True)]
            _require(own == part.outputs, f"the map of cell {number} is another one")
        for key in face.facets:
            owners.setdefault(key, []).append(number)
    counts = Counter(len(face.basis) for face in solids.faces.values())
    numbers = [counts[k] for k in range(c.domain.dim + 1)]
    _require(numbers == c.f_vector and numbers[0] == len(c.vertices), "the numbers of faces are others")
    euler = sum(numbers[::2]) - sum(numbers[1::2])
    _require(euler == c.euler_characteristic, "the Euler characteristic is another one")
    _require(total == c.total_volume, "the total volume is another one")
    if c.facets is not None:
        given = {frozenset(f.vertices): f.cells for f in c.facets}
        _require(given == owners and len(given) == len(c.facets), "the facets are others")

def _complete(c: Any, e: Any) -> None:
    """As in `fill`, without vertices: the functions that change sign across a wall vanish on it."""
    memo: dict[Any, Any] = {}
    _require(c.cells and len(set(c.cells)) == len(c.cells), "cells must differ in signs")
    for signs, way in zip(c.cells, e.cells, strict=True):
        cell = cell_of(c.model, signs, c.domain, memo)
        _feasible(SimpleNamespace(system=cell, strict=True), way)
        _others_follow(cell, {i for i, _ in way.facets}, way.multipliers)
        for i, other in way.facets:
            wall = (*cell.rows[i].a, cell.rows[i].b)
            _require((other is None) == (i >= cell.own) and any(cell.rows[i].a), "a facet without a cell across it")
            across = signs if other is None else c.cells[other]
            changed = [j for j, (x, y) in enumerate(zip(signs, across, strict=True)) if x != y]
            _require(other is None or i in changed, "the cell across has the same sign")
            for row in ((*cell.rows[j].a, cell.rows[j].b) for j in changed):
                parallel = _dot(row, wall) ** 2 == _dot(row, row) * _dot(wall, wall)
                _require(parallel, "the cell across is another one")

def _equal_functions(c: Any, e: Any) -> None:
    for _, (f, g) in fill(c.models, c.domain, Solids(e.vertices), e.cells):
        _require(f.outputs is not None and f.outputs == g.outputs, "the maps differ on a cell")

def _differ_at(c: Any, e: Any) -> None:
    if c.domain is not None:
        tight_rows(c.domain, c.point)
    at = [Row((), q.numerator, q.denominator) for q in c.point]
    f, g = (cell_of(net, None, c.domain, at=at).outputs for net in c.models)
    _require(f and g and len(f) == len(g) and f != g, "the functions agree at the point")

def _symmetric(rows: Any) -> Any:
    if [list(column) for column in zip(*rows, strict=True)] != rows:
        raise Malformed(".claim.matrix: expected a symmetric matrix")
    return rows

def _psd(c: Any, e: Any) -> None:
    rest, strict = [[dict(x) for x in row] for row in _symmetric(c.matrix)], True
    for weight, terms in e.squares:
        _require(weight >= 0, "a negative weight")
        for i, x in terms:
            for j, y in terms:
                _add(rest[i][j], {1: -weight * x}, y)
    for i, row in enumerate(rest):
        room: Real = {}
        for j, x in enumerate(row):
            _add(room, x, 1 if i == j else -sign(x))
        _require(sign(room) >= 0, f"row {i} of the rest is not dominated by its diagonal")
        strict &= sign(room) > 0
    if c.definite and not strict:
        dense = [[dict(terms).get(i, Fraction(0)) for i in range(len(rest))] for w, terms in e.squares if w]
        _require(_rank_modulo(dense) == len(rest), "the matrix may be singular")

def _indefinite(c: Any, e: Any) -> None:
    for side, name in ((-1, "negative"), (1, "positive")):
        total, x = Real(), getattr(e, name, None)
        for row, p in zip(_symmetric(c.matrix), x or [], strict=x is not None):
            for entry, q in zip(row, x or [], strict=True):
                _add(total, entry, p * q)
        _require(x is None or sign(total) == side, f"the form is not {name} there")

def _rank(c: Any, e: Any) -> None:
    columns = len(c.matrix[0]) if c.matrix else 0
    _require(not any(_dot(row, x) for row in c.matrix for x in e.kernel), "a vector is not in the kernel")
    _require(len(e.kernel) == columns - c.rank, "the kernel has another dimension")
    _require(_rank_modulo(e.kernel) == len(e.kernel), "the kernel vectors may be dependent")
    _require(_rank_modulo(c.matrix, max(e.prime or PRIME, 2)) >= c.rank, "the rank may be smaller")

def _transport(c: Any, e: Any) -> None:
    out, into, cost, bound = list(c.supply), list(c.demand), Real(), Real()
    for i, j, mass in e.plan:
        _require(mass >= 0, "a negative mass")
        out[i], into[j] = out[i] - mass, into[j] - mass
        _add(cost, c.costs[i][j], mass)
    _require(not any(out) and not any(into), "the plan has other marginals")
    u, v = e.potentials.supply, e.potentials.demand
    for p, x in zip(u + v, c.supply + c.demand, strict=True):
        _add(bound, p, x)
    for p, row in zip(u, c.costs, strict=True):
        for q, entry in zip(v, row, strict=True):
            room = dict(entry)
            _add(room, p, -1)
            _add(room, q, -1)
            _require(sign(room) >= 0, "the potentials exceed a cost")
    _require(cost == c.value == bound, "the value is another one")

SYS, ROWS, LP = {"system": SYSTEM}, many(SPARSE), {"system": SYSTEM, "objective": VECTOR, "sense": TEXT}
FORM, PAIR, NOTHING = {"matrix": MATRIX}, {"models": many(MODEL, MODEL), "domain": domain}, record()
CELL = record(signs=TEXT, vertices=INDICES, volume=rational, affine_=record(A=TABLE, b=VECTOR))
FACET, PART = record(cells=INDICES, vertices=INDICES), record(signs=many(TEXT, TEXT), vertices=INDICES)
ACROSS = many(many(index, lambda value: None if value is None else index(value)), ascending=True)
KINDS: dict[str, tuple[Read, Read, Callable[[Any, Any], None]]] = {
    "feasible": (record(**SYS, strict_=FLAG), record(point=VECTOR), _feasible),
    "empty": (record(**SYS), record(multipliers=SPARSE), _empty),
    "redundant": (record(**SYS, row=index), record(multipliers=SPARSE), _redundant),
    "facet": (record(**SYS, row=index), record(point=VECTOR), _facet),
    "ridge": (record(**SYS, rows=many(index, index, ascending=True), cos_=real), record(point=VECTOR), _ridge),
    "irredundant": (record(**SYS, rows=INDICES), record(points=TABLE, multipliers=ROWS), _irredundant),
    "lp-optimal": (record(**LP, value=rational), record(primal=VECTOR, dual=SPARSE), _lp),
    "lp-unbounded": (record(**LP), record(point=VECTOR, ray=VECTOR), _lp),
    "volume": (record(**SYS, volume=real, rows_=INDICES), record(vertices=TABLE), _volume),
    "complex": (record(model=MODEL, domain=domain, vertices=TABLE, cells=many(CELL), f_vector=many(index),
                       euler_characteristic=only(int), total_volume=rational, facets_=many(FACET)), NOTHING, _complex),
    "complete": (record(model=MODEL, domain=domain, cells=many(TEXT)),
                 record(cells=many(record(point=VECTOR, facets=ACROSS, multipliers=ROWS))), _complete),
    "equal-functions": (record(**PAIR), record(vertices=TABLE, cells=many(PART)), _equal_functions),
    "differ-at": (record(**PAIR, point=VECTOR), NOTHING, _differ_at),
    "psd": (record(**FORM, definite_=FLAG), record(squares=many(many(rational, SPARSE))), _psd),
    "not-psd": (record(**FORM), record(negative=VECTOR), _indefinite),
    "indefinite": (record(**FORM), record(negative=VECTOR, positive=VECTOR), _indefinite),
    "rank": (record(matrix=TABLE, rank=index), record(kernel=TABLE, prime_=index), _rank),
    "transport": (record(costs=MATRIX, supply=VECTOR, demand=VECTOR, value=real),
                  record(plan=many(many(index, index, rational)),
                         potentials=record(supply=many(real), demand=many(real))), _transport),
}

# -- documents and the command --------------------------------------------------------------------------

def check(document: Any, seconds: float = SECONDS) -> list[Verdict]:
    """The verdict on every certificate of a parsed document; Malformed when it is none."""
    known: dict[str, dict[str, Any]] = {"systems": {}, "models": {}}
    token = _CONTEXT.set(Context(seconds, known))
    try:
        if not isinstance(document, dict) or "certificates" not in document:
            return [_check_one(document, "")]
        whole = record(schema=TEXT, certificates=many(only(dict)), systems_=only(dict), models_=only(dict))(document)
        if whole.schema != SCHEMA:
            raise Malformed(f"schema: expected {SCHEMA}")
        known.update(systems=dict(whole.systems or {}), models=dict(whole.models or {}))
        if not whole.certificates:
            raise Malformed("certificates: expected at least one")
        return [_check_one(one, f"certificates[{n}]") for n, one in enumerate(whole.certificates)]
    except Malformed as error:
        raise Malformed(str(error).lstrip(".: ")) from error
    finally:
        _CONTEXT.reset(token)

def _check_one(document: Any, place: str) -> Verdict:
    name, rest = "certificate", {"schema": TEXT, "kind": TEXT, "note_": TEXT}
    try:
        head = record(**rest, claim=only(dict), evidence=only(dict))(document)
        if head.schema != SCHEMA or head.kind not in KINDS:
            raise Malformed(f": expected schema {SCHEMA} and a kind it has")
        name, (claim, evidence, proof) = head.kind, KINDS[head.kind]
        whole = record(**rest, claim=claim, evidence=evidence)(document)
        proof(whole.claim, whole.evidence)
    except (Rejected, Exhausted) as error:
        return Verdict(name, False if isinstance(error, Rejected) else None, str(error))
    except Malformed as error:
        raise Malformed(f"{place}{error}") from error
    except (IndexError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"{place} ({name}): lengths, indices or depth do not fit") from error
    return Verdict(name, True, "")

def parse(data: bytes) -> Any:
    """JSON in UTF-8, without repeated keys, NaN or infinities, numbers of bounded length."""
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a key occurs twice in one object")
        return dict(pairs)
    def bounded(digits: str) -> int:
        return rational(digits).numerator
    def refuse(name: str) -> None:
        raise ValueError(f"{name} is not a number here")
    try:
        return json.loads(data.decode(), object_pairs_hook=unique, parse_int=bounded, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a JSON document: {str(error).lstrip(': ')[:80]}") from error

def lines(verdicts: list[Verdict]) -> list[str]:
    """One line per certificate."""
    words = {True: "holds", False: "fails", None: "unknown"}
    return [f"{n}: {words[v.holds]}: {v.kind}" + f": {v.reason}" * bool(v.reason) for n, v in enumerate(verdicts)]

def exit_code(verdicts: list[Verdict]) -> int:
    """0 all hold, 1 one does not, 3 one is unknown."""
    found = {verdict.holds for verdict in verdicts}
    return 1 if False in found else 3 if None in found else 0

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
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)  # noqa: T201
        return 2
    except MemoryError:
        print("unknown: not enough memory", file=sys.stderr)  # noqa: T201
        return 3
    print("\n".join(lines(verdicts)))  # noqa: T201
    return exit_code(verdicts)

if __name__ == "__main__":
    sys.exit(main())
