"""The names under which workers know functions, and what was said of a function once for all."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import site
import sys
import sysconfig
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from typing_extensions import Doc

from typed_bg._core.binding import CACHE_TYPE, type_of
from typed_bg._core.engine import EngineChoice, TaskOptions, check_engine
from typed_bg._core.hooks import activate
from typed_bg._core.locations import caller
from typed_bg._core.messages import name_of
from typed_bg.exceptions import TaskTargetError, UnknownTaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

AnyCallable = TypeVar("AnyCallable", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Registration:
    """What `task` was told of a function.

    Attributes:
        func: The function.
        name: What workers know it by.
        aliases: What they know it by as well.
        engine: Where it runs; `None` leaves that to the collection and the app.
        options: What is asked of the engine.
        is_place: Whether the name is the function's place, where it is to be found then.
    """

    func: Callable[..., Any]
    name: str
    aliases: tuple[str, ...]
    engine: EngineChoice | None
    options: TaskOptions
    is_place: bool


_by_name: dict[str, Registration] = {}
_by_id: dict[int, Registration] = {}  # a registered function is kept, so its id is its own
# Functions that were once found under their place's name.
_placed: weakref.WeakKeyDictionary[Callable[..., Any], str] = weakref.WeakKeyDictionary()
_own_packages: set[str] = set()
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
            Names of old: tasks that a previous release queued under them still run.

            Where a function without a name was moved, its old place: `("app.email:send",)`.
            """
        ),
    ] = (),
    engine: Annotated[
        EngineChoice | None,
        Doc("Where it runs, whatever the collection or the app says; `None` leaves that to them."),
    ] = None,
    retries: Annotated[int, Doc("How many further attempts follow one that failed.")] = 0,
    retry_delay: Annotated[float, Doc("Seconds between two attempts.")] = 1,
    timeout: Annotated[float | None, Doc("Seconds that an attempt may run.")] = None,
) -> Callable[[AnyCallable], AnyCallable]:
    """Say once for all how a function runs as a task; it stays the function that it is.

    ```python
    @typed_bg.task(engine=reports, retries=3)
    async def build_report(month: date) -> None: ...
    ```

    A function of another project, such as `shutil.rmtree`, is handed to a worker only by a name:
    `task(name="remove-folder")(shutil.rmtree)`.

    Args:
        name: What workers know the function by, instead of its place, `"app.mail:send_email"`.

            With a name, it can be moved without an alias.
        aliases: Names of old: tasks that a previous release queued under them still run.

            Where a function without a name was moved, its old place: `("app.email:send",)`.
        engine: Where it runs, whatever the collection or the app says; `None` leaves that to them.
        retries: How many further attempts follow one that failed.
        retry_delay: Seconds between two attempts.
        timeout: Seconds that an attempt may run.

    Returns:
        A decorator that returns the function itself.

    Raises:
        TaskTargetError: When the decorator is applied: the name is another function's already, or
            the function has none.
        TypeError: The engine is none.
    """
    check_engine(engine)
    options = TaskOptions(retries=retries, retry_delay=retry_delay, timeout=timeout)

    def register(func: AnyCallable) -> AnyCallable:
        wrapped: Any = isinstance(func, (classmethod, staticmethod))
        target: Any = cast("Any", func).__func__ if wrapped else func
        # The decorator comes before the module has the function: `task_name` looks for it.
        own = name if name is not None else _place(target)
        _register(Registration(target, own, tuple(aliases), engine, options, name is None))
        return func

    return register


def _register(registration: Registration) -> None:
    for it in (registration.name, *registration.aliases):
        other = _by_name.get(it)
        if other is not None and not _same_place(other.func, registration.func):
            raise TaskTargetError(
                f"two tasks are named {it!r}: {_where(other.func)} and {_where(registration.func)}",
                target=registration.func,
                details=(
                    f"registered at {caller()}",
                    "a worker could not tell them apart: give one of them another name",
                ),
            )
    for it in (registration.name, *registration.aliases):
        _by_name[it] = registration
    _by_id[id(registration.func)] = registration
    if registration.engine is not None or registration.options != TaskOptions():
        activate()


def registrations() -> tuple[Registration, ...]:
    """Return what was registered, in order, each function once."""
    return tuple(dict.fromkeys(_by_name.values()))


def registration_of(func: Any) -> Registration | None:
    """Return what was registered of a function, or of the one that it is a decorated form of."""
    for it in _layers(func):
        if found := _by_id.get(id(it)):
            return found
    return None


def _layers(func: Any) -> Iterator[Any]:
    """Go from a function to what its decorators wrap, and from a class's method to its function."""
    for _ in range(_MOST_LAYERS):
        yield func
        if isinstance(func, MethodType) and isinstance(func.__self__, type):
            func = func.__func__
        elif isinstance(func, FunctionType) or type_of(func) is CACHE_TYPE:
            if (func := getattr(func, "__wrapped__", None)) is None:
                return
        else:
            return


def task_name(func: Any) -> str:
    """Return the name under which a worker finds a function.

    Raises:
        TaskTargetError: A worker could not find it.
    """
    registration = registration_of(func)
    if registration is not None and not registration.is_place:
        if func not in (registration.func, _callable_of(registration)):
            raise _refused(
                func,
                f"{registration.name!r} is the name of what it is made from",
                "give it a name of its own: typed_bg.task(...), as its outermost decorator",
            )
        return registration.name
    with contextlib.suppress(TypeError):  # neither hashed nor weakly held
        if name := _placed.get(func):
            return name
    name = place_of(func)
    taken = _by_name.get(name)
    if taken is not None and taken is not registration:
        raise _refused(
            func,
            f"its place, {name}, is what {_where(taken.func)} is registered by",
            "give one of them another name: typed_bg.task(...), as its outermost decorator",
        )
    module, _, qualname = name.partition(":")
    if registration is None and not is_own(module):
        raise _refused(
            func,
            f"{module} is not the project's own: a worker takes only the project's functions by "
            "their place",
            "give it a name, in a module that the worker imports: "
            f'typed_bg.task(name="...")({qualname})',
        )
    with contextlib.suppress(TypeError):
        _placed[func] = name
    return name


def place_of(func: Any) -> str:
    """Return `module:qualname` of a function that can be found there.

    Raises:
        TaskTargetError: It cannot be found anywhere.
    """
    place = _place(func)
    module, _, qualname = place.partition(":")
    if module.rpartition(".")[2] == "__main__":
        raise _refused(
            func,
            "it is defined in __main__, which is another program in a worker",
            "move it to a module that both import",
        )
    if _look_up(module, qualname) != func:
        raise _refused(func, f"{place} is something else by now, as after a decorator or a patch")
    return place


def _place(func: Any) -> str:
    """Return `module:qualname` as the function says it.

    Raises:
        TaskTargetError: It cannot be found there.
    """
    if type_of(func) is functools.partial:
        raise _refused(func, "a partial has no name", "pass its function, with all arguments")
    if isinstance(func, MethodType) and not isinstance(func.__self__, type):
        raise _refused(
            func,
            "it is a method of an object, which exists in this process only",
            "pass a function that makes or looks up the object from plain arguments",
        )
    module = getattr(func, "__module__", None)
    qualname = getattr(func, "__qualname__", None)
    if isinstance(func, MethodType):  # of a class, which may have it from another one
        owner: Any = func.__self__
        module, qualname = owner.__module__, f"{owner.__qualname__}.{func.__name__}"
    if not isinstance(module, str) or not isinstance(qualname, str):
        raise _refused(func, f"{type(func).__qualname__} objects have no name")
    if "<lambda>" in qualname or "<locals>" in qualname:
        what = "a lambda" if "<lambda>" in qualname else "a nested function"
        raise _refused(func, f"it is {what}, which exists in this process only")
    return f"{module}:{qualname}"


def find(name: str) -> Callable[..., Any]:
    """Return the function that a worker is to run.

    Raises:
        UnknownTaskError: There is none of that name.
    """
    if registration := _by_name.get(name):
        return _callable_of(registration)
    cause: BaseException | None = None
    module, colon, _ = name.partition(":")
    if not colon:
        why = "no function is registered by that name"
    elif not is_own(module):
        why = f"{module} is not a module of this project"
    elif module.rpartition(".")[2] == "__main__":
        why = f"{module} is a program, not a module to import"
    else:
        why = f"{module} has no such function"
        try:
            importlib.import_module(module)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a module runs into
            cause = error
            why = f"{module} cannot be imported, {type(error).__name__}: {error}"
        if registration := _by_name.get(name):  # by that import
            return _callable_of(registration)
        if cause is None and (found := _placed_at(name)) is not None:
            return found
    msg = (
        f"no task {name!r} here: {why}; was it queued by a newer release, or renamed without an "
        "alias (typed_bg.task(aliases=[...]))?"
    )
    raise UnknownTaskError(msg) from cause


def _placed_at(place: str) -> Callable[..., Any] | None:
    """Return the function whose place this is: not what only can be reached by way of it."""
    module, _, qualname = place.partition(":")
    found = _look_up(module, qualname)
    try:
        is_there = callable(found) and place_of(found) == place
    except TaskTargetError:
        return None
    return cast("Callable[..., Any]", found) if is_there else None


def _callable_of(registration: Registration) -> Callable[..., Any]:
    """Return the function, as it is at its place: decorated further, or as the class's method."""
    func = registration.func
    module, qualname = getattr(func, "__module__", ""), getattr(func, "__qualname__", "")
    found = _look_up(module, qualname) if isinstance(qualname, str) else None
    return cast("Any", found) if any(it is func for it in _layers(found)) else func


def _look_up(module: str, qualname: str) -> object:
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _same_place(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    """Tell whether two are one function, as before and after its module was loaded anew."""
    return one is other or _where(one) == _where(other)


def _where(func: Any) -> str:
    return f"{getattr(func, '__module__', '?')}:{name_of(func)}"


def own(package_names: Iterable[str]) -> None:
    """Take the functions of packages by their place, wherever they are installed."""
    _own_packages.update(package_names)
    is_own.cache_clear()


@functools.cache
def is_own(module: str) -> bool:
    """Tell whether a module is part of the project, not of Python or of an installed package.

    Whoever can write to a queue can have a worker call what is found by its place, so that is the
    project's code alone.
    """
    top = module.partition(".")[0]
    if top in _own_packages:
        return True
    if top in sys.stdlib_module_names or top == "typed_bg":
        return False
    loaded = sys.modules.get(top) or sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) if loaded else _spec(top)
    places = [
        getattr(spec, "origin", None),
        *(getattr(spec, "submodule_search_locations", None) or ()),
    ]
    files = [Path(it).resolve() for it in places if isinstance(it, str)]
    return bool(files) and not any(
        file.is_relative_to(folder) for file in files for folder in _installed()
    )


def _spec(top: str) -> object:
    try:
        return importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None


@functools.cache
def _installed() -> tuple[Path, ...]:
    """Return the folders of installed packages, and of Python's own."""
    paths = sysconfig.get_paths()
    folders = {paths[it] for it in ("purelib", "platlib", "stdlib", "platstdlib")}
    folders |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(Path(it).resolve() for it in folders)


def _refused(
    func: object, why: str, remedy: str = "pass a function that a module defines at its top"
) -> TaskTargetError:
    return TaskTargetError(
        f"{name_of(func)}() cannot be handed to a worker: {why}",
        target=func,
        details=(f"added at {caller()}", remedy),
    )
