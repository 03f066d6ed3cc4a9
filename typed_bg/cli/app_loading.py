"""Import the app or the engine that a command names."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from typed_bg._core.engine import Engine
from typed_bg._core.signatures import signature_of
from typed_bg.engines.lookup import trust_packages
from typed_bg.engines.setup import engine_of, engines_of, unsent_tasks

_EXTRAS = ("celery", "docket", "fastapi")  # each brings the package of its name


class LoadingError(Exception):
    """The object does not exist, or is neither an engine nor an app with an engine."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The objects that a command works with.

    Attributes:
        default: The engine that runs tasks by default; `None` for the web process.
        engines: Every engine that is known, each once.
        problems: A message for each handler whose tasks no engine would get.
    """

    default: Engine | None
    engines: tuple[Engine, ...]
    problems: tuple[str, ...] = ()


def load(name: str, *, factory: bool = False) -> Loaded:
    """Import an app, or an engine, from the current folder or the environment.

    Args:
        name: `module:attribute`, as uvicorn takes it.
        factory: Whether the attribute is a function that makes it.

    Raises:
        LoadingError: It is not there, or is no app for which `typed_bg.engines.use` was called.
    """
    module_name, colon, attribute = name.partition(":")
    if not (module_name and colon and attribute) or module_name.startswith("."):
        msg = f"{name!r} is not the name of an app: write module:attribute, such as app.main:app"
        raise LoadingError(msg)
    if "" not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    trust_packages({module_name.partition(".")[0]})
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name in _EXTRAS:
            msg = f"{module_name} needs {error.name}: pip install 'typed-bg[{error.name}]'"
            raise LoadingError(msg) from error
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # the app's own import fails: its traceback says more
        msg = f"there is no module {module_name} in {Path.cwd()} or the environment"
        raise LoadingError(msg) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            msg = f"{module_name} has no {attribute}"
            raise LoadingError(msg)
        found = getattr(found, part)
    return _loaded(name, _made(name, found) if factory else found)


def _made(name: str, make: Any) -> object:
    """Call what makes the app."""
    try:
        signature_of(make).bind()
    except (TypeError, ValueError):
        msg = f"{name} is not a function that makes the app without arguments: remove --factory?"
        raise LoadingError(msg) from None
    made: object = make()
    return made


def _loaded(name: str, found: object) -> Loaded:
    if isinstance(found, Starlette):
        try:
            default, engines = engine_of(found), tuple(engines_of(found))
            return Loaded(default, engines, tuple(unsent_tasks(found)))
        except KeyError:
            msg = f"{name} sends no tasks to an engine: call typed_bg.engines.use(app, engine=...)"
            raise LoadingError(msg) from None
    if isinstance(found, Engine):
        return Loaded(found, (found,))
    hint = ": is it a function that makes the app (--factory)?" if callable(found) else ""
    msg = f"{name} is {type(found).__qualname__}, neither an app nor an engine{hint}"
    raise LoadingError(msg)
