"""List the functions that an app sends to workers, their names, and any problems."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_bg._core import task_registry
from typed_bg._core.engine import first_chosen
from typed_bg._core.messages import name_of
from typed_bg.check.calls.project_scan import scan
from typed_bg.engines.lookup import is_project_module, task_name
from typed_bg.exceptions import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from typed_bg._core.engine import Engine
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.cli.app_loading import Loaded

_PLAIN = ("add_task", "BackgroundTask")


@dataclass(frozen=True, slots=True)
class Listed:
    """A function that is registered, or that a call adds as a task.

    Attributes:
        name: What workers know it by; the function's own name where they could not.
        runs: Where it runs.
        place: Where it is defined, or the call that hands it over.
        aliases: The former names that workers also accept.
        problem: Why it cannot be sent to a worker; empty if it can.
    """

    name: str
    runs: str
    place: str
    aliases: tuple[str, ...] = ()
    problem: str = ""


def tasks_of(loaded: Loaded) -> list[Listed]:
    """List the registered functions, and those that calls in the imported modules send.

    What is imported is what a worker knows. A call whose target is only known when it runs, such as
    a variable, is listed with that as its problem.

    Args:
        loaded: The app and its engines.
    """
    listed = [_registered(registration, loaded) for registration in task_registry.registrations()]
    found: dict[object, Listed] = {}
    for module, site in _calls():
        target = _target(module, site)
        place = f"{site.module.path}:{site.line}"
        if target is None:
            if site.forwarder.last_name not in _PLAIN:  # `.add(x)` is a set's, more often than not
                continue
            found[place] = _unnamed(site, loaded, place)
        elif task_registry.registration_of(target) is None and id(target) not in found:
            found[id(target)] = _by_place(target, loaded, place)
    return sorted(
        [*listed, *found.values()], key=lambda task: (task.runs == "?", task.name, task.place)
    )


def shown_engine(engine: Engine | None) -> str:
    """Return the name of an engine and, if it has one, of its queue."""
    if engine is None:
        return "in process"
    queue = getattr(engine, "name", None)
    return f"{type(engine).__name__}{f' ({queue})' if isinstance(queue, str) else ''}"


def _registered(registration: task_registry.Registration, loaded: Loaded) -> Listed:
    engine = first_chosen(registration.engine, loaded.default)
    return Listed(
        registration.name,
        shown_engine(engine),
        _place(registration.func),
        registration.aliases,
        "" if engine is None else _unwritable(registration.func),
    )


def _by_place(func: Callable[..., Any], loaded: Loaded, place: str) -> Listed:
    if loaded.default is None:
        return Listed(name_of(func), shown_engine(None), _place(func))
    try:
        name = task_name(func)
    except TaskError as error:
        return Listed(name_of(func), shown_engine(loaded.default), place, problem=error.fact)
    return Listed(name, shown_engine(loaded.default), _place(func), problem=_unwritable(func))


def _unnamed(site: CallSite, loaded: Loaded, place: str) -> Listed:
    """List a call whose target is no name of its module."""
    text = " ".join(site.module.slice(site.target.span).split()) if site.target else "?"
    if loaded.default is not None and site.target and isinstance(site.target.value, ast.Lambda):
        problem = "a lambda cannot be sent to a worker: it exists in the web process only"
        return Listed(text, shown_engine(loaded.default), place, problem=problem)
    return Listed(
        text, "?", place, problem="known only at run time: it is checked when it is added"
    )


def _unwritable(func: Callable[..., Any]) -> str:
    """Return a message if the type of a parameter cannot be sent."""
    from typed_bg.engines.argument_codec import codec_of  # noqa: PLC0415  # of an engine's extra

    try:
        codec_of(func).prepare()
    except TaskError as error:
        return error.fact
    return ""


def _place(func: Any) -> str:
    code = getattr(func, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else getattr(func, "__module__", "?")


def _calls() -> Iterator[tuple[ModuleType, CallSite]]:
    """Yield the calls in the imported modules of the project."""
    modules = {
        Path(file).resolve(): module
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None)) and is_project_module(name)
    }
    for module, sites in scan(sorted(modules)).modules:
        for site in sites:
            yield modules[module.path.resolve()], site


def _target(module: ModuleType, site: CallSite) -> Callable[..., Any] | None:
    """Return the function that a call sends, if the module's own names show it."""
    value = site.target.value if site.target else None
    parts: list[str] = []
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return None
    found: Any = module
    for part in (value.id, *reversed(parts)):
        found = getattr(found, part, None)
    return found if callable(found) else None
