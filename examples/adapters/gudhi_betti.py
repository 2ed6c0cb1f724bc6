"""GUDHI: Betti numbers by persistent cohomology over a prime field (11 unless told otherwise)."""

import numpy as np

NAME = "GUDHI"
FIELD = 11


def _version():
    import gudhi

    return gudhi.__version__


VERSION = _version()


def betti(simplices):
    import gudhi

    tree = gudhi.SimplexTree()
    for table in simplices:
        for row in table.tolist():
            tree.insert(row)
    tree.compute_persistence(homology_coeff_field=FIELD, persistence_dim_max=True)
    return np.array(tree.betti_numbers())
