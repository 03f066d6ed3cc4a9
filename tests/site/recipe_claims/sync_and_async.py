"""`lambda: fetch(url)`, which also returns a coroutine"""

from collections.abc import Callable, Coroutine
from typing import Any, overload

from typing_extensions import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@overload
async def call(
    func: Callable[P, Coroutine[Any, Any, R]], /, *args: P.args, **kwargs: P.kwargs
) -> R: ...
@overload
async def call(func: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...
async def call(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any: ...


async def fetch(url: str) -> bytes: ...


async def main() -> None:
    right: bytes = await call(lambda: fetch("a"))  # reported by: none
    wrong: str = await call(lambda: fetch("a"))  # reported by: all
    print(right, wrong)
