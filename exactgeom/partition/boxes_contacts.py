"""Which boxes touch: all pairs of two families of integer boxes that overlap, by divide and conquer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from exactgeom.partition.boxes_refine import IntArray

__all__ = ["contacts", "overlaps"]

Pairs = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
_SMALL = 1 << 16
"""So many pairs are compared one by one."""


def contacts(low: IntArray, high: IntArray, axis: int) -> Pairs:
    """Pairs (i, j) where box i ends along the axis where box j begins, and they overlap otherwise.

    Overlap means a common interior in the other coordinates. Exact (integers).

    >>> low, high = np.array([[0, 0], [1, 0], [1, 2]], np.int32), np.array([[1, 3], [4, 2], [4, 3]], np.int32)
    >>> [part.tolist() for part in contacts(low, high, 0)]
    [[0, 0], [1, 2]]
    """
    below, above = np.unique(high[:, axis]), np.unique(low[:, axis])
    walls = np.intersect1d(below, above)
    ending = np.flatnonzero(np.isin(high[:, axis], walls))
    starting = np.flatnonzero(np.isin(low[:, axis], walls))
    a_low, a_high = low[ending], high[ending]
    b_low, b_high = low[starting], high[starting]
    a_low[:, axis], a_high[:, axis] = high[ending, axis], high[ending, axis] + 1
    b_high[:, axis] = b_low[:, axis] + 1
    i, j = overlaps(a_low, a_high, b_low, b_high, first=axis)
    return ending[i], starting[j]


def overlaps(a_low: IntArray, a_high: IntArray, b_low: IntArray, b_high: IntArray, first: int = 0) -> Pairs:
    """Pairs (i, j) such that the interiors of a[i] and b[j] meet; column `first` is compared first.

    Method: the families are halved at a coordinate as long as that leaves fewer pairs to compare; a pair
    is reported in the half that holds the low corner of its intersection, so once.
    """
    found: list[Pairs] = []
    d = a_low.shape[1]
    region = (np.full(d, np.iinfo(np.int32).min), np.full(d, np.iinfo(np.int32).max))
    stack = [(np.arange(len(a_low)), np.arange(len(b_low)), region)]
    while stack:
        a, b, (start, stop) = stack.pop()
        if not len(a) or not len(b):
            continue
        cut = _best_cut(a_low[a], a_high[a], b_low[b], b_high[b], first) if len(a) * len(b) > _SMALL else None
        if cut is None:
            found.append(_compare(a, b, (a_low, a_high, b_low, b_high), (start, stop), first))
            continue
        f, c = cut
        before, after = stop.copy(), start.copy()
        before[f], after[f] = c, c
        stack.append((a[a_high[a, f] > c], b[b_high[b, f] > c], (after, stop)))
        stack.append((a[a_low[a, f] < c], b[b_low[b, f] < c], (start, before)))
    none = np.zeros(0, dtype=np.int64)
    i, j = (np.concatenate([none, *part]) for part in zip(*found, strict=True)) if found else (none, none)
    return i, j


def _best_cut(
    a_low: IntArray, a_high: IntArray, b_low: IntArray, b_high: IntArray, first: int
) -> tuple[int, int] | None:
    """The axis and rank that leave the fewest pairs; None when no cut helps."""
    best, choice = 0.8 * len(a_low) * len(b_low), None
    ends = np.concatenate((a_low, a_high, b_low, b_high))
    if len(ends) > 4096:  # a sample finds a median as good
        ends = ends[:: len(ends) // 2048]
    middle = np.partition(ends, len(ends) // 2, axis=0)[len(ends) // 2]
    order = [first, *(f for f in range(len(middle)) if f != first)]
    for f in order:
        c = int(middle[f])
        left = int((a_low[:, f] < c).sum()) * int((b_low[:, f] < c).sum())
        right = int((a_high[:, f] > c).sum()) * int((b_high[:, f] > c).sum())
        if left + right < best:
            best, choice = left + right, (f, c)
            if f == first:  # walls differ: no box lies across
                break
    return choice


def _compare(
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    boxes: tuple[IntArray, IntArray, IntArray, IntArray],
    region: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    first: int,
) -> Pairs:
    """All pairs one by one, a coordinate at a time; those whose low corner lies in the region."""
    step = max(1, (1 << 22) // len(b))
    parts = [_compare_block(a[k : k + step], b, boxes, region, first) for k in range(0, len(a), step)]
    return np.concatenate([i for i, _ in parts]), np.concatenate([j for _, j in parts])


def _compare_block(
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    boxes: tuple[IntArray, IntArray, IntArray, IntArray],
    region: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    first: int,
) -> Pairs:
    a_low, a_high, b_low, b_high = boxes
    start, stop = region
    meets = (a_low[a, first, None] < b_high[b, first]) & (b_low[b, first] < a_high[a, first, None])
    rows, columns = np.nonzero(meets)
    i, j = a[rows], b[columns]
    for f in range(a_low.shape[1]):
        keep = np.ones(len(i), dtype=bool)
        if f != first:
            keep = (a_low[i, f] < b_high[j, f]) & (b_low[j, f] < a_high[i, f])
        if start[f] > np.iinfo(np.int32).min or stop[f] < np.iinfo(np.int32).max:
            corner = np.maximum(a_low[i, f], b_low[j, f])
            keep &= (corner >= start[f]) & (corner < stop[f])
        if not keep.all():
            i, j = i[keep], j[keep]
    return i, j
