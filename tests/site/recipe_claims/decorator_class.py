"""no call of the method is checked."""

from collections.abc import Callable
from typing import Any, Generic

from typing_extensions import TypeVar

R_co = TypeVar("R_co", covariant=True)


class Counted(Generic[R_co]):
    def __init__(self, method: Callable[..., R_co], /) -> None: ...

    def __get__(self, instance: Any, owner: type, /) -> Callable[..., R_co]: ...


class Mailer:
    @Counted
    def send(self, to: str) -> int: ...


Mailer().send(1)  # reported by: none
