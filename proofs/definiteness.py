"""Which inner products on chains are positive definite? A survey over named families, every answer exact.

    python proofs/definiteness.py [FOLDER] [--full]

prints a page of tables, and writes it as FOLDER/DEFINITENESS.md with FOLDER/definiteness.certificates.json, a
certificate for every failure shown, all accepted by the independent checker. `docs` holds those of the full
run (about two minutes); without --full a part of every family is enough.

A star is a principal submatrix of the assembled Gram matrix, so it needs a look of its own only where the
assembled matrix is not positive definite.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement
from pathlib import Path
from typing import Any

import exactgeom as eg
from exactgeom.testkit.families import FAMILIES, Case

CONVENTIONS = ("area-vector", "embedded", "face-weighted", "ridge-weighted")
OVERLAPS = ("overlap", "signed-overlap")
VERDICTS = ("definite", "degenerate", "indefinite")
WHERE = ("dual complex", "nerve")


@dataclass
class Failure:
    """One Gram matrix that is not positive definite, and how large its model is (smaller is better)."""

    size: tuple[int, ...]
    text: str
    degree: int
    inertia: Any
    complex: Any

    def certificates(self, convention: str) -> list[dict[str, Any]]:
        """Proofs of the failure, on the rational core where the entries are fourth roots (same inertia).

        Indefinite: two vectors. Degenerate: semidefinite, and (rational entries) a rank below full.
        """
        found = self.inertia
        if convention in {"embedded", "face-weighted"}:
            found = eg.nerve.inertia(self.complex.gram_core(self.degree, convention)[0])
        note = {"note": f"{convention}, degree {self.degree}: {self.text}"}
        documents = [found.certificate() | note]
        if not found.negative and found.matrix.is_rational:
            claim = {"matrix": documents[0]["claim"]["matrix"], "rank": found.positive}
            kernel = [[str(value) for value in vector] for vector in found.kernel]
            documents.append(documents[0] | {"kind": "rank", "claim": claim, "evidence": {"kernel": kernel}})
        return documents


@dataclass
class Row:
    """The counts of one family per (where, degree, convention), and its smallest failures."""

    name: str
    about: str
    models: int = 0
    counts: dict[tuple[str, int, str], Counter[str]] = field(default_factory=dict)
    failures: dict[tuple[str, str, str], Failure] = field(default_factory=dict)
    unequal: int = 0

    def add(
        self, where: str, convention: str, failure: Failure, kernel: int, stars: Callable[[], Any]
    ) -> None:
        """Count one Gram matrix whose expected kernel (simplices without a norm) has dimension `kernel`."""
        found = failure.inertia
        verdict = "indefinite" if found.negative else "degenerate" if found.zero > kernel else "definite"
        count = self.counts.setdefault((where, failure.degree, convention), Counter())
        count[verdict] += 1
        if verdict == "definite":
            return
        count["star"] += not stars().stars_are_semidefinite
        key = (where, convention, verdict)
        if key not in self.failures or failure.size < self.failures[key].size:
            self.failures[key] = failure


def measure(row: Row, case: Case) -> None:
    """Put one model into the row: both complexes, every degree, every convention."""
    P = case.partition
    size = (len(P.cells), sum(P.f_vector), len(str(case)))
    row.models += 1
    for where, K in zip(WHERE, (P.dual_complex(), P.nerve(max_dim=2)), strict=True):
        for p in range(1, min(K.dimension, P.dimension - 1) + 1):
            kernel = sum(degree == p for degree, _ in K.non_proper)
            found = {c: K.inertia(p, c) for c in CONVENTIONS}
            row.unequal += found["area-vector"].signature != found["embedded"].signature
            for c, value in found.items():
                failure = Failure(size, str(case), p, value, K)
                row.add(where, c, failure, kernel, lambda: eg.nerve.check_compatibility(K, p, c))  # noqa: B023


def covers() -> Iterator[tuple[str, list[set[int]]]]:
    """All covers by up to 4 nonempty sets of up to 3 points and up to 6 equal sets of 1 point, and others."""
    for points in (1, 2, 3):
        sets = [set(s) for k in range(1, points + 1) for s in combinations(range(points), k)]
        for count in range(2, 7 if points == 1 else 6 if points == 2 else 5):
            for chosen in combinations_with_replacement(sets, count):
                if set().union(*chosen) == set(range(points)):
                    yield str([sorted(s) for s in chosen]), [set(s) for s in chosen]


def survey_covers() -> Row:
    """The `overlap` conventions on covers with unit masses, every degree."""
    row = Row("covers", "all covers of at most 3 points by at most 4 sets (2 points: 5, 1 point: 6 sets)")
    for text, sets in covers():
        K = eg.nerve_of_cover(sets, max_dim=3)
        row.models += 1
        for p in range(1, min(K.dimension, 2) + 1):
            for c in OVERLAPS:
                value = K.inertia(p, c)
                failure = Failure((len(sets), len(set().union(*sets)), len(text)), text, p, value, K)
                row.add("nerve of a cover", c, failure, 0, lambda: eg.nerve.check_compatibility(K, p, c))  # noqa: B023
    return row


def survey(full: bool = True) -> list[Row]:
    """One row per family."""
    rows = []
    for family in FAMILIES.values():
        row = Row(family.name, family.about)
        for case in family.cases(full):
            measure(row, case)
        rows.append(row)
    return [*rows, survey_covers()]


def tally(count: Counter[str]) -> str:
    """`56 / 0 / 4` for 56 definite, none degenerate, 4 indefinite; `all 60` when all are definite."""
    total = sum(count[v] for v in VERDICTS)
    text = f"all {total}" if count["definite"] == total else " / ".join(str(count[v]) for v in VERDICTS)
    return text + (f" ({count['star']} in a star)" if count["star"] else "")


def table(rows: list[Row], where: str, conventions: tuple[str, ...]) -> list[str]:
    """The table of one kind of complex, a line per family and degree."""
    lines = [
        f"| family | models | degree | {' | '.join(conventions)} |",
        "| --- | ---: | ---: |" + " --- |" * len(conventions),
    ]
    for row in rows:
        for degree in sorted({p for w, p, _ in row.counts if w == where}):
            cells = [tally(row.counts[where, degree, c]) for c in conventions]
            lines.append(f"| {row.name} | {row.models} | {degree} | {' | '.join(cells)} |")
    return lines


def smallest(rows: list[Row]) -> dict[tuple[str, str, str], Failure]:
    """The smallest failure per (where, convention, verdict): fewest cells, then faces, then shortest text.

    Without the nerve: its smallest failures are the same models.
    """
    best: dict[tuple[str, str, str], Failure] = {}
    for row in rows:
        for key, failure in row.failures.items():
            if key[0] != WHERE[1] and (key not in best or failure.size < best[key].size):
                best[key] = failure
    return best


def describe(key: tuple[str, str, str], failure: Failure) -> list[str]:
    """A failure with its matrix and its witness."""
    where, convention, verdict = key
    found = failure.inertia
    lines = [
        f"### `{convention}`, {where}: {verdict}",
        "",
        f"`{failure.text}`, degree {failure.degree}: {found}.",
        "",
    ]
    lines += ["```text", *str(found.matrix).splitlines(), "```", ""]
    if verdict == "indefinite":
        x = ", ".join(map(str, found.negative_vector))
        lines += [f"x = ({x}) has xᵀGx = {found.negative_value} ≈ {float(found.negative_value):.6g}.", ""]
    return lines


def certificates(rows: list[Row]) -> dict[str, Any]:
    """A bundle of proofs of the failures shown. Errors: CertificateError when the checker refuses one."""
    found = smallest(rows).items()
    proofs = [proof for (_, name, _), failure in found for proof in failure.certificates(name)]
    if not eg.verify(proofs):
        raise eg.CertificateError("the checker refuses a failure of this page")
    return {"schema": "exactgeom/certificate-1", "certificates": proofs}


def page(rows: list[Row]) -> str:
    """The page DEFINITENESS.md."""
    text = (Path(__file__).with_name("definiteness.md")).read_text(encoding="utf-8")
    different = sum(row.unequal for row in rows)
    tables = {
        "UNEQUAL": [f"(Gram matrices where they differ: {different}.)"],
        "DUAL": table(rows[:-1], WHERE[0], CONVENTIONS),
        "NERVE": table(rows[:-1], WHERE[1], CONVENTIONS),
        "COVERS": table(rows[-1:], "nerve of a cover", OVERLAPS),
        "FAMILIES": [f"* **{row.name}** ({row.models}): {row.about}." for row in rows],
        "SMALLEST": [line for key, failure in smallest(rows).items() for line in describe(key, failure)],
    }
    for name, lines in tables.items():
        text = text.replace("{" + name + "}", "\n".join(lines).rstrip())
    return text


def main(words: list[str]) -> int:
    """Run the survey; 0 unless area-vector and embedded ever differ in inertia."""
    rows = survey(full="--full" in words)
    written, proofs = page(rows), certificates(rows)
    print(written)
    for folder in (Path(word) for word in words if not word.startswith("-")):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "DEFINITENESS.md").write_text(written, encoding="utf-8")
        (folder / "definiteness.certificates.json").write_text(json.dumps(proofs) + "\n", encoding="utf-8")
    return int(any(row.unequal for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
