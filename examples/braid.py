"""The braid arrangement x_i = x_j cuts the unit cube into n! simplices of volume 1/n!, one per ordering."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import factorial

import exactgeom as eg


def braid(n: int) -> eg.Arrangement:
    """All hyperplanes x_i - x_j = 0 in dimension n."""
    pairs = combinations(range(n), 2)
    return eg.Arrangement([([(k == i) - (k == j) for k in range(n)], 0) for i, j in pairs], dim=n)


def main() -> None:
    for n in range(2, 6):
        partition = eg.partition(braid(n), eg.box(0, 1, dim=n))
        count, volumes = len(partition.cells), {cell.volume for cell in partition.cells}
        if volumes != {Fraction(1, factorial(n))} or count != factorial(n):
            raise SystemExit(f"n = {n}: {count} cells of volumes {volumes}")
        print(f"n = {n}: {count} cells of volume 1/{factorial(n)} each; faces {partition.f_vector}")


if __name__ == "__main__":
    main()
