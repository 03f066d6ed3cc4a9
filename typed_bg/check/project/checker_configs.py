"""The config files of the six checkers: which one counts, and what it says on which line.

Each checker looks in the folder that it runs in and then in those above. Within a folder, and
between folders, they choose in different ways; the tests ask the checkers themselves.
"""

from __future__ import annotations

import configparser
import json
import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from typed_bg._source.file_access import is_file, read_file
from typed_bg._source.files import folders_upwards
from typed_bg.check.project.toml_lines import ConfigError, read_toml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from typed_bg.check.project.toml_lines import Toml

_INI_SECTION = re.compile(r"\[(.+)\]\s*(?:[#;].*)?")
_INI_KEY = re.compile(r"([^\s=:#;\[][^=:]*?)\s*[=:]")
# A string, which stays; a comment; a comma before a closing bracket.
_JSON_EXTRAS = re.compile(r'"(?:\\.|[^"\\])*"|//[^\r\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
_MANY_BASES = 20


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a config.

    Attributes:
        name: The option, as it is written.
        value: Its value: of TOML or JSON; text in an INI file.
        path: The file that contains it, which can be a base of the config.
        line: The 1-based line.
    """

    name: str
    value: object
    path: Path
    line: int

    @property
    def on(self) -> bool:
        """Whether it is switched on."""
        return self.value is True or str(self.value).lower() in {"true", "yes", "1", "on"}

    @property
    def items(self) -> tuple[str, ...]:
        """Its value as a list: INI files separate by commas or lines."""
        value = self.value
        if isinstance(value, list):
            return tuple(str(item) for item in cast("list[object]", value))
        return tuple(item.strip() for item in re.split(r"[,\n]", str(self.value)) if item.strip())


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a config.

    Attributes:
        name: As it is written, such as `[mypy-app.*]`.
        scope: What it holds for: patterns of module names, or of files; empty for everything.
        options: What it says.
    """

    name: str
    scope: tuple[str, ...]
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class Config:
    """The config of one checker.

    Attributes:
        checker: The checker's name.
        path: The file.
        own: Whether it is the checker's own; pyrefly and zuban take mypy's else.
        sections: What it says; the general section comes first.
    """

    checker: str
    path: Path
    own: bool = True
    sections: tuple[Section, ...] = field(default=())

    @property
    def general(self) -> Mapping[str, Option]:
        """The settings that apply to all files."""
        return self.sections[0].options if self.sections else MappingProxyType({})

    @property
    def general_line(self) -> int:
        """The line of its first section's header; 1 if it has no section."""
        name = self.sections[0].name if self.sections else ""
        lines = (_text(self.path) or "").splitlines()
        return next((i for i, line in enumerate(lines, 1) if name and line.startswith(name)), 1)


def find_config(checker: str, root: Path) -> Config | None:
    """Read the config that a checker uses when it runs in a folder.

    Args:
        checker: The checker's name.
        root: The folder. Those above it count up to the repository's top.

    Returns:
        The config; None where the checker runs with its defaults.

    Raises:
        ConfigError: It cannot be read.
    """
    return next((found for found in _FINDERS[checker](root.resolve())), None)


def _mypy(root: Path) -> Iterator[Config]:
    for folder in folders_upwards(root):
        for name in ("mypy.ini", ".mypy.ini"):
            yield from _mypy_ini("mypy", folder / name, required=False)
        yield from _mypy_toml("mypy", folder / "pyproject.toml")
        yield from _mypy_ini("mypy", folder / "setup.cfg", required=True)


def _zuban(root: Path) -> Iterator[Config]:
    for config in _zuban_or_mypy(root):
        yield Config("zuban", config.path, own=config.checker == "zuban", sections=config.sections)


def _zuban_or_mypy(root: Path) -> Iterator[Config]:
    for folder in folders_upwards(root):
        for name in ("mypy.ini", ".mypy.ini"):
            yield from _mypy_ini("mypy", folder / name, required=False)
        yield from _mypy_toml("zuban", folder / "pyproject.toml")
        yield from _mypy_toml("mypy", folder / "pyproject.toml")
        yield from _mypy_ini("mypy", folder / "setup.cfg", required=True)


def _mypy_ini(checker: str, path: Path, *, required: bool) -> Iterator[Config]:
    """Read an INI file; a setup.cfg is mypy's only with a section that says so."""
    text = _text(path)
    if text is None:
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        message = f"{path} cannot be read: {error}"
        raise ConfigError(message) from error
    if required and not parser.has_section("mypy"):
        return
    lines = dict(_ini_lines(text))
    sections = [
        Section(
            f"[{name}]",
            () if name == "mypy" else tuple(name.removeprefix("mypy-").split(",")),
            {
                key: Option(key, value, path, lines.get((name, key), 1))
                for key, value in parser.items(name)
            },
        )
        for name in parser.sections()
        if name == "mypy" or name.startswith("mypy-")
    ]
    yield Config(checker, path, sections=_general_first(sections))


def _mypy_toml(tool: str, path: Path) -> Iterator[Config]:
    file = read_toml(path)
    table = None if file is None else file.table("tool", tool)
    if file is None or table is None:
        return
    sections = [Section(f"[tool.{tool}]", (), _options(file, table, "tool", tool))]
    for index, override in enumerate(_tables(table.get("overrides"))):
        scope = _strings(override.get("module"))
        options = _options(file, override, "tool", tool, "overrides", index=index)
        sections.append(Section(f"[[tool.{tool}.overrides]]", scope, options))
    yield Config(tool, path, sections=tuple(sections))


def _pyright(root: Path) -> Iterator[Config]:
    yield from _pyright_files(root, ("pyright",))


def _basedpyright(root: Path) -> Iterator[Config]:
    for config in _pyright_files(root, ("basedpyright", "pyright")):
        yield Config("basedpyright", config.path, sections=config.sections)


def _pyright_files(root: Path, tools: tuple[str, ...]) -> Iterator[Config]:
    for folder in folders_upwards(root):
        path = folder / "pyrightconfig.json"
        if is_file(path):
            options = _json_options(path, _MANY_BASES)
            yield Config("pyright", path, sections=(Section(path.name, (), options),))
    for folder in folders_upwards(root):
        for tool in tools:
            yield from _table(tool, folder / "pyproject.toml", tool)


def _json_options(path: Path, bases: int) -> dict[str, Option]:
    """Read a JSON config on top of the one that it extends."""
    text = _text(path) or "{}"
    plain = _JSON_EXTRAS.sub(lambda m: m[0] if m[0].startswith('"') else _blank(m[0]), text)
    try:
        values: object = json.loads(_JSON_EXTRAS.sub(_without_comma, plain))
    except (ValueError, RecursionError) as error:
        message = f"{path} cannot be read: {error}"
        raise ConfigError(message) from error
    if not isinstance(values, dict):
        message = f"{path} is not a JSON object"
        raise ConfigError(message)
    own = {
        name: Option(name, value, path, _json_line(plain, name))
        for name, value in cast("dict[str, object]", values).items()
    }
    extended = own.get("extends")
    if extended is None or not bases:
        return own
    return _json_options(path.parent / str(extended.value), bases - 1) | own


def _ty(root: Path) -> Iterator[Config]:
    yield from _own_toml("ty", root, _ty_sections)


def _own_toml(
    checker: str, root: Path, sections: Callable[[Toml, tuple[str, ...]], tuple[Section, ...]]
) -> Iterator[Config]:
    """Read a checker's own TOML file, and its table in pyproject.toml."""
    for folder in folders_upwards(root):
        for name, keys in ((f"{checker}.toml", ()), ("pyproject.toml", ("tool", checker))):
            file = read_toml(folder / name)
            if file is not None and file.table(*keys) is not None:
                yield Config(checker, file.path, sections=sections(file, keys))


def _ty_sections(file: Toml, names: tuple[str, ...]) -> tuple[Section, ...]:
    prefix = ".".join((*names, ""))
    table = file.table(*names) or {}
    sections = [Section(f"[{prefix[:-1]}]" if names else "", (), _options(file, table, *names))]
    for name in ("src", "rules"):
        inner = file.table(*names, name) or {}
        options = _options(file, inner, *names, name)
        # One general section: `src.exclude`, `rules.invalid-argument-type`.
        named = {f"{name}.{key}": option for key, option in options.items()}
        sections[0] = Section(sections[0].name, (), {**sections[0].options, **named})
    for index, override in enumerate(_tables(table.get("overrides"))):
        rules = {"rules": override.get("rules")}
        options = _options(file, rules, *names, "overrides", index=index)
        inner = _table_or_empty(rules["rules"])
        named = {
            f"rules.{key}": Option(key, value, file.path, options["rules"].line)
            for key, value in inner.items()
        }
        scope = _strings(override.get("include", ["**"]))
        sections.append(Section(f"[[{prefix}overrides]]", scope, named))
    return tuple(sections)


def _pyrefly(root: Path) -> Iterator[Config]:
    yield from _own_toml("pyrefly", root, _pyrefly_sections)
    # Without a config of its own, it takes a preset that follows mypy's.
    for folder in folders_upwards(root):
        for config in (
            *_mypy_ini("mypy", folder / "mypy.ini", required=False),
            *_mypy_toml("mypy", folder / "pyproject.toml"),
        ):
            yield Config("pyrefly", config.path, own=False, sections=config.sections)


def _pyrefly_sections(file: Toml, names: tuple[str, ...]) -> tuple[Section, ...]:
    table = file.table(*names) or {}
    errors = file.table(*names, "errors") or {}
    options = dict(_options(file, table, *names))
    for key, option in _options(file, errors, *names, "errors").items():
        options[f"errors.{key}"] = option
    sections = [Section(f"[{'.'.join(names)}]" if names else "", (), options)]
    for index, part in enumerate(_tables(table.get("sub-config"))):
        line = file.line(*names, "sub-config", index=index)
        inner = _table_or_empty(part.get("errors"))
        named = {
            f"errors.{key}": Option(key, value, file.path, line) for key, value in inner.items()
        }
        scope = (str(part.get("matches", "")),)
        sections.append(Section(f"[[{'.'.join((*names, 'sub-config'))}]]", scope, named))
    return tuple(sections)


_FINDERS: Mapping[str, Callable[[Path], Iterator[Config]]] = MappingProxyType(
    {
        "mypy": _mypy,
        "pyright": _pyright,
        "basedpyright": _basedpyright,
        "ty": _ty,
        "pyrefly": _pyrefly,
        "zuban": _zuban,
    }
)


def _table(checker: str, path: Path, tool: str) -> Iterator[Config]:
    file = read_toml(path)
    table = None if file is None else file.table("tool", tool)
    if file is not None and table is not None:
        section = Section(f"[tool.{tool}]", (), _options(file, table, "tool", tool))
        yield Config(checker, path, sections=(section,))


def _options(
    file: Toml, table: Mapping[str, object], *names: str, index: int = 0
) -> dict[str, Option]:
    return {
        key: Option(key, value, file.path, file.line(*names, key, index=index))
        for key, value in table.items()
    }


def _tables(value: object) -> list[dict[str, object]]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]


def _table_or_empty(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    items = cast("list[object]", value) if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, str))


def _general_first(sections: list[Section]) -> tuple[Section, ...]:
    general = [section for section in sections if not section.scope]
    named = [section for section in sections if section.scope]
    return (*(general or [Section("[mypy]", (), {})]), *named)


def _ini_lines(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _INI_SECTION.match(line):
            section = found[1]
        elif found := _INI_KEY.match(line):
            yield (section, found[1].lower()), number


def _text(path: Path) -> str | None:
    try:
        return read_file(path).decode("utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:  # also for a name with a null character
        message = f"{path} cannot be read: {error}"
        raise ConfigError(message) from error


def _blank(extra: str) -> str:
    """Take a comment out, and leave a comma to be looked at once comments are gone."""
    return "," if extra == "," else re.sub(r"[^\r\n]", " ", extra)


def _without_comma(match: re.Match[str]) -> str:
    return " " if match[0] == "," else match[0]


def _json_line(text: str, name: str) -> int:
    found = re.search(rf'"{re.escape(name)}"\s*:', text)
    return 1 if found is None else text.count("\n", 0, found.start()) + 1
