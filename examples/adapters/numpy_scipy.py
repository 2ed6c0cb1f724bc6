"""NumPy and SciPy, cell by cell: half-spaces through layers, HiGHS for emptiness, Qhull for volumes.

What a careful person writes in an afternoon, with the tolerance that everybody needs: a cell whose largest
inscribed ball has radius below 1e-9 is taken for empty.
"""

import numpy as np

NAME = "NumPy/SciPy"
EMPTY = 1e-9


def _version():
    import scipy

    return f"{np.__version__}/{scipy.__version__}"


VERSION = _version()


# -- cells -------------------------------------------------------------------------------------------


def _ball(A, b):
    """Centre and radius of the largest ball in A x <= b (radius −1: empty)."""
    from scipy.optimize import linprog

    norms = np.linalg.norm(A, axis=1)
    rows = np.column_stack([A, norms])
    cost = np.zeros(rows.shape[1])
    cost[-1] = -1
    found = linprog(cost, A_ub=rows, b_ub=b, bounds=[(None, None)] * A.shape[1] + [(0, None)])
    return (found.x[:-1], found.x[-1]) if found.status == 0 else (None, -1.0)


def _box(lo, hi):
    d = len(lo)
    return np.concatenate([np.eye(d), -np.eye(d)]), np.concatenate([hi, -lo])


def _breakpoints(layer):
    kind = layer["type"]
    return (layer["low"], layer["high"]) if kind == "hard_tanh" else (0.0,)


def _slope_and_shift(layer, signs):
    """The affine piece of one activation, from the signs at its breakpoints."""
    kind = layer["type"]
    if kind == "relu":
        return float(signs[0] > 0), 0.0
    if kind == "leaky_relu":
        return (1.0 if signs[0] > 0 else layer["slope"]), 0.0
    if kind == "abs":
        return float(signs[0]), 0.0
    inside = signs[0] > 0 > signs[1]
    return float(inside), 0.0 if inside else layer["high"] if signs[1] > 0 else layer["low"]


def _layers(model):
    """(weight, bias, activation or None) per linear layer; an arrangement is one layer of its own."""
    if model["kind"] == "tree":
        raise NotImplementedError("trees")
    if model["kind"] == "arrangement":
        return [(model["normals"], -model["offsets"], {"type": "relu"})]
    layers = model["layers"]
    units = [*layers[1::2], None]
    return [
        (lin["weight"], lin["bias"], unit)
        for lin, unit in zip(layers[::2], units[: len(layers[::2])], strict=True)
    ]


def _cells(model, lo, hi):
    """(signs, A, b of the half-spaces, affine map) per cell."""
    wall, bound = _box(lo, hi)
    d = len(lo)
    found = [((), wall, bound, np.eye(d), np.zeros(d))]
    for weight, bias, unit in _layers(model):
        after = []
        for signs, A, b, M, m in found:
            W, w = weight @ M, weight @ m + bias
            after += _split(signs, A, b, W, w, unit) if unit else [(signs, A, b, W, w)]
        found = after
    return found


def _split(signs, A, b, W, w, unit):
    """The pieces of one cell by the units of one layer."""
    pieces = [(signs, A, b, (), ())]
    for row, shift in zip(W, w, strict=True):
        after = []
        for names, A0, b0, slopes, shifts in pieces:
            for own, A1, b1 in _sides(row, shift, unit, A0, b0):
                slope, move = _slope_and_shift(unit, own)
                after.append((names + own, A1, b1, (*slopes, (slope, move)), shifts))
        pieces = after
    found = []
    for names, A1, b1, slopes, _ in pieces:
        s, t = np.array(slopes).T
        found.append((names, A1, b1, s[:, None] * W, s * w + t))
    return found


def _sides(row, shift, unit, A, b):
    """The nonempty pieces by the breakpoints of one unit."""
    pieces = [((), A, b)]
    for level in _breakpoints(unit):
        after = []
        for names, A0, b0 in pieces:
            offset = level - shift
            if not np.any(row):
                after.append(((*names, int(np.sign(-offset))), A0, b0))
                continue
            for sign in (-1, 1):
                A1, b1 = np.vstack([A0, -sign * row]), np.append(b0, -sign * offset)
                if _ball(A1, b1)[1] > EMPTY:
                    after.append(((*names, sign), A1, b1))
        pieces = after
    return pieces


def _signs(cells):
    return np.array([cell[0] for cell in cells], dtype=np.int8).reshape(len(cells), -1)


def _vertices(A, b):
    from scipy.spatial import HalfspaceIntersection

    centre, _ = _ball(A, b)
    if A.shape[1] == 1:
        ends = b / A[:, 0]
        return np.array([[ends[A[:, 0] < 0].max()], [ends[A[:, 0] > 0].min()]])
    found = HalfspaceIntersection(np.column_stack([A, -b]), centre).intersections
    return found[np.isfinite(found).all(axis=1)]


def partition(model, lo, hi):
    return {"signs": _signs(_cells(model, lo, hi))}


def cell_volumes(model, lo, hi):
    from scipy.spatial import ConvexHull

    cells = _cells(model, lo, hi)
    volumes = []
    for _, A, b, *_ in cells:
        points = _vertices(A, b)
        volumes.append(np.ptp(points) if len(lo) == 1 else ConvexHull(points).volume)
    return {"signs": _signs(cells), "volumes": np.array(volumes)}


def affine_maps(model, lo, hi):
    cells = _cells(model, lo, hi)
    return {
        "signs": _signs(cells),
        "A": np.array([cell[3] for cell in cells]),
        "b": np.array([cell[4] for cell in cells]),
    }


# -- points ------------------------------------------------------------------------------------------


def evaluate(model, points):
    return _run(model, points)[0]


def _activate(unit, z):
    kind = unit["type"]
    if kind == "relu":
        return np.maximum(z, 0)
    if kind == "leaky_relu":
        return np.where(z > 0, z, unit["slope"] * z)
    return np.abs(z) if kind == "abs" else np.clip(z, unit["low"], unit["high"])


def _run(model, points):
    """Outputs and signs."""
    x, signs = points, []
    for weight, bias, unit in _layers(model):
        x = x @ weight.T + bias
        if unit:
            levels = np.array(_breakpoints(unit))
            signs.append(np.sign(x[:, :, None] - levels).reshape(len(x), -1))
            x = _activate(unit, x)
    return x, np.concatenate(signs, axis=1).astype(int)


def locate(model, points):
    if model["kind"] != "tree":
        return _run(model, points)[1]
    nodes = np.zeros(len(points), dtype=int)
    for i, x in enumerate(points):
        while model["feature"][nodes[i]] >= 0:
            at = nodes[i]
            left = x[model["feature"][at]] <= model["threshold"][at]
            nodes[i] = model["left" if left else "right"][at]
    return nodes[:, None]


# -- complexes ---------------------------------------------------------------------------------------


def _coboundary(simplices, p):
    number = {tuple(row): i for i, row in enumerate(simplices[p].tolist())}
    matrix = np.zeros((len(simplices[p + 1]), len(number)))
    for j, row in enumerate(simplices[p + 1].tolist()):
        for i in range(p + 2):
            matrix[j, number[tuple(row[:i] + row[i + 1 :])]] = (-1) ** i
    return matrix


def betti(simplices):
    ranks = [np.linalg.matrix_rank(_coboundary(simplices, p)) for p in range(len(simplices) - 1)]
    ranks = [0, *ranks, 0]
    return np.array([len(rows) - ranks[p] - ranks[p + 1] for p, rows in enumerate(simplices)])


def _scaled(simplices, degree, norms):
    """δ above and below in orthonormal coordinates."""
    root = [np.sqrt(row) for row in norms]
    count = len(simplices[degree])
    above, below = np.zeros((0, count)), np.zeros((count, 0))
    if degree + 1 < len(simplices):
        above = root[degree + 1][:, None] * _coboundary(simplices, degree) / root[degree]
    if degree:
        below = root[degree][:, None] * _coboundary(simplices, degree - 1) / root[degree - 1]
    return above, below, root[degree]


def laplacian(simplices, degree, norms):
    above, below, root = _scaled(simplices, degree, norms)
    return (above.T @ above + below @ below.T) * root / root[:, None]


def _eigen(simplices, degree, norms):
    above, below, root = _scaled(simplices, degree, norms)
    return np.linalg.eigh(above.T @ above + below @ below.T), root


def spectrum(simplices, degree, norms):
    return _eigen(simplices, degree, norms)[0][0]


def eigenvectors(simplices, degree, norms):
    (values, vectors), root = _eigen(simplices, degree, norms)
    return {"values": values, "vectors": vectors / root[:, None]}


def harmonic_basis(simplices, degree, norms):
    (values, vectors), root = _eigen(simplices, degree, norms)
    small = values <= 1e-9 * max(1.0, values[-1])
    return vectors[:, small] / root[:, None]


def hodge_decomposition(simplices, degree, norms, cochain):
    above, below, root = _scaled(simplices, degree, norms)
    x = root * cochain
    exact = below @ np.linalg.lstsq(below, x, rcond=None)[0] if below.size else 0 * x
    coexact = above.T @ np.linalg.lstsq(above.T, x, rcond=None)[0] if above.size else 0 * x
    return {"exact": exact / root, "coexact": coexact / root, "harmonic": (x - exact - coexact) / root}


# -- programs ----------------------------------------------------------------------------------------


def lp(c, A, b):
    from scipy.optimize import linprog

    found = linprog(c, A_ub=A, b_ub=b, bounds=(None, None))
    status = {0: "optimal", 2: "infeasible", 3: "unbounded"}[found.status]
    return {"status": status, "value": found.fun, "x": found.x} if status == "optimal" else {"status": status}


def nonredundant(A, b):
    from scipy.optimize import linprog

    kept = []
    for i in range(len(b)):
        others = np.arange(len(b)) != i
        found = linprog(-A[i], A_ub=A[others], b_ub=b[others], bounds=(None, None))
        if found.status == 3 or (found.status == 0 and -found.fun > b[i] + EMPTY):
            kept.append(i)
    return np.array(kept, dtype=int)


def wasserstein(cost, source, target):
    from scipy.optimize import linprog

    a, b = cost.shape
    rows = np.vstack([np.kron(np.eye(a), np.ones(b)), np.kron(np.ones(a), np.eye(b))])
    return linprog(cost.ravel(), A_eq=rows, b_eq=np.concatenate([source, target])).fun
