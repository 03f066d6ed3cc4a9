"""PEP 747: a type as an argument, with `TypeForm`.

Subject: cookbook
"""

from collections.abc import Callable
from typing import TypeVar, cast

from typing_extensions import ParamSpec, TypeForm

P = ParamSpec("P")
T = TypeVar("T")


def validate(form: TypeForm[T], data: object) -> T:
    """Return the data if it has this type."""
    return cast("T", data)


def later(func: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function and return its result."""
    return func(*args, **kwargs)


def right() -> None:
    """Calls that fit."""
    number: int | None = validate(int | None, "1")  # ok
    later(validate, int, "1")  # ok
    later(validate, int | None, "1")  # ok
    print(number)


def wrong() -> None:
    """Calls that do not."""
    validate(5, "1")  # E: type-form
    text: str = validate(int | None, "1")  # E: assignment
    later(validate, 5, "1")  # E: type-form
    later(validate, int | None)  # E: missing-argument
    print(text)
