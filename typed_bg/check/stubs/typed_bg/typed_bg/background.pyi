from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from starlette.background import BackgroundTask as StarletteBackgroundTask
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from typing_extensions import ParamSpec

_P = ParamSpec("_P")

@dataclass(frozen=True)
class FailedTask:
    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    place: str | None
    @property
    def name(self) -> str: ...

ErrorHandler: TypeAlias = Callable[[Exception, FailedTask], Any]
OnError: TypeAlias = Literal["stop", "continue"] | ErrorHandler
OnException: TypeAlias = Literal["drop", "run"]

class BackgroundTask(StarletteBackgroundTask):
    def __init__(
        self, func: Callable[_P, object], /, *task_args: _P.args, **task_kwargs: _P.kwargs
    ) -> None: ...

class BackgroundTasks(StarletteBackgroundTasks):
    def __init__(
        self,
        tasks: Sequence[StarletteBackgroundTask] | None = None,
        *,
        on_error: OnError = "stop",
        max_concurrency: int = 1,
        engine: Any = None,
        check_types: bool | Literal["warn"] | None = None,
    ) -> None: ...
    on_error: OnError
    max_concurrency: int
    engine: Any
    check_types: bool | Literal["warn"]
    def add_task(  # type: ignore[override]
        self, func: Callable[_P, object], /, *task_args: _P.args, **task_kwargs: _P.kwargs
    ) -> None: ...
    def add(
        self,
        func: Callable[_P, object],
        /,
        *,
        name: str | None = None,
        key: str | None = None,
        delay: float | None = None,
        retries: int | None = None,
        retry_delay: float | None = None,
        timeout: float | None = None,
        on_exception: OnException | None = None,
    ) -> Callable[_P, None]: ...
