"""`Partition`: a domain cut into the cells of a model, with exact geometry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exactgeom.exact import Angle, InvalidInput
from exactgeom.partition.doors import build
from exactgeom.partition.faces import AffineMap, Cell, Face, FaceSequence, Facet, Point, Ridge, face_number
from exactgeom.partition.state import lattice_state, revive, same_lattice
from exactgeom.polyhedra import PolyhedralComplex, Polytope, Validation, validate
from exactgeom.polyhedra.unbounded import UnboundedComplex

if TYPE_CHECKING:
    import networkx as nx

    from exactgeom.partition.boundary import DecisionBoundary
    from exactgeom.partition.genericity import Genericity
    from exactgeom.partition.jump_facets import JumpFacet
    from exactgeom.partition.lipschitz import Lipschitz
    from exactgeom.partition.regions import Regions

_FEW = 16  # affine maps that are computed one by one


class Partition:
    """The cells of a model on a domain, glued face to face (immutable).

    Made by `partition`.  Contract: exact; measures are computed when first asked for and kept.
    Faces of each dimension are numbered from 0; `cells`, `facets`, `ridges` and `faces(k)` are sequences
    of handles.

    >>> import exactgeom as eg
    >>> cross = eg.Arrangement([([1, 0], 0), ([0, 1], 0)])
    >>> P = eg.partition(cross, eg.box(-1, 1, dim=2))
    >>> P.f_vector, P.euler_characteristic, P.total_volume
    ((9, 12, 4), 1, Fraction(4, 1))
    >>> P.cells[0].volume, P.cells[0].signs
    (Fraction(1, 1), '++')
    """

    def __init__(
        self,
        space: PolyhedralComplex | UnboundedComplex,
        *,
        model: Any,
        domain: Polytope | None,
        cell_signs: Sequence[str],
        notes: Sequence[str] = (),
    ) -> None:
        self.complex = space
        self.model = model
        self.domain = domain
        self.cell_signs = tuple(cell_signs)
        self.notes = tuple(notes)
        self._maps: dict[str, AffineMap] = {}

    # -- counting ------------------------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        """Dimension of the cells."""
        return self.complex.dim

    @property
    def ambient_dimension(self) -> int:
        """Dimension of the input space."""
        return self.complex.ambient_dim

    @property
    def is_bounded(self) -> bool:
        """True when the domain is bounded."""
        return self.complex.is_bounded

    @property
    def f_vector(self) -> tuple[int, ...]:
        """Number of faces of dimension 0, ..., `dimension` (on R^d: relatively open true faces)."""
        return self.complex.f_vector

    @property
    def euler_characteristic(self) -> int:
        """Alternating sum of the f-vector: 1 on a bounded convex domain, (-1)^d on all of R^d."""
        return self.complex.euler_characteristic

    # -- identity ------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """The same model cut the same domain, as far (faces may be numbered differently)."""
        if not isinstance(other, Partition):
            return NotImplemented
        return self is other or (
            self.cell_signs == other.cell_signs and self.model == other.model and self.domain == other.domain
        )

    def __hash__(self) -> int:
        return hash((Partition, self.model, self.cell_signs))

    def is_numbered_like(self, other: Partition) -> bool:
        """True when the other is equal and its faces have the same numbers, so that handles carry over."""
        return self is other or (self == other and same_lattice(self.complex, other.complex))

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (lattice_state(self.complex), self.model, self.domain, self.cell_signs, self.notes)

    @property
    def summary(self) -> str:
        """A few words: number of cells, dimension."""
        return f"a partition of dimension {self.dimension} with {self.complex.count(self.dimension)} cells"

    def __repr__(self) -> str:
        return f"<{self.summary}>"

    # -- faces ---------------------------------------------------------------------------------------

    @property
    def cells(self) -> FaceSequence[Cell]:
        """The cells."""
        return FaceSequence(self, self.dimension, Cell, self.complex.count(self.dimension))

    @property
    def facets(self) -> FaceSequence[Facet]:
        """The faces of codimension 1."""
        k = self.dimension - 1
        return FaceSequence(self, k, Facet, self.complex.count(k) if k >= 0 else 0)

    @property
    def ridges(self) -> FaceSequence[Ridge]:
        """The faces of codimension 2 (none in dimension 1)."""
        k = self.dimension - 2
        return FaceSequence(self, k, Ridge, self.complex.count(k) if k >= 0 else 0)

    def faces(self, k: int) -> FaceSequence[Face]:
        """The faces of dimension k."""
        if type(k) is not int or not 0 <= k <= self.dimension:
            raise InvalidInput(f"expected a dimension from 0 to {self.dimension}, got {k!r}", place="k")
        return FaceSequence(self, k, Face, self.complex.count(k))

    @property
    def vertices(self) -> tuple[Point, ...]:
        """Exact coordinates of all vertices."""
        return self.complex.points

    # -- exact quantities ----------------------------------------------------------------------------

    @property
    def total_volume(self) -> Any:
        """Sum of the cell volumes (UnboundedError on an unbounded domain)."""
        return self.complex.measures.total_volume

    def dihedral_angle(self, cell: Cell | int, ridge: Ridge | int) -> Angle:
        """Interior dihedral angle of a cell at one of its ridges, exactly.

        ``cos = -N_g.N_h / (|N_g| |N_h|)`` with the outward area vectors of its two facets there.
        Errors: InvalidInput when the ridge is not one of the cell's.
        """
        c = face_number(cell, self, self.dimension, "cell")
        r = face_number(ridge, self, self.dimension - 2, "ridge")
        return self.complex.measures.dihedral_angle(c, r)

    def affine_map(self, cell: Cell | int) -> AffineMap | None:
        """(A, b) with model(x) = A x + b on the cell; None when the model has no map."""
        signs = self.cell_signs[face_number(cell, self, self.dimension, "cell")]
        unfinished = "." in signs and not getattr(self.model, "has_paths", False)  # of a tree: off the path
        if not hasattr(self.model, "affine_map") or unfinished:
            return None
        if signs not in self._maps:
            self._find_maps(signs)
        return self._maps[signs]

    def _find_maps(self, signs: str) -> None:
        """The first few maps are computed one by one, then all that are left in one go."""
        together = getattr(self.model, "affine_maps", None)
        if together is None or len(self._maps) < _FEW:
            self._maps[signs] = self.model.affine_map(signs)
            return
        wanted = [s for s in self.cell_signs if s not in self._maps and "." not in s]
        self._maps.update(zip(wanted, together(wanted), strict=True))

    @cached_property
    def affine_map_count(self) -> int | None:
        """Number of different affine maps over the cells; None when the model has no map on some cell."""
        maps = {self.affine_map(i) for i in range(len(self.cells))}
        return None if None in maps else len(maps)

    def regions(self, by: Any = "activation") -> Regions:
        """Unions of cells with the same label.

        `by` is ``"activation"`` (the cells), ``"affine"`` (components, through shared facets, of cells with
        the same map), ``"argmax"`` (class of the outputs: ties to the smallest index, one output is class 1
        where it is positive; the cells are cut further where the class changes), ``"owner"`` (of a site), or
        a callable from a cell to a label.  Errors: InvalidInput for labels the model does not have.

        >>> import exactgeom as eg
        >>> P = eg.partition(eg.Network([eg.Abs()], input_dim=2), eg.box(-1, 2, dim=2))
        >>> [(region.label, str(region.volume)) for region in P.regions(by="argmax")]
        [(0, '9/2'), (1, '9/2')]
        """
        from exactgeom.partition.regions import regions

        return regions(self, by)

    def decision_boundary(self) -> DecisionBoundary:
        """Where the class of the outputs changes, as a complex of its own (see `DecisionBoundary`)."""
        from exactgeom.partition.boundary import DecisionBoundary
        from exactgeom.partition.regions import regions

        return DecisionBoundary(regions(self, "argmax"))

    def jump_facets(self) -> tuple[JumpFacet, ...]:
        """The facets across which the model is discontinuous, ascending, each with its jump.

        There the difference of the two affine maps is no multiple of the facet's plane.  Exact.
        """
        from exactgeom.partition.jump_facets import jump_facets

        return jump_facets(self)

    def lipschitz(self, norm: int | str = 2) -> Lipschitz:
        """The exact Lipschitz constant over the (convex) domain in ℓ1, ℓ2 or ℓ∞ (`"inf"`), with a cell.

        It is the largest operator norm of the cells' maps.  Errors: UnboundedError for a model that jumps.

        >>> import exactgeom as eg
        >>> net = eg.Network([eg.Linear([[1, 1], [0, 1]], [0, 0]), eg.ReLU()])
        >>> P = eg.partition(net, eg.box(-1, 1, dim=2))
        >>> P.lipschitz(1).constant, P.lipschitz().squared, P.lipschitz().cell.signs
        (Fraction(2, 1), LargestRoot([1, -3, 1]), '++')
        """
        from exactgeom.partition.lipschitz import lipschitz

        return lipschitz(self, norm)

    def genericity(self) -> Genericity:
        """How far the model is from general position on the domain, with witnesses (see `Genericity`).

        >>> import exactgeom as eg
        >>> lines = eg.Arrangement([([1, 0], 0), ([0, 1], 0), ([1, 1], 0)])
        >>> report = eg.partition(lines, eg.box(-1, 2, dim=2)).genericity()
        >>> report.is_transversal, report.witness.units
        (False, ('hyperplanes[0]', 'hyperplanes[1]', 'hyperplanes[2]'))
        """
        from exactgeom.partition.genericity import genericity

        return genericity(self)

    def nerve(self, max_dim: int = 2, **options: Any) -> Any:
        """The Riemannian nerve of the cells up to dimension `max_dim` (see `exactgeom.nerve`)."""
        return build("nerve", self, max_dim=max_dim, **options)

    def dual_complex(self, **options: Any) -> Any:
        """The dual complex: one p-cell per face of codimension p (see `exactgeom.nerve`)."""
        return build("dual_complex", self, **options)

    def locate(self, points: Any, **options: Any) -> Any:
        """Find the cells of data points, exactly (see `exactgeom.partition.locate`)."""
        from exactgeom.partition.locate import locate

        return locate(self, points, **options)

    def to_networkx(self, *, angles: bool = True) -> nx.Graph:
        """The dual graph: a node per cell, an edge per pair of cells that share a facet.

        Nodes carry `signs` and, when bounded, `volume`; edges carry `facets` (numbers), `area` (exact
        Surd, the sum over the facets shared; None when infinite) and `angles`: a dict from ridge number
        to the pair of interior dihedral angles, of the lower cell and of the higher one.
        """
        import networkx as nx

        graph = nx.Graph(dimension=self.dimension)
        for cell in self.cells:
            graph.add_node(cell.id, signs=cell.signs, volume=cell.volume if cell.is_bounded else None)
        for facet in self.facets:
            if facet.is_interior:
                self._join(graph, facet, angles)
        return graph

    def _join(self, graph: nx.Graph, facet: Facet, angles: bool) -> None:
        a, b = facet.cell_ids
        area = facet.area if facet.is_bounded else None
        if not graph.has_edge(a, b):
            graph.add_edge(a, b, facets=(facet.id,), area=area, angles={})
        else:
            edge = graph.edges[a, b]
            edge["facets"] += (facet.id,)
            edge["area"] = None if area is None or edge["area"] is None else edge["area"] + area
        if angles and self.dimension >= 2:
            table = graph.edges[a, b]["angles"]
            for ridge in self.complex.boundary(self.dimension - 1)[facet.id].tolist():
                table[ridge] = (self.dihedral_angle(a, ridge), self.dihedral_angle(b, ridge))

    def to_json(self) -> dict[str, Any]:
        """The partition as `exactgeom/partition-1`: every number exact, infinite measures null.

        >>> import exactgeom as eg
        >>> eg.partition(eg.Arrangement([], dim=1), eg.box(0, "1/2", dim=1)).to_json()["total_volume"]
        '1/2'
        """
        from exactgeom.partition.document import partition_document

        return partition_document(self)

    def certificate(self) -> dict[str, Any]:
        """The partition as a `complex` certificate, which `eg.verify` proves from the model alone.

        Errors: CertificateError for a model the checker does not know, or an unbounded domain.

        >>> import exactgeom as eg
        >>> from exactgeom.certificates import verify
        >>> P = eg.partition(eg.Network([eg.Abs()], input_dim=2), eg.box(-1, 2, dim=2))
        >>> verify(P.certificate())
        True
        """
        from exactgeom.partition.certificate import partition_certificate

        return partition_certificate(self)

    def validate(self) -> Validation:
        """Prove the identities every partition must satisfy (see `Validation`)."""
        return validate(self.complex, domain=self.domain, labels=self.cell_signs)


def restore(
    state: Any, model: Any, domain: Polytope | None, cell_signs: Sequence[str], notes: Sequence[str]
) -> Partition:
    """Rebuild a partition from what `Partition.__reduce__` keeps (measures are computed anew)."""
    return Partition(revive(state), model=model, domain=domain, cell_signs=cell_signs, notes=notes)
