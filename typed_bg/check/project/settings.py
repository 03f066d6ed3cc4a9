"""The user's settings: the command line, and `[tool.typed_bg]` in pyproject.toml."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from typed_bg.check.project.checker_choice import ALL
from typed_bg.check.project.toml_lines import ConfigError, read_toml
from typed_bg.check.results.rules import FailOn
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from typed_bg.check.project.toml_lines import Toml


_TABLE = ("tool", "typed_bg")


@dataclass(frozen=True, slots=True)
class Settings:
    """What to check, with which checkers, and what counts as a failure.

    None means that a value is not set, so another source of settings can provide it.

    Attributes:
        checkers: The names of the checkers to run. None: those that the project uses.
        exclude: Files and folders to skip, as globs from the project's root.
        families: The families of forwarders whose calls to check. None: background tasks.
        also: Forwarders besides background tasks, as `module.qualname` and the target's position.
        fail_on: The least that makes the check fail.
        require: Checkers that must have worked.
        baseline: The file with the findings to ignore, from the project's root.
        python: The interpreter of the environment to check in, from the project's root.
        import_root: More folders in which the checkers look for modules, from the project's root.
    """

    checkers: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    also: tuple[str, ...] | None = None
    fail_on: FailOn | None = None
    require: tuple[str, ...] | None = None
    baseline: str | None = None
    python: str | None = None
    import_root: tuple[str, ...] | None = None

    def over(self, other: Settings) -> Settings:
        """Return these settings; values that are not set come from the other ones."""
        ours = {
            field.name: value
            for field in dataclasses.fields(self)
            if (value := getattr(self, field.name)) is not None
        }
        return dataclasses.replace(other, **ours)


def read_settings(root: Path) -> Settings:
    """Read `[tool.typed_bg]` of a project's pyproject.toml; if it is missing, nothing is set.

    Raises:
        ConfigError: The file cannot be read, or the table says something it cannot say.
    """
    file = read_toml(root / "pyproject.toml")
    tool = None if file is None else file.table("tool")
    if file is None or tool is None:
        return Settings()
    if "typed-bg" in tool:
        line = file.line("tool", "typed-bg")
        message = f"{file.path}:{line}: [tool.typed-bg] is not read: write [tool.typed_bg]"
        raise ConfigError(message)
    if "typed_bg" not in tool:
        return Settings()
    table = file.table(*_TABLE)
    if table is None:
        message = f"{file.path}:{file.line(*_TABLE)}: tool.typed_bg is not a table"
        raise ConfigError(message)
    return _settings(file, table)


def check_names(names: tuple[str, ...], *, also: tuple[str, ...] = ()) -> str | None:
    """Return what is wrong with a choice of checkers, with a suggestion; None if nothing is."""
    for name in names:
        if name not in (*CHECKERS, *also):
            return f"there is no checker {name!r}{_meant(name, CHECKERS)} Use one of: {_all()}"
    return None


def _settings(file: Toml, table: Mapping[str, object]) -> Settings:
    fields = [field.name.replace("_", "-") for field in dataclasses.fields(Settings)]
    values: dict[str, object] = {}
    for key, value in table.items():
        place = f"{file.path}:{file.line(*_TABLE, key)}: [tool.typed_bg]"
        if key not in fields:
            meant = _meant(key, fields)
            message = f"{place} has the unknown key {key!r}{meant} Use one of: {', '.join(fields)}"
            raise ConfigError(message)
        read, problem = _READERS.get(key, _text)(value)
        if problem is not None:
            message = f"{place} {key}: {problem}"
            raise ConfigError(message)
        values[key.replace("-", "_")] = read
    # Each value has been read by the reader of its field.
    return Settings(**values)  # type: ignore[arg-type]  # ty: ignore[invalid-argument-type]


_Read = tuple[object, "str | None"]


def _text(value: object) -> _Read:
    if isinstance(value, str):
        return value, None
    return None, f"expected a string, found {value!r}"


def _texts(value: object) -> _Read:
    items = cast("list[object]", value) if isinstance(value, list) else None
    if items is not None and all(isinstance(item, str) for item in items):
        return tuple(items), None
    fix = f": write [{value!r}]" if isinstance(value, str) else ""
    return None, f"expected a list of strings, found {value!r}{fix}"


def _checkers(value: object) -> _Read:
    names, problem = _texts(value)
    if problem is None:
        problem = check_names(cast("tuple[str, ...]", names), also=(ALL,))
    return names, problem


def _required(value: object) -> _Read:
    names, problem = _texts(value)
    if problem is None:
        problem = check_names(cast("tuple[str, ...]", names))
    return names, problem


def _fail_on(value: object) -> _Read:
    choices = get_args(FailOn)
    if value in choices:
        return value, None
    return None, f"expected one of {', '.join(choices)}, found {value!r}"


_READERS: Mapping[str, Callable[[object], _Read]] = {
    "checkers": _checkers,
    "families": _texts,
    "require": _required,
    "exclude": _texts,
    "also": _texts,
    "import-root": _texts,
    "fail-on": _fail_on,
}


def _meant(name: str, known: object) -> str:
    close = difflib.get_close_matches(name.replace("_", "-"), list(cast("list[str]", known)), n=1)
    return f": did you mean {close[0]!r}?" if close else "."


def _all() -> str:
    return ", ".join(CHECKERS)
