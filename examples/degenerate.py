"""Where floats go wrong: units that coincide, or meet in one point, in decimals no float holds."""

from __future__ import annotations

import exactgeom as eg


def arrangement(number: type) -> eg.Arrangement:
    """Four lines through (0.1, 0.3), one of them twice at another scale; `number` reads the decimals."""
    lines = [
        (["1", "0"], "0.1"),
        (["0", "1"], "0.3"),
        (["1", "1"], "0.4"),
        (["3", "-1"], "0"),
        (["0.3", "0.3"], "0.12"),
    ]
    return eg.Arrangement([([number(a) for a in normal], number(offset)) for normal, offset in lines])


def main() -> None:
    square = eg.box(-1, 1, dim=2)
    meant, stored = eg.partition(arrangement(str), square), eg.partition(arrangement(float), square)
    print(f"as written : vertices, edges, cells {meant.f_vector}")
    print(f"as floats  : vertices, edges, cells {stored.f_vector}")
    thin = min(cell.volume for cell in stored.cells)
    print(f"the thinnest cell of the float model has area {float(thin):.3g}, exactly {thin}")
    print("Both answers are exact: the first for the decimals, the second for the doubles nearest to them.")


if __name__ == "__main__":
    main()
