"""What `unresolved_import_fixed` imports."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def notify(user: str) -> None: ...


def traced(function: Callable[P, R]) -> Callable[P, R]:
    return function
