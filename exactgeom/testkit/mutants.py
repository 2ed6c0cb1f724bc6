"""The zoo: candidates that are wrong on purpose, the loopback with one realistic bug each.

The kit must catch every one, and say what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exactgeom.testkit.mutants_base import Mutant
from exactgeom.testkit.mutants_cells import CELLS
from exactgeom.testkit.mutants_chains import CHAINS
from exactgeom.testkit.mutants_faces import FACES
from exactgeom.testkit.mutants_forms import FORMS
from exactgeom.testkit.mutants_graphs import GRAPHS

__all__ = ["MUTANTS", "Mutant"]

MUTANTS: Final[Mapping[str, Mutant]] = {
    mutant.name: mutant for mutant in (*CELLS, *FACES, *CHAINS, *GRAPHS, *FORMS)
}
"""Name to mutant.

>>> MUTANTS["missing-idleness"].capability, MUTANTS["missing-idleness"].bug
('ollivier_ricci', 'the idleness is ignored: every measure leaves its node')
"""
