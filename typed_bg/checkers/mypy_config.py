"""mypy's config without the options that would write files or run code.

The config is found and parsed in the same way as mypy does. If it contains such options, mypy runs
with a derived config instead, because the command line cannot switch them off.
"""

from __future__ import annotations

import configparser
import io
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover  # the same package, before it came into the standard library
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Table = Mapping[str, object]

_OWN = ("mypy.ini", ".mypy.ini")
_SHARED = ("pyproject.toml", "setup.cfg")  # only with a section for mypy
_REPOSITORY = (".git", ".hg")
# A plugin is a module or a file, with a function after a colon.
_PLUGIN_FILE = re.compile(r"\.py(?::|$)")
_FOLDER = "MYPY_CONFIG_FILE_DIR"  # set by mypy, for use in the config


@dataclass(frozen=True, slots=True)
class DerivedConfig:
    """A config to run mypy with.

    Attributes:
        name: The file's name. Its ending decides how mypy reads it.
        text: The content.
    """

    name: str
    text: str


def derive_config(root: Path, *, plugins: bool = True) -> DerivedConfig | None:
    """Return the config that mypy would use, without options that write files or run code.

    Args:
        root: The folder that mypy runs in.
        plugins: Whether to keep the plugins.

    Returns:
        The config; `None` if it has no such options, so that mypy can use it as it is.
    """

    def is_dropped(key: str) -> bool:
        return key.endswith("_report") or (key == "plugins" and not plugins)

    for path in _candidates(root):
        try:
            read = _read_toml(path) if path.suffix == ".toml" else _read_ini(path)
        except (OSError, ValueError, configparser.Error, RecursionError):
            continue  # as mypy does: it reports the error and tries the next one
        if read is None:
            continue
        if not any(is_dropped(key) for key in read.general):
            return None
        return DerivedConfig(path.name, read.write(path.parent, is_dropped))
    return None


def _candidates(root: Path) -> Iterator[Path]:
    for folder in (root, *root.parents):
        yield from (folder / name for name in (*_OWN, *_SHARED))
        if any(os.path.exists(folder / name) for name in _REPOSITORY):  # noqa: PTH110
            break
    if settings := os.environ.get("XDG_CONFIG_HOME"):
        yield Path(settings, "mypy/config")
    yield from (Path("~/.config/mypy/config").expanduser(), Path("~/.mypy.ini").expanduser())


@dataclass(frozen=True, slots=True)
class _Ini:
    sections: Mapping[str, Mapping[str, str]]

    @property
    def general(self) -> Table:
        return self.sections.get("mypy", {})

    def write(self, folder: Path, is_dropped: Callable[[str], bool]) -> str:
        written = configparser.RawConfigParser(default_section="")
        for name, section in self.sections.items():
            if name == "mypy" or name.startswith("mypy-"):
                written[name] = {
                    key: str(_moved(key, value, folder))
                    for key, value in section.items()
                    if not is_dropped(key)
                }
        text = io.StringIO()
        written.write(text)
        return text.getvalue()


@dataclass(frozen=True, slots=True)
class _Toml:
    general: Table

    def write(self, folder: Path, is_dropped: Callable[[str], bool]) -> str:
        table = {
            key: _moved(key, value, folder)
            for key, value in self.general.items()
            if not is_dropped(key)
        }
        return f"tool = {_toml({'mypy': table})}\n"


def _read_ini(path: Path) -> _Ini | None:
    if not os.path.isfile(path):  # noqa: PTH113
        return None
    parser = configparser.RawConfigParser()
    parser.read_string(path.read_text("utf-8"))
    if path.name in _SHARED and not parser.has_section("mypy"):
        return None
    return _Ini({name: dict(parser.items(name)) for name in parser.sections()})


def _read_toml(path: Path) -> _Toml | None:
    if not os.path.isfile(path):  # noqa: PTH113
        return None
    tool: object = tomllib.loads(path.read_text("utf-8")).get("tool")
    table = cast("Table", tool).get("mypy") if isinstance(tool, dict) else None
    return _Toml(cast("Table", table)) if isinstance(table, dict) else None


def _moved(key: str, value: object, folder: Path) -> object:
    """Return a value for a config in another folder than the original's."""
    if isinstance(value, list):
        return [_moved(key, item, folder) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("Table", value).items()
        return {name: _moved(name, item, folder) for name, item in items}
    if not isinstance(value, str):
        return value
    if key == "plugins":
        pieces = value.replace(",", "\n").splitlines()
        value = "\n".join(_moved_plugin(piece.strip(), folder) for piece in pieces)
    for variable in (f"${_FOLDER}", f"${{{_FOLDER}}}"):
        value = value.replace(variable, str(folder))
    return value


def _moved_plugin(plugin: str, folder: Path) -> str:
    return str(folder / plugin) if _PLUGIN_FILE.search(plugin) else plugin


def _toml(value: object) -> str:
    """Return a value as TOML, on one line."""
    if isinstance(value, dict):
        items = cast("Table", value).items()
        return f"{{{', '.join(f'{_toml(key)} = {_toml(item)}' for key, item in items)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, cast('list[object]', value)))}]"
    if isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)  # a number, a date or a time
