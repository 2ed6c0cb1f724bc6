"""Forms to and from SymPy: expressions for functions, `sympy.diffgeom` for the rest."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import diffgeom

from exactgeom.exact import InvalidInput
from exactgeom.forms import rings
from exactgeom.forms.chart import Chart, as_chart
from exactgeom.forms.errors import DimensionMismatch
from exactgeom.forms.form import DifferentialForm
from exactgeom.linalg import blades


def coordinate_system(chart: Any) -> Any:
    """Return SymPy's `CoordSystem` of a chart: the same object for the same symbols."""
    place = as_chart(chart)
    patch = diffgeom.Patch("U", diffgeom.Manifold("M", place.dim))
    return diffgeom.CoordSystem("C", patch, list(place.symbols))


def to_sympy(form: DifferentialForm) -> Any:
    """Return a 0-form as an expression in the coordinates, a k-form in `sympy.diffgeom` objects.

    >>> x, y = Chart("x y").functions()
    >>> to_sympy(x + y), to_sympy(x * (x.d() ^ y.d()))
    (x + y, x*WedgeProduct(dx, dy))
    """
    chart = form.chart
    if not form.degree:
        return rings.to_sympy(chart, form.terms[0]) if form.terms else sympy.S.Zero
    system = coordinate_system(chart)
    scalars = dict(zip(chart.symbols, system.base_scalars(), strict=True))
    total = sympy.S.Zero
    for key, value in sorted(form.terms.items()):
        oneforms = [system.base_oneform(i) for i in blades.index(key)]
        basis = diffgeom.WedgeProduct(*oneforms) if len(oneforms) > 1 else oneforms[0]
        total += rings.to_sympy(chart, value).xreplace(scalars) * basis
    return total


def from_sympy(expression: Any, chart: Any) -> DifferentialForm:
    """Return a form from SymPy: an expression in the chart's symbols, or `diffgeom` objects of its system.

    Errors: `DimensionMismatch` for a system of another size, `InvalidInput` for anything that is no form.

    >>> x, y = Chart("x y").functions()
    >>> from_sympy(to_sympy(x * (x.d() ^ y.d())), "x y") == x * (x.d() ^ y.d())
    True
    """
    place = as_chart(chart)
    return _convert(sympy.sympify(expression), place)


def _convert(e: Any, chart: Chart) -> DifferentialForm:
    if isinstance(e, diffgeom.Differential):
        return _convert(e.args[0], chart).d()
    if e.is_Add:
        parts = [_convert(arg, chart) for arg in e.args]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total
    if e.is_Mul or isinstance(e, diffgeom.WedgeProduct | diffgeom.TensorProduct):
        if isinstance(e, diffgeom.TensorProduct) and not isinstance(e, diffgeom.WedgeProduct):
            raise InvalidInput("a tensor product is no differential form", "expression")
        product = DifferentialForm.function(chart, 1)
        for arg in e.args:
            product = product ^ _convert(arg, chart)
        return product
    changes = {}
    for scalar in e.atoms(diffgeom.BaseScalarField):
        if scalar._coord_sys.dim != chart.dim:
            raise DimensionMismatch(f"expected a system of dimension {chart.dim}", "expression")
        changes[scalar] = chart.symbols[int(scalar._index)]
    return DifferentialForm.function(chart, e.xreplace(changes))
