from collections.abc import Callable, Sequence
from typing import Any

from typing_extensions import ParamSpec

_P = ParamSpec("_P")

class BackgroundTask:
    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    is_async: bool
    def __init__(self, func: Callable[_P, Any], *args: _P.args, **kwargs: _P.kwargs) -> None: ...
    async def __call__(self) -> None: ...

class BackgroundTasks(BackgroundTask):
    tasks: list[BackgroundTask]
    def __init__(self, tasks: Sequence[BackgroundTask] | None = None) -> None: ...
    def add_task(self, func: Callable[_P, Any], *args: _P.args, **kwargs: _P.kwargs) -> None: ...
    async def __call__(self) -> None: ...
