# Signatures for environments without typed_bg. Everything that is not here is Any.
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from typed_bg.background import BackgroundTask as BackgroundTask
from typed_bg.background import BackgroundTasks as BackgroundTasks
from typed_bg.background import FailedTask as FailedTask

_AnyCallable = TypeVar("_AnyCallable", bound=Callable[..., Any])

def task(
    *,
    name: str | None = None,
    aliases: Sequence[str] = (),
    engine: Any = None,
    retries: int = 0,
    retry_delay: float = 1,
    timeout: float | None = None,
) -> Callable[[_AnyCallable], _AnyCallable]: ...
def __getattr__(name: str) -> Any: ...
