"""Record background tasks in a test instead of running them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typed_bg._core import hooks
from typed_bg._core.binding import CACHE_TYPE, type_of
from typed_bg._core.signatures import signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from starlette.background import BackgroundTask

__all__ = ["CapturedTask", "capture"]

_recorders: list[Callable[[BackgroundTask], None]] = []


@dataclass(frozen=True)
class CapturedTask:
    """A task that would have run.

    Attributes:
        func: The function, as it was given to `add_task`.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
    """

    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments by parameter name, including defaults, however they were passed.

        The parameters are those of the function itself: a decorator's `*args` and `**kwargs`, if it
        takes these, whatever it wraps.

        Raises:
            ValueError: The function has no signature, as some builtins have none.
        """
        func: Any = self.func
        while type_of(func) is CACHE_TYPE:  # whose call is its function's
            func = func.__wrapped__
        signature = signature_of(func, follow_wrapped=False)
        bound = signature.bind(*self.args, **self.kwargs)
        bound.apply_defaults()
        return bound.arguments


@contextlib.contextmanager
def capture() -> Generator[list[CapturedTask]]:
    """Record the tasks that would run, in whatever thread, and run none of them.

    ```python
    with capture() as tasks:
        client.post("/send-notification/new@example.org")
    assert [task.func for task in tasks] == [write_notification]
    assert tasks[0].arguments["email"] == "new@example.org"
    ```

    A task is recorded at the moment when it would start: one that was added by a request that then
    failed is not. Tasks of Starlette's and FastAPI's own classes are run, unless a checked
    collection holds them. In nested captures the innermost records.

    Yields:
        The tasks, in the order in which they would have started; it grows while requests come in.
    """
    captured: list[CapturedTask] = []

    def record(task: BackgroundTask) -> None:
        task = getattr(task, "_original", None) or task
        inner = getattr(task, "tasks", None)
        if inner is None:
            captured.append(CapturedTask(task.func, task.args, task.kwargs))
        else:
            for inner_task in inner:
                record(inner_task)

    _recorders.append(record)
    hooks.recorder = record
    try:
        yield captured
    finally:
        _recorders.remove(record)  # captures of two threads need not end in the order of a stack
        hooks.recorder = _recorders[-1] if _recorders else None
