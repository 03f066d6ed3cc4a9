"""Find functions by name in a worker, and the names that identify them."""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
import site
import sys
import sysconfig
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from typed_bg._core.task_registry import (
    Registration,
    declared_path,
    described,
    layers,
    registered_as,
    registration_of,
    unqueueable,
)
from typed_bg.exceptions import TaskTargetError, UnknownTaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Functions that were found under their import path before.
_found_paths: weakref.WeakKeyDictionary[Callable[..., Any], str] = weakref.WeakKeyDictionary()
_trusted_packages: set[str] = set()


def task_name(func: Any) -> str:
    """Return the name under which a worker finds a function.

    Raises:
        TaskTargetError: A worker could not find it.
    """
    registration = registration_of(func)
    if registration is not None and not registration.is_path:
        if func not in (registration.func, _callable_of(registration)):
            raise unqueueable(
                func,
                f"{registration.name!r} is the name of the function that it wraps",
                "give it its own name: typed_bg.task(...), as its outermost decorator",
            )
        return registration.name
    with contextlib.suppress(TypeError):  # neither hashed nor weakly held
        if name := _found_paths.get(func):
            return name
    name = import_path(func)
    taken = registered_as(name)
    if taken is not None and taken is not registration:
        raise unqueueable(
            func,
            f"its import path, {name}, is the registered name of {described(taken.func)}",
            "give one of them another name: typed_bg.task(...), as its outermost decorator",
        )
    module, _, qualname = name.partition(":")
    if registration is None and not is_project_module(module):
        raise unqueueable(
            func,
            f"{module} is not part of the project: a worker imports only the project's functions "
            "by path",
            "give it a name, in a module that the worker imports: "
            f'typed_bg.task(name="...")({qualname})',
        )
    with contextlib.suppress(TypeError):
        _found_paths[func] = name
    return name


def import_path(func: Any) -> str:
    """Return a function's `module:qualname`, after checking that it is there.

    Raises:
        TaskTargetError: It cannot be found anywhere.
    """
    path = declared_path(func)
    module, _, qualname = path.partition(":")
    if module.rpartition(".")[2] == "__main__":
        raise unqueueable(
            func,
            "it is defined in __main__, which is a different program in a worker",
            "move it to a module that the app and the worker import",
        )
    if _look_up(module, qualname) != func:
        raise unqueueable(
            func, f"{path} is now another object, for example after a decorator or a patch"
        )
    return path


def find(name: str) -> Callable[..., Any]:
    """Return the function that a worker runs.

    Raises:
        UnknownTaskError: No function has that name.
    """
    if registration := registered_as(name):
        return _callable_of(registration)
    cause: BaseException | None = None
    module, colon, _ = name.partition(":")
    if not colon:
        why = "no function is registered under that name"
    elif not is_project_module(module):
        why = f"{module} is not a module of this project"
    elif module.rpartition(".")[2] == "__main__":
        why = f"{module} is the main program, not a module to import"
    else:
        why = f"{module} has no such function"
        try:
            importlib.import_module(module)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a module runs into
            cause = error
            why = f"{module} cannot be imported, {type(error).__name__}: {error}"
        if registration := registered_as(name):  # by that import
            return _callable_of(registration)
        if cause is None and (found := _found_at(name)) is not None:
            return found
    msg = (
        f"no task {name!r} here: {why}; was it queued by a newer release, or renamed without an "
        "alias (typed_bg.task(aliases=[...]))?"
    )
    raise UnknownTaskError(msg) from cause


def _found_at(path: str) -> Callable[..., Any] | None:
    """Return the function that is defined at this import path, not merely reachable by it."""
    module, _, qualname = path.partition(":")
    found = _look_up(module, qualname)
    try:
        is_there = callable(found) and import_path(found) == path
    except TaskTargetError:
        return None
    return cast("Callable[..., Any]", found) if is_there else None


def _callable_of(registration: Registration) -> Callable[..., Any]:
    """Return the function from its module: with outer decorators, or as a class's method."""
    func = registration.func
    module, qualname = getattr(func, "__module__", ""), getattr(func, "__qualname__", "")
    found = _look_up(module, qualname) if isinstance(qualname, str) else None
    return cast("Any", found) if any(layer is func for layer in layers(found)) else func


def _look_up(module: str, qualname: str) -> object:
    found: object = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def trust_packages(package_names: Iterable[str]) -> None:
    """Let workers import the functions of these packages by path, even if they are installed."""
    _trusted_packages.update(package_names)
    is_project_module.cache_clear()


@functools.cache
def is_project_module(module: str) -> bool:
    """Return whether a module is the project's, not Python's or an installed package's.

    Whoever can write to a queue can make a worker call any function that it finds by path, so a
    worker finds the project's own functions only.
    """
    top = module.partition(".")[0]
    if top in _trusted_packages:
        return True
    if top in sys.stdlib_module_names or top == "typed_bg":
        return False
    loaded = sys.modules.get(top) or sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) if loaded else _spec(top)
    paths = [
        getattr(spec, "origin", None),
        *(getattr(spec, "submodule_search_locations", None) or ()),
    ]
    files = [Path(path).resolve() for path in paths if isinstance(path, str)]
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
    known = sysconfig.get_paths()
    folders = {known[kind] for kind in ("purelib", "platlib", "stdlib", "platstdlib")}
    folders |= {*site.getsitepackages(), site.getusersitepackages()}
    return tuple(Path(folder).resolve() for folder in folders)
