"""What another API's request asks for beside what is heeded, and how a problem is told."""

from typing import ClassVar

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from studiolo_contract.errors import StudioloError
from studiolo_daemon.doors.foreign import Foreign, Harmless, Refused, told


class Wish(Foreign):
    HARMLESS: ClassVar[Harmless] = {"user": None, "quality": ("standard",)}

    prompt: str | list[int]
    parts: list[Foreign] = Field([])


@pytest.mark.parametrize(
    "rest", [{}, {"user": "me"}, {"quality": "standard"}, {"tools": []}, {"tools": None}, {"x": 0}]
)
def test_what_asks_for_nothing_is_passed_over(rest):
    Wish(prompt="a", **rest).refuse_the_rest()


@pytest.mark.parametrize("rest", [{"quality": "hd"}, {"tools": [1]}, {"x": "y"}])
def test_what_asks_for_something_is_refused(rest):
    with pytest.raises(Refused) as caught:
        Wish(prompt="a", **rest).refuse_the_rest()
    assert told(caught.value)[1:] == (next(iter(rest)), 400)


@pytest.mark.parametrize(
    ("given", "field"), [({"prompt": 5}, "prompt"), ({}, "prompt"), ({"prompt": "a", "parts": [{}, 5]}, "parts.1")]
)
def test_a_value_that_does_not_fit_is_told_by_the_name_of_its_field(given, field):
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate(given)
    errors = [error | {"loc": ("body", *error["loc"])} for error in caught.value.errors()]
    problem, where, status = told(RequestValidationError(errors))
    assert (where, status) == (field, 400)
    assert problem.message.startswith(f"'{field}' does not fit: ")


@pytest.mark.parametrize(
    ("code", "status"),
    [("busy", 429), ("unknown_model", 404), ("out_of_memory", 503), ("bad_picture", 400), ("bad_model", 500)],
)
def test_a_problem_has_a_status(code, status):
    assert told(StudioloError(code, "a", "b"))[2] == status
