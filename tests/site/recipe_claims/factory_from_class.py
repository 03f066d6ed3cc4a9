"""checked by all six, and no ParamSpec is needed."""

from collections.abc import Callable
from typing import Any

from typing_extensions import TypeVar

T = TypeVar("T")


class Mailer:
    def __init__(self, host: str, *, port: int = 25) -> None: ...


def make(kind: Callable[[], T], /) -> T: ...


def make_any(kind: type[T], /, *args: Any) -> T: ...


make(lambda: Mailer("localhost", port=25))  # reported by: none
make(lambda: Mailer("localhost", prot=25))  # reported by: all
make(lambda: Mailer(1))  # reported by: all
text: str = make(lambda: Mailer("localhost"))  # reported by: all
make_any(Mailer, 1)  # reported by: none
