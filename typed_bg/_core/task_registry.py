"""Functions registered with `task`: the names that workers know them by, and their options."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from typing_extensions import Doc

from typed_bg._core.binding import CACHE_TYPE, type_of
from typed_bg._core.engine import EngineChoice, TaskOptions
from typed_bg._core.hooks import activate, check_engine
from typed_bg._core.locations import caller
from typed_bg._core.messages import name_of, rejected
from typed_bg.exceptions import TaskTargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

AnyCallable = TypeVar("AnyCallable", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Registration:
    """The options that `task` was called with.

    Attributes:
        func: The function.
        name: What workers know it by.
        aliases: What they know it by as well.
        engine: Where it runs; `None` leaves that to the collection and the app.
        options: What is asked of the engine.
        is_path: Whether the name is the import path, under which the function must be found.
    """

    func: Callable[..., Any]
    name: str
    aliases: tuple[str, ...]
    engine: EngineChoice | None
    options: TaskOptions
    is_path: bool


_by_name: dict[str, Registration] = {}
_by_id: dict[int, Registration] = {}  # a registered function is kept, so its id is its own
_MOST_LAYERS = 100  # of decorators


def task(  # noqa: PLR0913  # options, each by its name
    *,
    name: Annotated[
        str | None,
        Doc(
            """
            What workers know the function by, instead of its place, `"app.mail:send_email"`.

            With a name, it can be moved without an alias.
            """
        ),
    ] = None,
    aliases: Annotated[
        Sequence[str],
        Doc(
            """
            Former names: tasks that a previous release queued under them still run.

            Where a function without a name was moved, its old place: `("app.email:send",)`.
            """
        ),
    ] = (),
    engine: Annotated[
        EngineChoice | None,
        Doc("Where it runs, whatever the collection or the app says; `None` leaves that to them."),
    ] = None,
    retries: Annotated[int, Doc("How many times to retry the task if it fails.")] = 0,
    retry_delay: Annotated[float, Doc("Seconds between two attempts.")] = 1,
    timeout: Annotated[float | None, Doc("Seconds that an attempt may run.")] = None,
) -> Callable[[AnyCallable], AnyCallable]:
    """Configure how a function runs as a background task. The function is returned unchanged.

    ```python
    @typed_bg.task(engine=reports, retries=3)
    async def build_report(month: date) -> None: ...
    ```

    A function of another project, such as `shutil.rmtree`, is handed to a worker only by a name:
    `task(name="remove-folder")(shutil.rmtree)`.

    Args:
        name: What workers know the function by, instead of its place, `"app.mail:send_email"`.

            With a name, it can be moved without an alias.
        aliases: Former names: tasks that a previous release queued under them still run.

            Where a function without a name was moved, its old place: `("app.email:send",)`.
        engine: Where it runs, whatever the collection or the app says; `None` leaves that to them.
        retries: How many times to retry the task if it fails.
        retry_delay: Seconds between two attempts.
        timeout: Seconds that an attempt may run.

    Returns:
        A decorator that returns the function itself.

    Raises:
        TaskTargetError: When the decorator is applied: the name is another function's already, or
            the function has none.
        TypeError: The engine is not an engine.
    """
    check_engine(engine)
    options = TaskOptions(retries=retries, retry_delay=retry_delay, timeout=timeout)

    def register(func: AnyCallable) -> AnyCallable:
        wrapped: Any = isinstance(func, (classmethod, staticmethod))
        target: Any = cast("Any", func).__func__ if wrapped else func
        # The module does not have the function yet, so `task_name` checks the path later.
        own = name if name is not None else declared_path(target)
        _register(Registration(target, own, tuple(aliases), engine, options, name is None))
        return func

    return register


def _register(registration: Registration) -> None:
    for name in (registration.name, *registration.aliases):
        other = _by_name.get(name)
        if other is not None and not _is_same(other.func, registration.func):
            raise TaskTargetError(
                f"two tasks are named {name!r}: {described(other.func)} and "
                f"{described(registration.func)}",
                target=registration.func,
                details=(
                    f"registered at {caller()}",
                    "a worker could not tell them apart: give one of them another name",
                ),
            )
    for name in (registration.name, *registration.aliases):
        _by_name[name] = registration
    _by_id[id(registration.func)] = registration
    if registration.engine is not None or registration.options != TaskOptions():
        activate()


def registrations() -> tuple[Registration, ...]:
    """Return what was registered, in order, each function once."""
    return tuple(dict.fromkeys(_by_name.values()))


def registered_as(name: str) -> Registration | None:
    """Return what is registered under a name or an alias."""
    return _by_name.get(name)


def registration_of(func: Any) -> Registration | None:
    """Return what was registered of a function, or of the one that it is a decorated form of."""
    for layer in layers(func):
        if found := _by_id.get(id(layer)):
            return found
    return None


def layers(func: Any) -> Iterator[Any]:
    """Return the function that decorators wrap, and the function of a class's method."""
    for _ in range(_MOST_LAYERS):
        yield func
        if isinstance(func, MethodType) and isinstance(func.__self__, type):
            func = func.__func__
        elif isinstance(func, FunctionType) or type_of(func) is CACHE_TYPE:
            if (func := getattr(func, "__wrapped__", None)) is None:
                return
        else:
            return


def declared_path(func: Any) -> str:
    """Return the `module:qualname` that the function's own attributes give.

    Raises:
        TaskTargetError: Nothing can be imported under such a path.
    """
    if type_of(func) is functools.partial:
        raise unqueueable(func, "a partial has no name", "pass its function, with all arguments")
    if isinstance(func, MethodType) and not isinstance(func.__self__, type):
        raise unqueueable(
            func,
            "it is a method of an object, which exists in this process only",
            "pass a function that creates or finds the object from plain arguments",
        )
    module = getattr(func, "__module__", None)
    qualname = getattr(func, "__qualname__", None)
    if isinstance(func, MethodType):  # of a class, which may have it from another one
        owner: Any = func.__self__
        module, qualname = owner.__module__, f"{owner.__qualname__}.{func.__name__}"
    if not isinstance(module, str) or not isinstance(qualname, str):
        raise unqueueable(func, f"{type(func).__qualname__} objects have no name")
    if "<lambda>" in qualname or "<locals>" in qualname:
        what = "a lambda" if "<lambda>" in qualname else "a nested function"
        raise unqueueable(func, f"it is {what}, which exists in this process only")
    return f"{module}:{qualname}"


def described(func: Any) -> str:
    """Return a function's name and module, for errors."""
    return f"{getattr(func, '__module__', '?')}:{name_of(func)}"


def _is_same(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    """Return whether two are one function, as before and after its module was reloaded."""
    return one is other or described(one) == described(other)


def unqueueable(
    func: object, why: str, fix: str = "pass a function that is defined at module level"
) -> TaskTargetError:
    """Reject a function that no worker could find."""
    return rejected(
        TaskTargetError,
        f"{name_of(func)}() cannot be sent to a worker: {why}",
        fix,
        target=func,
    )
