"""so ty no longer knows which result belongs to which argument"""

from collections.abc import Callable
from typing import overload

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def register(func: Callable[P, R]) -> Callable[P, R]: ...


@overload
def double(value: int) -> int: ...
@overload
def double(value: str) -> str: ...
def double(value: int | str) -> int | str: ...


registered = register(double)
number: int = registered(1)  # reported by: ty
text: str = registered("a")  # reported by: ty
