"""Hooks through which engines and tests take part in adding and running tasks.

The core does not import the engines: `typed_bg/__init__.py` registers how to load them.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.background import BackgroundTask, BackgroundTasks

    from typed_bg._core.engine import EngineChoice


class Router(Protocol):
    """Decides where tasks run."""

    def route(
        self,
        task: BackgroundTask,
        engine: EngineChoice | None,
        options: Mapping[str, Any],
    ) -> None:
        """Turn a task that was just checked into a queued one if an engine is to run it."""

    def adopt(self, tasks: BackgroundTasks) -> None:
        """Record the request of a new collection, whose tasks may be added elsewhere."""

    async def enqueue(self, tasks: Sequence[BackgroundTask]) -> None:
        """Send those tasks of a collection to their engines that engines are to run."""


# They stay `None` until they are needed: adding and running tasks then costs one comparison more.
router: Router | None = None  # set by `activate`
check_types: Callable[[BackgroundTask, Any], None] | None = None  # set by `check_types_with`
# What `add_task` calls with a task that was just checked; set if one of the above two is.
accept: Callable[[BackgroundTask, EngineChoice | None, Mapping[str, Any], Any], None] | None = None
recorder: Callable[[BackgroundTask], None] | None = None  # set by `typed_bg.testing.capture`

_known: set[type] = set()  # classes of engines that were looked at
_load_router: Callable[[], Router]
_check_requirements: Callable[[], object]


def connect(load_router: Callable[[], Router], check_requirements: Callable[[], object]) -> None:
    """Register how to load the router, and what raises if an engine lacks a package."""
    global _load_router, _check_requirements  # set once, by the package itself
    _load_router, _check_requirements = load_router, check_requirements


def activate() -> Router:
    """Route tasks from now on."""
    global router, accept  # noqa: PLW0603  # one for the process
    if router is None:
        router = _load_router()
        accept = _accept
    return router


def check_types_with(check: Callable[[BackgroundTask, Any], None]) -> None:
    """Check the types of arguments from now on, in collections whose `check_types` asks for it."""
    global check_types, accept  # one for the process
    check_types, accept = check, _accept


def _accept(
    task: BackgroundTask, engine: EngineChoice | None, options: Mapping[str, Any], check: Any
) -> None:
    if check and check_types is not None:
        check_types(task, check)
    if router is not None:
        router.route(task, engine, options)


def check_engine(value: object) -> None:
    """Reject an object that is not an engine, or a missing package that engines need.

    Raises:
        TypeError: It is not an engine.
        ModuleNotFoundError: pydantic is not installed.
    """
    if value is None or value == "in_process" or type(value) in _known:
        return
    submit = getattr(value, "submit", None)
    if not inspect.iscoroutinefunction(submit) or not hasattr(value, "supports"):
        msg = (
            f"the engine is {value!r:.60} ({type(value).__qualname__}): pass an engine such as "
            "typed_bg.docket.DocketEngine(...), an object with `supports` and `async def submit`, "
            "or 'in_process'"
        )
        raise TypeError(msg)
    _check_requirements()
    _known.add(type(value))
