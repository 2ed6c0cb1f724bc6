"""Counting faces of arrangements without slicing, checked against slicing; and who breaks genericity."""

from __future__ import annotations

import exactgeom as eg


def factors(polynomial: tuple[int, ...]) -> str:
    """Integer roots of the characteristic polynomial, which all the families below but the last two have."""
    dim, roots, rest = len(polynomial) - 1, [], list(polynomial)
    for t in range(2 * dim + 1):
        while len(rest) > 1 and sum(c * t**k for k, c in enumerate(rest)) == 0:
            quotient = [rest[-1]]  # synthetic division by (x - t), leading coefficient first
            for c in rest[-2:0:-1]:
                quotient.append(c + t * quotient[-1])
            rest, roots = quotient[::-1], [*roots, t]
    return "".join(f"(t-{r})" if r else "t" for r in roots) + ("" if rest == [1] else f" * {rest}")


def main() -> None:
    for name in ("boolean", "braid", "shi", "catalan", "linial", "resonance"):
        arrangement = getattr(eg.Arrangement, name)(4)
        print(
            f"{name:9} {len(arrangement.hyperplanes):2} hyperplanes, chi = "
            f"{factors(arrangement.characteristic_polynomial)}, faces {arrangement.f_vector}"
        )
    shi = eg.Arrangement.shi(3)
    sliced = eg.partition(shi, None)
    if sliced.f_vector != shi.f_vector:
        raise SystemExit(f"counted {shi.f_vector}, sliced {sliced.f_vector}")
    print(f"Shi arrangement in dimension 3: counted and sliced into the same faces {sliced.f_vector}")

    planes = [([1, 0, 0], 0), ([0, 1, 0], 0), ([1, 1, 0], 1), ([0, 0, 1], 0), ([0, 0, 2], 3), ([1, 1, 1], 0)]
    report = eg.Arrangement(planes).genericity()
    print(f"generic: {report.is_generic}, simple: {report.is_simple}")
    for circuit in report.witnesses:
        print(f"  {circuit.kind}: hyperplanes {circuit.hyperplanes}, relation {circuit.coefficients}")


if __name__ == "__main__":
    main()
