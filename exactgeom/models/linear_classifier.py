"""Linear classifiers: one hyperplane, one score per class, or one hyperplane per pair of classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from exactgeom.exact import InvalidInput, exact_json, exact_matrix, exact_vector, fraction_str
from exactgeom.exact.documents import array, fields, size
from exactgeom.models.labels import Label, label_tuple
from exactgeom.models.lowered_model import LoweredModel, affine, literals
from exactgeom.models.program import Affine, Largest, Operation, Pieces, Program, Steps, StepUnit, Unit
from exactgeom.models.reading import notes_of

__all__ = ["SCHEMA", "LinearClassifier"]

SCHEMA = "exactgeom/linear-classifier-1"
RULES = ("argmax", "votes", "votes, then confidence")
_ZERO, _ONE = Fraction(0), Fraction(1)
_MARK = Unit((_ZERO,), ((_ONE, _ZERO), (_ONE, _ZERO)))  # z, cut at 0
_VOTE = StepUnit((_ZERO,), (_ZERO, _ONE), (_ZERO,))  # 1 where z > 0
_SIGN = StepUnit((_ZERO,), (-_ONE, _ONE), (_ZERO,))

Pair = tuple[int, int]


class LinearClassifier(LoweredModel):
    """Immutable classifier whose decisions are the exact affine functions ``weight x + bias``.

    `rule` says how decisions make a class; `classes` name the classes (default 0, 1, ...).

    * ``argmax``: one row per class, the class of the largest decision, ties to the smallest index; a single
      row is a binary classifier: class 1 where the decision is > 0. Outputs: the decisions.
    * ``votes``: one row per pair of `pairs` (default: all i < j, in order); a decision > 0 votes for the
      first of its pair, one <= 0 for the second; most votes win, ties to the smallest index. Outputs: the
      votes, so the class is their arg-max.
    * ``votes, then confidence``: a tie goes to the class with the largest sum of signed decisions, then to
      the smallest index. Outputs: integers in the same order, votes first, so the class is their arg-max.

    Exact: every number goes through the number door. Signs: of the decisions for a single row and for votes
    (then, for confidence, of the differences of confidences, pairs i < j in order); for several rows and
    argmax one per class, ``0`` where it attains the maximum, else ``-``. `notes` do not count in comparisons.
    Raises ``InvalidInput`` naming the place.

    >>> ovo = LinearClassifier([[1, 0], [0, 1], [-1, 1]], [0, 0, 0], rule="votes", classes="abc")
    >>> ovo([2, 1]), ovo.signs([2, 1]), ovo.predict([2, 1])
    ((Fraction(2, 1), Fraction(0, 1), Fraction(1, 1)), '++-', 'a')
    """

    weight: tuple[tuple[Fraction, ...], ...]
    bias: tuple[Fraction, ...]
    classes: tuple[Label, ...]
    rule: str
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]

    _fields = ("weight", "bias", "classes", "rule", "pairs")
    _schema = SCHEMA

    def __init__(
        self,
        weight: Iterable[Iterable[Any]],
        bias: Iterable[Any],
        classes: Iterable[Any] | None = None,
        rule: str = "argmax",
        pairs: Iterable[Iterable[int]] | None = None,
        notes: Iterable[str] = (),
    ) -> None:
        rows, offsets = exact_matrix(weight, "weight"), exact_vector(bias, "bias")
        if not rows or not rows[0]:
            raise InvalidInput("expected at least one row of at least one entry", place="weight")
        if len(offsets) != len(rows):
            raise InvalidInput(f"expected {len(rows)} entries, one per row, got {len(offsets)}", place="bias")
        if rule not in RULES:
            raise InvalidInput(f"expected one of {', '.join(map(repr, RULES))}, got {rule!r}", place="rule")
        if rule == "argmax":
            count, chosen = max(len(rows), 2), _no_pairs(pairs)
        else:
            count, chosen = _pairs(pairs, len(rows))
        names = label_tuple(range(count) if classes is None else list(classes), count, "classes")
        self._freeze(weight=rows, bias=offsets, classes=names, rule=rule, pairs=chosen, notes=tuple(notes))

    @cached_property
    def program(self) -> Program:
        """Block 1 holds the decisions; the output is what the class is the arg-max (or the sign) of."""
        decisions = affine(0, self.weight, self.bias)
        operations: tuple[Operation, ...]
        if self.rule != "argmax":
            operations = tuple(self._voting(decisions))
            return Program(len(self.weight[0]), operations, len(operations))
        if len(self.weight) == 1:
            operations = (decisions, Pieces(1, (_MARK,)))
        else:
            operations = (decisions, Largest(1, (tuple(range(len(self.weight))),)))
        return Program(len(self.weight[0]), operations, 1)

    def _voting(self, decisions: Affine) -> list[Operation]:
        """Decisions, a step per pair, votes; for confidence also the order of the sums of decisions."""
        count, pairs = len(self.classes), self.pairs
        # class c gets e from a pair it comes first in, 1 - e from one it comes second in
        votes = [[(c == i) - (c == j) for i, j in pairs] for c in range(count)]
        given = [sum(c == j for _, j in pairs) for c in range(count)]
        steps = Steps(1, (_VOTE,) * len(pairs))
        if self.rule == "votes":
            return [decisions, steps, Affine((2,), tuple(map(tuple, votes)), tuple(given))]
        duels = list(combinations(range(count), 2))
        gaps = tuple(tuple(a - b for a, b in zip(votes[i], votes[j], strict=True)) for i, j in duels)
        order = [[(c == i) - (c == j) for i, j in duels] for c in range(count)]
        lead = 2 * count  # the order below stays between -(count - 1) and count - 1
        return [
            decisions,
            steps,
            Affine((1,), gaps, (0,) * len(duels)),
            Steps(3, (_SIGN,) * len(duels)),
            Affine(
                (2, 4),
                tuple((*(lead * v for v in vote), *ranks) for vote, ranks in zip(votes, order, strict=True)),
                tuple(lead * g for g in given),
            ),
        ]

    def decisions(self, x: Iterable[Any]) -> tuple[Fraction, ...]:
        """Return ``weight x + bias`` exactly, a number per row."""
        return Program(self.input_dim, self.program.operations[:1], 1)(x)

    def class_index(self, x: Iterable[Any]) -> int:
        """Return the index of the class of a point."""
        outputs = self(x)
        return int(outputs[0] > 0) if len(outputs) == 1 else outputs.index(max(outputs))

    def predict(self, x: Iterable[Any]) -> Label:
        """Return the class of a point.

        >>> LinearClassifier([[1]], [0], classes=["no", "yes"]).predict([0])
        'no'
        """
        return self.classes[self.class_index(x)]

    def unit_names(self) -> tuple[str, ...]:
        """Return one name per character of a sign string.

        >>> LinearClassifier([[1]] * 3, [0] * 3, rule="votes").unit_names()
        ('class 0 against class 1', 'class 0 against class 2', 'class 1 against class 2')
        """
        if self.rule == "argmax":
            rows = range(len(self.weight))
            return tuple(f"class {i}" for i in rows) if len(rows) > 1 else ("class 1 against class 0",)
        names = [f"class {i} against class {j}" for i, j in self.pairs]
        if self.rule != "votes":
            duels = combinations(range(len(self.classes)), 2)
            names += [f"confidence of class {i} minus class {j}" for i, j in duels]
        return tuple(names)

    def to_json(self) -> dict[str, Any]:
        """Return the ``exactgeom/linear-classifier-1`` document (exact: numbers are ``"p/q"`` or ``"p"``).

        >>> LinearClassifier([[1, "1/2"]], [3]).to_json()["bias"]
        ['3']
        """
        document: dict[str, Any] = {"schema": SCHEMA, "input_dim": self.input_dim, "rule": self.rule}
        if self.notes:
            document["notes"] = list(self.notes)
        document["classes"] = list(self.classes)
        if self.pairs:
            document["pairs"] = [list(pair) for pair in self.pairs]
        document["weight"] = [[fraction_str(c) for c in row] for row in self.weight]
        document["bias"] = [fraction_str(c) for c in self.bias]
        return document

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> LinearClassifier:
        required = ("schema", "input_dim", "weight", "bias")
        fields(document, "", required=required, optional=("rule", "classes", "pairs", "notes"))
        dim, count = size(document["input_dim"], "input_dim"), len(array(document["bias"], "bias"))
        per = "one per input"
        rows = [
            [exact_json(c, f"weight[{i}][{j}]") for j, c in enumerate(array(row, f"weight[{i}]", dim, per))]
            for i, row in enumerate(array(document["weight"], "weight", count, "one per entry of the bias"))
        ]
        bias = [exact_json(c, f"bias[{i}]") for i, c in enumerate(document["bias"])]
        classes = array(document["classes"], "classes") if "classes" in document else None
        pairs = array(document["pairs"], "pairs") if "pairs" in document else None
        return cls(rows, bias, classes, document.get("rule", "argmax"), pairs, notes_of(document))

    def __repr__(self) -> str:
        parts = [f"[{', '.join(map(literals, self.weight))}]", literals(self.bias)]
        if self.classes != tuple(range(len(self.classes))) or any(type(c) is not int for c in self.classes):
            parts.append(f"classes={list(self.classes)!r}")
        if self.rule != "argmax":
            parts.append(f"rule={self.rule!r}")
            if self.pairs != tuple(combinations(range(len(self.classes)), 2)):
                parts.append(f"pairs={list(self.pairs)!r}")
        if self.notes:
            parts.append(f"notes={list(self.notes)!r}")
        return f"LinearClassifier({', '.join(parts)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return LinearClassifier, (*self._values(), self.notes)


def _no_pairs(pairs: Iterable[Iterable[int]] | None) -> tuple[Pair, ...]:
    if pairs is not None and list(pairs):
        raise InvalidInput("pairs belong to the rules with votes", place="pairs")
    return ()


def _pairs(pairs: Iterable[Iterable[int]] | None, rows: int) -> tuple[int, tuple[Pair, ...]]:
    """Return the number of classes k and the pairs: every two of the k classes once, in any orientation."""
    count = next((k for k in range(2, rows + 2) if k * (k - 1) // 2 >= rows), 2)
    if count * (count - 1) // 2 != rows:
        raise InvalidInput(
            f"expected k (k - 1) / 2 rows, one per pair of classes, got {rows}", place="weight"
        )
    every = list(combinations(range(count), 2))
    if pairs is None:
        return count, tuple(every)
    chosen = [tuple(pair) if isinstance(pair, list | tuple) else () for pair in pairs]
    whole = all(len(pair) == 2 and all(type(i) is int for i in pair) for pair in chosen)
    if not whole or sorted((min(p), max(p)) for p in chosen) != every:
        raise InvalidInput(f"expected every two of the {count} classes once, as [i, j]", place="pairs")
    return count, tuple((pair[0], pair[1]) for pair in chosen)
