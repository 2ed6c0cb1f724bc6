"""Laws of the engine on programs: maxima, steps, skipped and shared blocks, degenerate ones included."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactgeom import Budget, BudgetExceeded, InvalidInput, box, partition
from exactgeom.models.program import Affine, Largest, Pieces, Program, Steps, StepUnit, Unit
from tests.polyhedra.cuts import examples

RELU = Unit((F(0),), ((F(0), F(0)), (F(1), F(0))))
CLIP = Unit((F(-1, 2), F(1, 2)), ((F(0), F(-1, 2)), (F(1), F(0)), (F(0), F(1, 2))))
STEP = StepUnit((F(0),), (F(0), F(1)), (F(1),))
SIGN = StepUnit((F(0),), (F(-1), F(1)), (F(0),))


@st.composite
def affine(draw, sources, width, size):
    """Small integer affine maps, often with equal, opposite or zero rows."""
    rows = []
    for _ in range(size):
        kind = draw(st.integers(0, 5))
        if kind == 0 and rows:
            rows.append(draw(st.sampled_from(rows)))
        elif kind == 1 and rows:
            rows.append(tuple(-c for c in draw(st.sampled_from(rows))))
        elif kind == 2:
            rows.append((0,) * (width + 1))
        else:
            rows.append(tuple(draw(st.integers(-3, 3)) for _ in range(width + 1)))
    return Affine(sources, tuple(r[1:] for r in rows), tuple(r[0] for r in rows), draw(st.integers(1, 3)))


@st.composite
def programs(draw, *, jumps):
    """Two or three cutting operations on shared and skipped blocks; the last block is the output."""
    dim = draw(st.sampled_from([1, 2, 2, 3]))
    sizes, operations = [dim], []
    for _ in range(draw(st.integers(2, 3))):
        previous = len(sizes) - 1
        sources = (previous,) if previous == 0 or draw(st.booleans()) else (previous, 0)
        size = draw(st.integers(2, 3))
        operations.append(draw(affine(sources, sum(sizes[s] for s in sources), size)))
        sizes.append(size)
        kinds = ["pieces", "largest", "steps"] if jumps else ["pieces", "largest"]
        kind, source = draw(st.sampled_from(kinds)), len(sizes) - 1
        if kind == "largest":
            groups = draw(st.sampled_from([(tuple(range(size)),), ((0, 1), (1, size - 1)), ((0,), (1, 0))]))
            operations.append(Largest(source, groups))
            sizes.append(len(groups))
        elif kind == "steps":
            operations.append(Steps(source, (draw(st.sampled_from([STEP, SIGN])),) * size))
            sizes.append(size)
        else:
            operations.append(Pieces(source, (draw(st.sampled_from([RELU, CLIP])),) * size))
            sizes.append(size)
    return Program(dim, tuple(operations), len(operations))


def interior(cells, cell):
    """A rational point inside a cell, bounded or not."""
    if cell.is_bounded:
        return cell.centroid
    t, *x = map(int, cells.complex.inner_row(cells.dimension, cell.id))
    return tuple(F(c, t) for c in x)


def assert_cells_are_right(program, cells):
    assert cells.validate(), str(cells.validate())
    for cell in cells.cells:
        point = interior(cells, cell)
        assert program.signs(point) == cell.signs
        a, b = program.affine_map(cell.signs)
        image = tuple(
            sum(p * q for p, q in zip(row, point, strict=True)) + c for row, c in zip(a, b, strict=True)
        )
        assert image == program(point)


@examples(1)
@given(programs(jumps=False), st.booleans())
def test_continuous_programs(program, whole):
    assert_cells_are_right(program, partition(program, None if whole else box(-1, 1, dim=program.input_dim)))


@examples(1)
@given(programs(jumps=True), st.booleans())
def test_programs_with_jumps(program, whole):
    assert_cells_are_right(program, partition(program, None if whole else box(-1, 1, dim=program.input_dim)))


@given(programs(jumps=True), st.data())
def test_every_point_lies_in_the_cell_of_its_signs(program, data):
    cells = partition(program, box(-1, 1, dim=program.input_dim))
    by_signs = {cell.signs: cell for cell in cells.cells}
    coordinate = st.fractions(-1, 1, max_denominator=97)
    point = tuple(data.draw(coordinate) for _ in range(program.input_dim))
    signs = program.signs(point)
    if signs in by_signs:
        cell = by_signs[signs]
        for facet in cell.facets:
            normal = cells.complex.measures.outward_normal(cell.id, facet.id)
            start = facet.vertices[0]
            assert sum(n * (p - q) for n, p, q in zip(normal, point, start, strict=True)) <= 0
    else:
        assert "0" in signs  # on a wall


@given(st.integers(2, 6), st.integers(1, 3))
def test_the_order_of_candidates_does_not_matter(count, dim):
    weight = tuple(tuple((3 * i + j * j) % 5 - 2 for j in range(dim)) for i in range(count))
    bias = tuple((i * i) % 3 for i in range(count))
    turned = (tuple(reversed(weight)), tuple(reversed(bias)))
    made = [
        partition(
            Program(dim, (Affine((0,), w, b), Largest(1, (tuple(range(count)),))), None), box(-1, 1, dim=dim)
        )
        for w, b in ((weight, bias), turned)
    ]
    assert made[0].f_vector == made[1].f_vector
    volumes = [{cell.signs: cell.volume for cell in cells.cells} for cells in made]
    assert volumes[0] == {signs[::-1]: volume for signs, volume in volumes[1].items()}


def test_voronoi_cells_of_a_grid():
    sites = [(i, j) for i in range(3) for j in range(3)]
    weight = tuple((2 * a, 2 * b) for a, b in sites)
    bias = tuple(-(a * a + b * b) for a, b in sites)
    nearest = Program(2, (Affine((0,), weight, bias), Largest(1, (tuple(range(9)),))), None)
    cells = partition(nearest, box(-1, 3, dim=2))
    assert cells.f_vector == (16, 24, 9)  # no artificial wall is left
    assert sorted(cell.volume for cell in cells.cells) == sorted([F(1)] + [F(3, 2)] * 4 + [F(9, 4)] * 4)
    assert partition(nearest).f_vector == (4, 12, 9)


def test_more_candidates_than_bits_in_a_word():
    count = 70
    weight = tuple((2 * i,) for i in range(count))
    bias = tuple(-i * i for i in range(count))
    cells = partition(
        Program(1, (Affine((0,), weight, bias), Largest(1, (tuple(range(count)),))), 2), box(0, 69, dim=1)
    )
    assert len(cells.cells) == count
    assert {cell.signs.count("0") for cell in cells.cells} == {1}


def test_a_budget_inside_maxima_leaves_no_walls():
    weight, bias = ((1, 0), (0, 1), (-1, -1), (2, 3)), (0, 0, 0, 1)
    program = Program(2, (Affine((0,), weight, bias), Largest(1, ((0, 1, 2, 3),))), None)
    with pytest.raises(BudgetExceeded) as stopped:
        partition(program, box(-1, 1, dim=2), budget=Budget(cells=2))
    partial = stopped.value.partial
    assert partial.f_vector == (4, 4, 1)
    assert partial.cell_signs == ("....",)


def test_blocks_of_constants_have_faces_and_areas_too():
    """In dimension 3 hyperplanes come from the forms, where a block without sources has only constants."""
    constants = Affine((), ((), ()), (1, -1))
    joined = Affine((2, 0), ((1, 0, 1, 1, 0),), (0,))
    program = Program(3, (constants, Pieces(1, (RELU, RELU)), joined, Pieces(3, (RELU,))), 4)
    cells = partition(program, box(-1, 1, dim=3))
    assert cells.f_vector == (12, 20, 11, 2) and cells.validate()
    assert sum(facet.area for facet in cells.facets if not facet.is_interior) == 24


def test_progress_must_be_callable():
    with pytest.raises(InvalidInput, match="progress: expected a callable"):
        partition(Program(1, (), 0), box(0, 1, dim=1), progress=3)


def test_operations_that_do_not_fit_are_refused():
    with pytest.raises(InvalidInput, match=r"operations\[0\]"):
        Program(2, (Affine((0,), ((1,),), (0,)),), 1)
    with pytest.raises(InvalidInput, match=r"operations\[0\]: an operation may only read earlier blocks"):
        Program(2, (Pieces(1, (RELU, RELU)),), 1)
    with pytest.raises(InvalidInput, match="no block 3"):
        Program(2, (), 3)
