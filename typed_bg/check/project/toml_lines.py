"""TOML files with the lines of their keys, which the parser does not tell."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover  # the same package, before it came into the standard library
    import tomli as tomllib

from typed_bg._source.file_access import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class ConfigError(Exception):
    """A config file cannot be read, or a value in it is invalid."""


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML file.

    Attributes:
        path: Where it is.
        values: What it says.
        text: How it says it.
    """

    path: Path
    values: Mapping[str, object]
    text: str

    def table(self, *names: str) -> Mapping[str, object] | None:
        """Return the table under a path of keys; None if it does not exist."""
        table = self.values
        for name in names:
            found = table.get(name)
            if not isinstance(found, dict):
                return None
            table = cast("dict[str, object]", found)
        return table

    def line(self, *names: str, index: int = 0) -> int:
        """Return the 1-based line of a key.

        Args:
            names: The path of keys.
            index: Which of several tables of that path, counted from 0: `[[tool.mypy.overrides]]`.

        Returns:
            The line; of the closest key or table around it where it is inside of an inline table.
        """
        keys = list(_keys(self.text))
        for length in range(len(names), 0, -1):
            lines = [line for line, key, count in keys if key == names[:length] and count == index]
            lines = lines or [line for line, key, _ in keys if key == names[:length]]
            # `[tool.ty.src]` alone makes the table `tool.ty` as well.
            lines = lines or [line for line, key, _ in keys if key[:length] == names[:length]]
            if lines:
                return lines[0]
        return 1


def read_toml(path: Path) -> Toml | None:
    """Read a TOML file; return None if it does not exist.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        text = read_file(path).decode()
        return Toml(path, tomllib.loads(text.replace("\r\n", "\n")), text)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # also for a number of thousands of digits
        message = f"{path} cannot be read: {error}"
        raise ConfigError(message) from error
    except RecursionError as error:
        message = f"{path} cannot be read: its values are nested too deeply"
        raise ConfigError(message) from error


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """Yield each line with a table or a key, its whole path, and which table of that path it is."""
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
            yield number, table, counts.get(table, 0)
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1])), counts.get(table, 0)


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(key))
