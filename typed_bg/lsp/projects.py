"""The projects in an editor's window, and their settings."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from typed_bg._source.files import find_root
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.families import KNOWN
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.project.interpreter import find_interpreter
from typed_bg.check.project.settings import Settings, read_settings
from typed_bg.check.project.toml_lines import ConfigError
from typed_bg.lsp.analysis import Analysis
from typed_bg.lsp.environment import import_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from typed_bg.check.calls.forwarders import Forwarder

_CONFIG = "pyproject.toml"


@dataclass(frozen=True)
class EditorOptions:
    """What an editor sets, in `initializationOptions`.

    Attributes:
        settings: What `[tool.typed_bg]` sets otherwise.
        diagnostics: Whether to run `typed-bg check` when a file is opened or saved.
        untrusted: Whether that check may execute nothing of the project.
    """

    settings: Settings = field(default_factory=Settings)
    diagnostics: bool = True
    untrusted: bool = False


def read_options(value: object) -> tuple[EditorOptions, list[str]]:
    """Read what an editor sets, and return what is wrong with it."""
    options, problems = EditorOptions(), list[str]()
    if value is None:
        return options, problems
    if not isinstance(value, dict):
        return options, [f"initializationOptions: expected an object, found {value!r}"]
    settings = Settings()
    for key, given in cast("dict[str, object]", value).items():
        if key == "diagnostics" and isinstance(given, bool):
            options = replace(options, diagnostics=given)
        elif key == "untrusted" and isinstance(given, bool):
            options = replace(options, untrusted=given)
        elif key == "python" and isinstance(given, str):
            settings = replace(settings, python=given)
        elif key == "also" and (texts := _texts(given)) is not None:
            settings = replace(settings, also=texts)
        elif key == "checkers" and (texts := _texts(given)) is not None:
            settings = replace(settings, checkers=texts)
        elif key == "importRoot" and (texts := _texts(given)) is not None:
            settings = replace(settings, import_root=texts)
        else:
            problems.append(
                f"initializationOptions: {key!r} cannot be {given!r}: use diagnostics and "
                "untrusted (true or false), python (a path), also, checkers and importRoot (lists "
                "of strings)"
            )
    return replace(options, settings=settings), problems


def _texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    texts = tuple(item for item in items if isinstance(item, str))
    return texts if len(texts) == len(items) else None


class Projects:
    """The projects that documents belong to, each read once."""

    def __init__(
        self,
        folders: Iterable[Path],
        options: EditorOptions,
        warn: Callable[[str], None],
        variables: Mapping[str, str] = os.environ,
    ) -> None:
        """Take the folders of the editor's window.

        Args:
            folders: The folders.
            options: What the editor sets.
            warn: Called with what is wrong with a project's settings.
            variables: The environment variables.
        """
        self.options = options
        self._folders = list(folders)
        self._warn = warn
        self._variables = variables
        self._analyses: dict[Path, tuple[int | None, Analysis]] = {}

    def add(self, folder: Path) -> None:
        """Add a folder to the window."""
        self._folders.append(folder)

    def remove(self, folder: Path) -> None:
        """Remove a folder from the window, and what was read for it."""
        self._folders = [other for other in self._folders if other != folder]
        self._analyses = {
            root: analysis
            for root, analysis in self._analyses.items()
            if not root.is_relative_to(folder)
        }

    def root(self, path: Path) -> Path:
        """Return the root of the project that a document belongs to."""
        around = [folder for folder in self._folders if path.is_relative_to(folder)]
        folder = max(around, key=lambda it: len(it.parts), default=path.parent)
        # The check follows links too.
        return find_root([path.resolve().parent], folder)

    def analysis(self, path: Path) -> Analysis:
        """Return the analysis of a document's project, a new one when the config has changed."""
        root = self.root(path)
        changed = _changed(root / _CONFIG)
        known = self._analyses.get(root)
        if known is None or known[0] != changed:
            known = self._analyses[root] = changed, self._read(root)
        return known[1]

    def _read(self, root: Path) -> Analysis:
        settings = self.options.settings
        try:
            settings = settings.over(read_settings(root))
        except ConfigError as error:
            self._warn(str(error))
        python = None if settings.python is None else root / settings.python
        try:
            interpreter = find_interpreter(root, self._variables, python)
        except ConfigError as error:
            self._warn(str(error))
            interpreter = find_interpreter(root, self._variables)
        more = [(root / folder).resolve() for folder in settings.import_root or ()]
        inline = [forwarder for forwarder in KNOWN if not forwarder.has_containers]
        forwarders = (*BACKGROUND, *inline, *self._also(settings))
        return Analysis(root, import_path(interpreter.path), forwarders, more)

    def _also(self, settings: Settings) -> list[Forwarder]:
        found: list[Forwarder] = []
        for text in settings.also or ():
            try:
                found.append(declared(text))
            except ValueError as error:  # noqa: PERF203  # the others still count
                self._warn(f"also: {error}")
        return found


def _changed(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
