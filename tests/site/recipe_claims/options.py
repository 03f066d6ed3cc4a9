"""this works in all six checkers, but every call needs one."""

from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import ParamSpec

P = ParamSpec("P")


@dataclass
class Options:
    delay: float = 0


def push(
    options: Options, func: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs
) -> None: ...


def download(url: str, *, retries: int = 3) -> None: ...


push(Options(delay=5), download, "a", retries=1)  # reported by: none
push(Options(dealy=5), download, "a")  # reported by: all
push(Options(delay=5), download, 1)  # reported by: all
