"""Errors say where and what, and survive pickling."""

from __future__ import annotations

import pickle

import pytest

from exactgeom.exact import errors


@pytest.mark.parametrize(
    ("error", "attributes"),
    [
        (errors.InvalidInput("bad", "here"), {"message": "bad", "place": "here"}),
        (errors.InvalidInput("bad"), {"place": None}),
        (errors.BudgetExceeded("late", partial=[1, 2]), {"partial": [1, 2]}),
        (errors.NonSmoothError("wall", units=((0, 1),)), {"units": ((0, 1),)}),
        (errors.UndecidedError("open"), {}),
        (errors.UnboundedError("far"), {}),
        (errors.CertificateError("no"), {}),
        (errors.UndefinedAngle("zero"), {}),
    ],
)
def test_errors_pickle_with_their_attributes(error, attributes):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert isinstance(copy, errors.ExactGeomError)
    for name, value in attributes.items():
        assert getattr(copy, name) == getattr(error, name) == value


def test_invalid_input_is_a_value_error_with_its_place():
    assert isinstance(errors.InvalidInput("x"), ValueError)
    assert str(errors.InvalidInput("bad", "here")) == "here: bad"
    assert str(errors.InvalidInput("bad")) == "bad"
