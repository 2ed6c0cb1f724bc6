"""Two more checks for the readers of small documents, beside those of `exactgeom.exact.documents`."""

from __future__ import annotations

from typing import Any

from exactgeom.exact import InvalidInput
from exactgeom.exact.documents import Document, array, fields, kind_of

__all__ = ["entry", "notes_of"]


def entry(value: Any, place: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Document:
    """Return an object with the required fields and no unknown ones.

    >>> entry(3, "terms[0]", ("hinges",))
    Traceback (most recent call last):
    exactgeom.exact.errors.InvalidInput: terms[0]: expected an object, got an integer
    """
    if not isinstance(value, dict):
        raise InvalidInput(f"expected an object, got {kind_of(value)}", place=place)
    fields(value, place, required, optional)
    return value


def notes_of(document: Document) -> list[str]:
    """Return the document's notes, an array of strings (none: empty).

    >>> notes_of({"notes": ["softmax dropped"]})
    ['softmax dropped']
    """
    notes = array(document.get("notes", []), "notes")
    for i, note in enumerate(notes):
        if not isinstance(note, str):
            raise InvalidInput(f"expected a string, got {kind_of(note)}", place=f"notes[{i}]")
    return list(notes)
