"""Check ``exactgeom/certificate-1`` documents by exact arithmetic: one file, standard library only.

    python checker.py [--seconds S] FILE        (- is stdin)

Exit codes: 0 every certificate holds, 1 one does not, 2 bad input, 3 unknown (time or size ran out).
Everything is recomputed from the claim, and the input is taken to be hostile.  See docs/CERTIFICATES.md.
"""

# fmt: off
from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter, namedtuple
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from fractions import Fraction
from itertools import pairwise
from math import gcd, isqrt, lcm
from types import SimpleNamespace
from typing import Any

SCHEMA = "exactgeom/certificate-1"
MAX_BYTES, MAX_ITEMS, MAX_DIGITS = 2**28, 2**24, 100_000  # of a file (its commas and brackets), of a number
MAX_BITS, LONG, ROOM = 1_000_000, 4096, 2**34  # of a result; of a long one; of all long ones together
MAX_DIM, MAX_SOLID = 4096, 64  # of a model or a box; of a set whose faces are walked
SECONDS, PRIME = 600.0, 2**61 - 1
_NUMBER = re.compile(r"(-?)([0-9]+)(?:/([0-9]+))?")
_CONTEXT: ContextVar[SimpleNamespace] = ContextVar("context")  # stop, room, named, classes
Vector = list[Fraction]
Sparse = list[tuple[int, Fraction]]
Real = dict[int, Fraction]  # sum of q sqrt(m): m -> q != 0, one m per square class, 1 for the rationals
Key = frozenset[int]  # a face, by its vertices
Verdict = namedtuple("Verdict", "kind holds reason")  # holds: True, False, or None for unknown
Row = namedtuple("Row", "a b scale")  # a.x <= b, or a.x + b, or the point a: integers over scale > 0
System = namedtuple("System", "dim rows equations own outputs", defaults=(0, None))  # own: from signs
Model = namedtuple("Model", "dim layers")  # affine functions, or (breakpoints, pieces from below)
Face = namedtuple("Face", "size basis facets")  # measure along the leads of a reduced basis of its plane
class Malformed(ValueError):
    """The document is not what the format asks for; the message names the place."""
class Rejected(Exception):
    """The certificate does not hold."""
class Exhausted(Exception):
    """The time, or the size of the numbers, went past its bound."""
def _tick(*numbers: int) -> None:
    context, long = _CONTEXT.get(), [bits for n in numbers if (bits := n.bit_length()) > LONG]
    context.room -= sum(long)
    if time.monotonic() > context.stop or context.room < 0 or max(long, default=0) > MAX_BITS:
        raise Exhausted("the numbers grow too long" if long else "the time ran out")
def _require(holds: Any, reason: str) -> None:
    if not holds:
        raise Rejected(reason)
# -- reading: what a value should be is said by a type, a function of (value, place), or a shape of those
def _read(value: Any, form: Any, place: str) -> Any:
    """The checked value: {key: form} ("key?" may be missing), [form] of any length, (form, form), a type."""
    if isinstance(form, dict):
        if type(value) is not dict:
            raise Malformed(f"{place}: expected an object")
        names = {key.rstrip("?"): inner for key, inner in form.items()}
        if wrong := [k for k in form if k in names and k not in value] + [k for k in value if k not in names]:
            raise Malformed(f"{place}: missing or unknown key {str(wrong[0])[:40]!r}")
        found = {k: _read(value[k], f, f"{place}.{k}") if k in value else None for k, f in names.items()}
        return SimpleNamespace(**found)
    if isinstance(form, list | tuple):
        if not isinstance(value, list | tuple) or (type(form) is tuple and len(value) != len(form)):
            raise Malformed(f"{place}: expected a list" + f" of {len(form)}" * (type(form) is tuple))
        forms = form if type(form) is tuple else form * len(value)
        return [_read(v, f, f"{place}[{i}]") for i, (v, f) in enumerate(zip(value, forms, strict=True))]
    if isinstance(form, type):
        if type(value) is not form:
            raise Malformed(f"{place}: expected {form.__name__}")
        return value
    _tick()
    return form(value, place)
def _ascending(form: Any) -> Callable[[Any, str], Any]:
    def reader(value: Any, place: str) -> Any:
        result = _read(value, form, place)
        if any((x[0] >= y[0]) if isinstance(x, list) else (x >= y) for x, y in pairwise(result)):
            raise Malformed(f"{place}: expected ascending indices")
        return result
    return reader
def _integer(digits: str) -> int:  # Any number of digits, whatever Python's own limit is set to
    half = len(digits) // 2
    return int(digits) if half < 300 else _integer(digits[:-half]) * 10**half + _integer(digits[-half:])
def _rational(value: Any, place: str) -> Fraction:  # An integer, or a string "p/q" or "p"
    if type(value) is int and value.bit_length() <= 4 * MAX_DIGITS:
        return Fraction(value)
    found = _NUMBER.fullmatch(value) if type(value) is str and len(value) <= 2 * MAX_DIGITS else None
    if not found or max(len(found[2]), len(found[3] or "")) > MAX_DIGITS:
        raise Malformed(f'{place}: expected a number "p/q" of at most {MAX_DIGITS} digits')
    if not (denominator := _integer(found[3] or "1")):
        raise Malformed(f"{place}: the denominator is 0")
    return Fraction((-1 if found[1] else 1) * _integer(found[2]), denominator)
def _index(value: Any, place: str) -> int:  # An integer >= 0
    if type(value) is not int or value < 0:
        raise Malformed(f"{place}: expected an integer from 0")
    return value
def _real(value: Any, place: str) -> Real:  # A rational or {"surd": [[q, m], ...]}
    if not isinstance(value, dict):
        return {1: q} if (q := _rational(value, place)) else {}
    total: Real = {}
    for q, m in _read(value, {"surd": [(_rational, _rational)]}, place).surd:
        if m <= 0 or m.denominator != 1:
            raise Malformed(f"{place}: expected a positive integer under the root")
        r, factor = _square_class(m.numerator)
        _add(total, {r: q}, factor)
    return total
def _named(what: str, name: str, reader: Any, place: str) -> Any:
    """What the bundle gives by this name, read once."""
    entries = _CONTEXT.get().named[what]
    if isinstance(entries.get(name, ""), str):
        raise Malformed(f"{place}: no {what} of this name")
    if not isinstance(entries[name], System | Model):
        entries[name] = reader(entries[name], f"{what}.{name[:40]}")
    return entries[name]
VECTOR, TABLE, MATRIX = [_rational], [[_rational]], [[_real]]
INDICES, SPARSE = _ascending([_index]), _ascending([(_index, _rational)])
# -- arithmetic -----------------------------------------------------------------------------------------
def _square_class(m: int) -> tuple[int, Fraction]:
    """(r, f) with sqrt(m) = f sqrt(r), where r represents the numbers n for which m n is a square."""
    classes: dict[int, tuple[int, Fraction]] = _CONTEXT.get().classes
    for r in () if m in classes else {1, *(r for r, _ in classes.values())}:
        _tick()
        if (root := isqrt(m * r)) ** 2 == m * r:
            return classes.setdefault(m, (r, Fraction(root, r)))
    return classes.setdefault(m, (m, Fraction(1)))
def _add(total: Real, term: Real, factor: Fraction | int = 1) -> None:
    for m, q in term.items():
        total[m] = total.get(m, Fraction(0)) + factor * q
        _tick(total[m].denominator)
        if not total[m]:
            del total[m]
def _sign(value: Real) -> int:
    """Roots of different classes are independent over Q: only the sum without terms is zero."""
    bits = 64
    while len(value) > 1:
        _tick(1 << bits)
        roots = [(q, isqrt(m << 2 * bits)) for m, q in value.items()]
        low, high = (sum(q * (root + (q * side > 0)) for q, root in roots) for side in (-1, 1))
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
        _tick(total := lcm(total, q.denominator))
    return total
def _row_of(a: Iterable[Fraction], b: Fraction = Fraction(0)) -> Row:  # A row in integers, in lowest terms
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
        row = [x % prime for x in _row_of(fractions).a]
        for pivot, other in found:
            _tick()
            if factor := row[pivot]:
                row = [(x - factor * y) % prime for x, y in zip(row, other, strict=True)]
        if leads := [j for j, x in enumerate(row) if x and gcd(x, prime) == 1]:
            inverse = pow(row[leads[0]], -1, prime)
            found.append((leads[0], [x * inverse % prime for x in row]))
    return len(found)
# -- systems of halfspaces, and cells of models, whose rows are derived here ----------------------------
def _system(value: Any, place: str) -> Any:  # Any form of SYSTEM, see the page
    if isinstance(value, str):
        return _named("systems", value, _system, place)
    if isinstance(value, dict) and "low" in value:
        box = _read(value, {"low": VECTOR, "high": VECTOR}, place)
        units, pairs = _units(len(box.low)), ((1, box.high), (-1, box.low))
        rows = [Row(tuple([side * q.denominator * x for x in e.a]), side * q.numerator, q.denominator)
                for side, bounds in pairs for e, q in zip(units, bounds, strict=True)]
        return System(len(units), rows, [])
    if isinstance(value, dict) and "model" in value:
        cell = _read(value, {"model": _model, "signs": str, "domain": _domain}, place)
        return _cell_of(cell.model, cell.signs, cell.domain)
    given = _read(value, {"dim": _index, "A": TABLE, "b": VECTOR, "E?": TABLE, "f?": VECTOR}, place)
    halves, equations = ([_row_of(a, b) for a, b in zip(*pair, strict=True)]
                         for pair in ((given.A, given.b), (given.E or [], given.f or [])))
    if given.dim > MAX_DIM or any(len(row.a) != given.dim for row in halves + equations):
        raise Malformed(f"{place}: expected rows of {str(given.dim)[:9]} entries, at most {MAX_DIM}")
    return System(given.dim, halves, equations)
def _domain(value: Any, place: str) -> Any:  # Halfspaces only; null is the whole space
    if value is not None and ((found := _system(value, place)).equations or found.own):
        raise Malformed(f"{place}: expected halfspaces")
    return None if value is None else found
def _model(value: Any, place: str) -> Any:  # A chain of layers
    if isinstance(value, str):
        return _named("models", value, _model, place)
    net = _read(value, {"schema": str, "input_dim": _index, "layers": [_layer], "notes?": [str]}, place)
    if net.schema != "exactgeom/network-1":
        raise Malformed(f"{place}.schema: expected exactgeom/network-1")
    width = net.input_dim
    for i, step in enumerate(net.layers):
        if isinstance(step, list):
            if not step or any(len(row.a) != width for row in step):
                raise Malformed(f"{place}.layers[{i}]: expected rows of {width} entries")
            width = len(step)
    return Model(net.input_dim, net.layers)
def _layer(value: Any, place: str) -> Any:  # Affine functions, or the breakpoints and pieces of an activation
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    if kind == "linear":
        given = _read(value, {"type": str, "weight": TABLE, "bias": VECTOR}, place)
        return [_row_of(a, b) for a, b in zip(given.weight, given.bias, strict=True)]
    names = {"leaky_relu": ["slope"], "hard_tanh": ["low", "high"]}.get(kind, [])
    p = vars(_read(value, {"type": str, **dict.fromkeys(names, _rational)}, place))
    below = {"relu": 0, "abs": -1, "leaky_relu": p.get("slope")}
    lines = [(below[kind], 0), (1, 0)] if kind in below else [(1, 0)] * (kind == "identity")
    if kind == "hard_tanh":
        lines = [(0, p["low"]), (1, 0), (0, p["high"])]
    breaks = [p["low"], p["high"]] if kind == "hard_tanh" else [Fraction(0)] * (len(lines) - 1)
    if not lines or any(x >= y for x, y in pairwise(breaks)):
        raise Malformed(f"{place}: not a layer this checker knows")
    return breaks, [_row_of([Fraction(slope)], Fraction(constant)) for slope, constant in lines]
def _composed(weights: Row, inputs: Sequence[Row]) -> Row:
    """The function w.f + c of affine functions f, in lowest terms."""
    used = [(w, f) for w, f in zip(weights.a, inputs, strict=True) if w]
    common = _denominator(Fraction(1, f.scale) for _, f in used)
    a, b = [0] * len(inputs[0].a), weights.b * common
    for w, f in used:
        factor = w * (common // f.scale)
        a, b = [x + factor * y if y else x for x, y in zip(a, f.a, strict=True)], b + factor * f.b
        _tick(b, *a)
    shared = gcd(*a, b, weights.scale * common)
    return Row(tuple([x // shared for x in a]), b // shared, weights.scale * common // shared)
def _cell_of(net: Model, signs: str | None, within: System | None, memo: Any = None, at: Any = None) -> Any:
    """The closed cell (a row per sign, then the domain's) and the map on it; or outputs `at` a point."""
    memo, rows, values = {} if memo is None else memo, [], _units(net.dim) if at is None else at  # type: ignore[var-annotated]
    if (within and within.dim != net.dim) or len(values) != net.dim:
        raise Malformed(f": expected a domain or point in dimension {net.dim}")
    for number, step in enumerate(net.layers):
        if isinstance(step, tuple):
            values = [_through(step, f, signs, rows) for f in values]
            continue
        key = number, (signs or "")[: len(rows)]
        if key not in memo:
            memo[key] = [_composed(w, values) for w in step] if number or at else step
        values = memo[key]
    if signs is not None and len(rows) != len(signs):
        raise Malformed(f": expected {len(rows)} signs, got {len(signs)}")
    return System(net.dim, rows + (within.rows if within else []), [], len(rows), values)
def _through(unit: tuple[Vector, list[Row]], f: Row, signs: str | None, rows: list[Row]) -> Row:
    """The output of one unit with input f; its rows are added.  0 is for what is constantly 0, only."""
    breaks, pieces = unit
    if signs is None:
        return _composed(pieces[sum(Fraction(f.b, f.scale) > t for t in breaks)], [f])
    mine = signs[len(rows) : len(rows) + len(breaks)]
    _require(re.fullmatch(r"\+*0?-*", mine) and len(mine) == len(breaks), "signs that no number has")
    for t, character in zip(breaks, mine, strict=True):
        flip = -1 if character == "+" else 1
        bound = flip * (t.numerator * f.scale - f.b * t.denominator)
        rows.append(Row(tuple([flip * t.denominator * x for x in f.a]), bound, f.scale * t.denominator))
        _require((character == "0") != any((*f.a, bound)), "0 is for what is constantly at a breakpoint")
    return _composed(pieces[mine.count("+")], [f])
def _slack(row: Row, at: Row) -> int:
    return int(row.b * at.scale - _dot(row.a, at.a))
def _tight_rows(s: System, x: Vector) -> list[int]:
    """Numbers of the halfspaces that are tight at a point of the set; Rejected when it is outside."""
    at = _row_of(x)
    room = [_slack(row, at) for row in s.rows]
    off = [_slack(row, at) for row in s.equations] + [len(x) - s.dim]
    _require(min(room, default=0) >= 0 and not any(off), "the point is outside")
    return [i for i, gap in enumerate(room) if gap == 0]
def _combination(s: System, terms: Sparse, allowed: Iterable[int] | None = None) -> Vector:
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
def _follows(s: System, row: Row | None, terms: Sparse, allowed: Iterable[int] | None = None) -> bool:
    """The combination is at least as strong as the row, or contradicts itself."""
    *a, b = _combination(s, terms, allowed)
    same = row is not None and [x * row.scale for x in a] == list(row.a) and b * row.scale <= row.b
    return same or (not any(a) and b < 0)
def _in_cone(a: Sequence[int], u: Sequence[int], v: Sequence[int]) -> bool:
    """Tell whether a is a nonnegative combination of u and v, independent or the same (Cramer)."""
    uu, uv, vv, ua, va = _dot(u, u), _dot(u, v), _dot(v, v), _dot(u, a), _dot(v, a)
    scale, first, second = uu * vv - uv * uv, ua * vv - va * uv, va * uu - ua * uv
    if u == v:
        scale, first, second = uu, ua, 0
    fits = all(scale * c == first * x + second * y for c, x, y in zip(a, u, v, strict=True))
    return bool(fits and scale > 0 and first >= 0 and second >= 0)
# -- kinds: a check raises Rejected unless the evidence e proves the claim c ----------------------------
def _feasible(c: Any, e: Any) -> None:
    flat = any(any(c.system.rows[i].a) for i in _tight_rows(c.system, e.point))
    _require(not c.strict or not (flat or c.system.equations), "the point is on a row")
def _implied(c: Any, e: Any) -> None:  # a row by the others, or a contradiction
    others = set(range(len(c.system.rows + c.system.equations))) - {getattr(c, "row", None)}
    row = c.system.rows[c.row] if hasattr(c, "row") else None
    _require(_follows(c.system, row, e.multipliers, others), "the combination does not prove it")
def _facet(c: Any, e: Any) -> None:  # or a ridge: where two rows meet
    rows, tight = c.system.rows, _tight_rows(c.system, e.point)
    mine = getattr(c, "rows", None) or [c.row]
    u, v = rows[mine[0]].a, rows[mine[-1]].a
    _require(set(mine) <= set(tight) and not c.system.equations, "the point is not on the row")
    _require(len(mine) == 1 or u != v, "two equal rows")
    _require(all(_in_cone(rows[i].a, u, v) for i in tight), "another row is tight at the point")
    if getattr(c, "cos", None) is not None:
        square = Fraction(_dot(u, v) ** 2, _dot(u, u) * _dot(v, v))
        _require(_is_root(c.cos, square, -1 if _dot(u, v) > 0 else 1), "the cosine is another one")
def _irredundant(c: Any, e: Any) -> None:
    rows = c.system.rows
    _require(not c.system.equations, "equations are not supported here")
    for i, x in zip(c.rows, map(_row_of, e.points), strict=True):
        own, others = _slack(rows[i], x), min((_slack(rows[j], x) for j in c.rows if j != i), default=1)
        _require(own < 0 <= others or (own == 0 < others and any(rows[i].a)), f"row {i} may be left out")
    _others_follow(c.system, set(c.rows), e.multipliers)
def _others_follow(s: System, listed: set[int], multipliers: list[Sparse]) -> None:
    for i, terms in zip([i for i in range(len(s.rows)) if i not in listed], multipliers, strict=True):
        _require(_follows(s, s.rows[i], terms, listed), f"row {i} does not follow")
def _lp(c: Any, e: Any) -> None:
    if c.sense not in ("min", "max"):
        raise Malformed('.claim.sense: expected "min" or "max"')
    side = 1 if c.sense == "max" else -1
    goal = _row_of([side * x for x in c.objective], side * getattr(c, "value", Fraction(0)))
    if not hasattr(c, "value"):
        _tight_rows(c.system, e.point)
        flat = [[row._replace(b=0) for row in part] for part in (c.system.rows, c.system.equations)]
        _tight_rows(c.system._replace(rows=flat[0], equations=flat[1]), e.ray)
        return _require(_slack(goal, _row_of(e.ray)) < 0, "the objective does not grow along the ray")
    _tight_rows(c.system, e.primal)
    _require(_slack(goal, _row_of(e.primal)) == 0, "the value at the point is another one")
    _require([x * goal.scale for x in _combination(c.system, e.dual)] == [*goal.a, goal.b], "another bound")
class _Solids:  # hulls of given points that are proved to be sets of halfspaces; their faces by vertices
    def __init__(self, points: list[Vector]) -> None:
        self.points, self.faces = [_row_of(x) for x in points], dict[Key, Any]()
    def _solid(self, s: System, vertices: list[int]) -> tuple[Any, list[Key]]:  # which ones are on each row
        if s.dim > MAX_SOLID or s.equations:
            raise Exhausted("faces are walked in low dimensions, without equations")
        room = [[_slack(row, self.points[v]) for v in vertices] for row in s.rows]
        _require(all(min(gaps, default=-1) >= 0 for gaps in room), "a vertex violates a row")
        on = [frozenset([v for v, gap in zip(vertices, gaps, strict=True) if not gap]) for gaps in room]
        basis = [list(map(Fraction, row.a)) for row in _units(s.dim)]
        return self._face(frozenset(vertices), basis, list(zip(on, s.rows, strict=True))), on
    def _face(self, key: Key, basis: list[Vector], rows: list[tuple[Key, Row]]) -> Any:
        # Proves that the hull of these vertices has all its facets on rows: every ridge of the facets found
        # lies in two of them, and a polytope's boundary is connected through ridges.  Measured by cones.
        dim, size, ridges = len(basis), Fraction(not basis), Counter[Key]()
        if key in self.faces:
            _require(len(self.faces[key].basis) == dim, "a face of two dimensions")
            return self.faces[key]
        sides = {part: row for on, row in rows if (part := on & key) and part != key} if dim else {}
        facets = [s for s in sides if not any(s < t for t in sides)]
        _require(frozenset[int]().union(*facets) == key if dim else len(key) == 1, "a point is not a vertex")
        for part in facets:
            row, apex = sides[part], self.points[min(key)]
            slopes = [_dot(row.a, u) for u in basis]
            pivot = max((j for j, x in enumerate(slopes) if x), default=-1)
            _require(pivot >= 0, "vertices in too low a dimension")
            lead = [x / slopes[pivot] for x in basis[pivot]]
            pairs = [(u, q) for u, q in zip(basis, slopes, strict=True) if u is not basis[pivot]]
            plane = [[x - q * y for x, y in zip(u, lead, strict=True)] if q else u for u, q in pairs]
            found = self._face(part, plane, list(sides.items()))
            size += Fraction(_slack(row, apex), apex.scale) / abs(slopes[pivot]) * found.size / dim
            _tick(size.denominator)
            ridges.update(found.facets if dim > 1 else [frozenset()])
        _require(set(ridges.values()) <= {2} and (facets or not dim), "a vertex or a facet is missing")
        return self.faces.setdefault(key, Face(size, basis, facets))
def _volume(c: Any, e: Any) -> None:
    solids, key = _Solids(e.vertices), frozenset(range(len(e.vertices)))
    on = solids._solid(c.system, sorted(key))[1]
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
def _fill(nets: list[Model], within: System | None, solids: _Solids, cells: Any) -> list[Any]:
    # Signs differ, and 0 stands only for constant zeros: interiors are disjoint.  So a facet of two cells is
    # inside their union, and a union whose other facets are on the border of the connected domain fills it.
    if within is None:
        raise Malformed(".claim.domain: expected a bounded domain")
    _require(cells and len({tuple(cell.signs) for cell in cells}) == len(cells), "cells must differ in signs")
    memos: list[Any] = [{} for _ in nets]
    result, sides, border = [], Counter[Key](), set[Key]()
    for cell in cells:
        parts = [_cell_of(net, s, None, m) for net, s, m in zip(nets, cell.signs, memos, strict=True)]
        rows = [row for part in parts for row in part.rows]
        face, on = solids._solid(System(within.dim, rows + within.rows, []), cell.vertices)
        sides.update(face.facets)
        edges = [edge for edge, row in zip(on[len(rows) :], within.rows, strict=True) if any(row.a)]
        border |= {f for f in face.facets if any(f <= edge for edge in edges)}
        result.append((face, parts))
    alone = {f for f, count in sides.items() if count == 1}
    _require(alone == border and max(sides.values()) <= 2, "a facet without a cell across it")
    return result
def _complex(c: Any, e: Any) -> None:
    solids, total = _Solids(c.vertices), Fraction(0)
    pairs = [SimpleNamespace(signs=[cell.signs], vertices=cell.vertices) for cell in c.cells]
    for number, (face, (part,)) in enumerate(_fill([c.model], c.domain, solids, pairs)):
        cell, total = c.cells[number], total + face.size
        _require(cell.volume == face.size, f"the volume of cell {number} is another one")
        if cell.affine is not None:
            own = [_row_of(a, b) for a, b in zip(cell.affine.A, cell.affine.b, strict=True)]
            _require(own == part.outputs, f"the map of cell {number} is another one")
    counts = Counter(len(face.basis) for face in solids.faces.values())
    numbers = [counts[k] for k in range(c.domain.dim + 1)]
    _require(numbers == c.f_vector and numbers[0] == len(c.vertices), "the numbers of faces are others")
    _require(sum(numbers[::2]) - sum(numbers[1::2]) == c.euler_characteristic, "another Euler number")
    _require(total == c.total_volume, "the total volume is another one")
def _complete(c: Any, e: Any) -> None:
    """As in `fill`, without vertices: the functions that change sign across a wall vanish on it."""
    memo: dict[Any, Any] = {}
    _require(c.cells and len(set(c.cells)) == len(c.cells), "cells must differ in signs")
    for signs, way in zip(c.cells, e.cells, strict=True):
        cell = _cell_of(c.model, signs, c.domain, memo)
        _feasible(SimpleNamespace(system=cell, strict=True), way)
        _others_follow(cell, {i for i, _ in way.facets}, way.multipliers)
        for i, other in way.facets:
            wall = (*cell.rows[i].a, cell.rows[i].b)
            _require((other is None) == (i >= cell.own) and any(wall[:-1]), "a facet without a cell across")
            across = signs if other is None else c.cells[other]
            changed = [j for j, (x, y) in enumerate(zip(signs, across, strict=True)) if x != y]
            _require(other is None or i in changed, "the cell across has the same sign")
            for row in ((*cell.rows[j].a, cell.rows[j].b) for j in changed):  # parallel to the wall's
                _require(_dot(row, wall) ** 2 == _dot(row, row) * _dot(wall, wall), "another cell is across")
def _equal_functions(c: Any, e: Any) -> None:
    for _, (f, g) in _fill(c.models, c.domain, _Solids(e.vertices), e.cells):
        _require(f.outputs == g.outputs, "the maps differ on a cell")
def _differ_at(c: Any, e: Any) -> None:
    _tight_rows(c.domain or System(len(c.point), [], []), c.point)
    at = [Row((), q.numerator, q.denominator) for q in c.point]
    f, g = (_cell_of(net, None, c.domain, at=at).outputs for net in c.models)
    _require(len(f) == len(g) and f != g, "the functions agree at the point")
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
            _add(room, x, 1 if i == j else -_sign(x))
        _require(_sign(room) >= 0, f"row {i} of the rest is not dominated by its diagonal")
        strict &= _sign(room) > 0
    if c.definite and not strict:
        dense = [[dict(terms).get(i, Fraction(0)) for i in range(len(rest))] for w, terms in e.squares if w]
        _require(_rank_modulo(dense) == len(rest), "the matrix may be singular")
def _indefinite(c: Any, e: Any) -> None:
    for side, name in ((-1, "negative"), (1, "positive")):
        total, x = Real(), getattr(e, name, None)
        for row, p in zip(_symmetric(c.matrix), x or [], strict=x is not None):
            for entry, q in zip(row, x or [], strict=True):
                _add(total, entry, p * q)
        _require(x is None or _sign(total) == side, f"the form is not {name} there")
def _rank(c: Any, e: Any) -> None:
    columns = len([*zip(*c.matrix, strict=True)])
    rows, vectors = ([_row_of(row) for row in part] for part in (c.matrix, e.kernel))
    _require(not any(_slack(row, x) for row in rows for x in vectors), "a vector is not in the kernel")
    _require(len(e.kernel) == columns - c.rank, "the kernel has another dimension")
    _require(_rank_modulo(e.kernel) == len(e.kernel), "the kernel vectors may be dependent")
    _require(_rank_modulo(c.matrix, max(e.prime or PRIME, 2)) >= c.rank, "the rank may be smaller")
def _transport(c: Any, e: Any) -> None:
    out, into, cost, bound = list(c.supply), list(c.demand), Real(), Real()
    for i, j, mass in e.plan:
        _require(mass >= 0, "a negative mass")
        out[i], into[j] = out[i] - mass, into[j] - mass
        _tick(out[i].denominator, into[j].denominator)
        _add(cost, c.costs[i][j], mass)
    _require(not any(out) and not any(into), "the plan has other marginals")
    u, v = e.potentials.supply, e.potentials.demand
    for p, x in [*zip(u, c.supply, strict=True), *zip(v, c.demand, strict=True)]:
        _add(bound, p, x)
    for p, row in zip(u, c.costs, strict=True):
        for q, entry in zip(v, row, strict=True):
            room = dict(entry)
            _add(room, p, -1)
            _add(room, q, -1)
            _require(_sign(room) >= 0, "the potentials exceed a cost")
    _require(cost == c.value == bound, "the value is another one")
SYS, LP = {"system": _system}, {"system": _system, "objective": VECTOR, "sense": str}
FORM, PAIR, ONE_POINT = {"matrix": MATRIX}, {"models": (_model, _model), "domain": _domain}, {"point": VECTOR}
CELL = {"signs": str, "vertices": INDICES, "volume": _rational, "affine?": {"A": TABLE, "b": VECTOR}}
COMPLEX = {"model": _model, "domain": _domain, "vertices": TABLE, "cells": [CELL], "f_vector": [_index],
           "euler_characteristic": int, "total_volume": _rational}
WALLS = _ascending([(_index, lambda value, place: None if value is None else _index(value, place))])
PART = {"signs": (str, str), "vertices": INDICES}
PLAN, DUAL = [(_index, _index, _rational)], {"supply": [_real], "demand": [_real]}
KINDS: dict[str, tuple[Any, Any, Callable[[Any, Any], None]]] = {
    "feasible": ({**SYS, "strict?": bool}, ONE_POINT, _feasible),
    "empty": (SYS, {"multipliers": SPARSE}, _implied),
    "redundant": ({**SYS, "row": _index}, {"multipliers": SPARSE}, _implied),
    "facet": ({**SYS, "row": _index}, ONE_POINT, _facet),
    "ridge": ({**SYS, "rows": _ascending((_index, _index)), "cos?": _real}, ONE_POINT, _facet),
    "irredundant": ({**SYS, "rows": INDICES}, {"points": TABLE, "multipliers": [SPARSE]}, _irredundant),
    "lp-optimal": ({**LP, "value": _rational}, {"primal": VECTOR, "dual": SPARSE}, _lp),
    "lp-unbounded": (LP, {"point": VECTOR, "ray": VECTOR}, _lp),
    "volume": ({**SYS, "volume": _real, "rows?": INDICES}, {"vertices": TABLE}, _volume),
    "complex": (COMPLEX, {}, _complex),
    "complete": ({"model": _model, "domain": _domain, "cells": [str]},
                 {"cells": [{"point": VECTOR, "facets": WALLS, "multipliers": [SPARSE]}]}, _complete),
    "equal-functions": (PAIR, {"vertices": TABLE, "cells": [PART]}, _equal_functions),
    "differ-at": ({**PAIR, "point": VECTOR}, {}, _differ_at),
    "psd": ({**FORM, "definite?": bool}, {"squares": [(_rational, SPARSE)]}, _psd),
    "not-psd": (FORM, {"negative": VECTOR}, _indefinite),
    "indefinite": (FORM, {"negative": VECTOR, "positive": VECTOR}, _indefinite),
    "rank": ({"matrix": TABLE, "rank": _index}, {"kernel": TABLE, "prime?": _index}, _rank),
    "transport": ({"costs": MATRIX, "supply": VECTOR, "demand": VECTOR, "value": _real},
                  {"plan": PLAN, "potentials": DUAL}, _transport),
}
# -- documents and the command --------------------------------------------------------------------------
def check(document: Any, seconds: float = SECONDS) -> list[Any]:
    """The verdict on every certificate of a parsed document; Malformed when it is none."""
    context = SimpleNamespace(stop=time.monotonic() + seconds, room=ROOM, classes={})
    context.named, token = {"systems": {}, "models": {}}, _CONTEXT.set(context)
    try:
        if not isinstance(document, dict) or "certificates" not in document:
            return [_check_one(document, "certificate")]
        form = {"schema": str, "certificates": [dict], "systems?": dict, "models?": dict}
        whole = _read(document, form, "bundle")
        if whole.schema != SCHEMA or not whole.certificates:
            raise Malformed(f"bundle: expected schema {SCHEMA} and at least one certificate")
        context.named = {"systems": dict(whole.systems or {}), "models": dict(whole.models or {})}
        return [_check_one(one, f"certificates[{n}]") for n, one in enumerate(whole.certificates)]
    finally:
        _CONTEXT.reset(token)
def _check_one(document: Any, place: str) -> Any:
    name, head = "certificate", {"schema": str, "kind": str, "note?": str}
    try:
        outer = _read(document, {**head, "claim": dict, "evidence": dict}, place)
        if outer.schema != SCHEMA or outer.kind not in KINDS:
            raise Malformed(f"{place}: expected schema {SCHEMA} and a kind it has")
        name, (claim, evidence, proof) = outer.kind, KINDS[outer.kind]
        given = _read(outer.claim, claim, f"{place}.claim")
        proof(given, _read(outer.evidence, evidence, f"{place}.evidence"))
    except (Rejected, Exhausted) as error:
        return Verdict(name, False if isinstance(error, Rejected) else None, str(error))
    except Malformed as error:
        raise Malformed(str(error)[:200] if place in str(error) else f"{place}: {error}") from error
    except (IndexError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"{place} ({name}): lengths, indices or depth do not fit") from error
    return Verdict(name, True, "")
def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Malformed("a key occurs twice in one object")
    return dict(pairs)
def parse(data: bytes) -> Any:
    """JSON in UTF-8, without repeated keys, NaN or infinities, numbers of bounded length."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_ITEMS:
        raise Malformed(f"more than {MAX_ITEMS} items")
    try:
        return json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=lambda x: _rational(x, x),
                          parse_int=lambda digits: int(_rational(digits, "integer")))
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not a JSON document: {str(error)[:80]}") from error
def report(verdicts: Sequence[Any]) -> tuple[str, int]:
    """One line per certificate, and the exit code: 0 all hold, 1 one does not, 3 one is unknown."""
    words, found = {True: "holds", False: "fails", None: "unknown"}, {verdict.holds for verdict in verdicts}
    text = [f"{n}: {words[one[1]]}: {one[0]}: {one[2]}".rstrip(": ") for n, one in enumerate(verdicts)]
    return "\n".join(text), 1 if False in found else 3 if None in found else 0
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
        text, code = report(check(parse(data), seconds))
    except (OSError, ValueError, IndexError, MemoryError) as error:
        print("error:", *str(error or "not enough memory").split(), file=sys.stderr)  # noqa: T201
        return 3 if isinstance(error, MemoryError) else 2
    print(text)  # noqa: T201
    return code
if __name__ == "__main__":
    sys.exit(main())
