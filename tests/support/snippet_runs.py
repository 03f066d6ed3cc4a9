"""Runs the typing snippets against the library, from copies, and records how the bad ones end.

`python3.13 tests/support/snippet_runs.py --accept` rewrites the outcomes in
`snippet_outcomes.toml`. Any other Python writes only what differs, into a table of its own: older
ones cannot see the signatures of some C functions.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from unittest import mock

import anyio

from typed_bg import BackgroundTasks, background
from typed_bg._core import argument_types
from typed_bg.exceptions import TaskArgumentError, TaskError
from typed_bg.fastapi import CheckedBackgroundTasks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

SNIPPETS = Path(__file__).parents[2] / "typing_tests"
OUTCOMES = Path(__file__).with_name("snippet_outcomes.toml")
WRONG_TYPES = Path(__file__).with_name("snippets_with_wrong_types.txt")

# The version whose outcomes are recorded in full: every snippet runs on it.
COMMON = "3.13"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"

_HEAD = """\
# How each bad snippet ends at run time. Written by
# `python3.13 tests/support/snippet_runs.py --accept`, and by the same command of other versions,
# which record where they differ."""
_NEEDS = re.compile(r"^Needs: Python 3\.(\d+)$", re.MULTILINE)
_EXPECTATION = re.compile(r"# E(?:\[\w+\+?\])?: ")


@dataclass(frozen=True)
class Snippet:
    """One file of `typing_tests/good` or `typing_tests/bad`."""

    path: Path
    minor_version: int
    error_lines: frozenset[int]

    @property
    def name(self) -> str:
        """The file's name without its ending: unique over both folders."""
        return self.path.stem

    @property
    def runs_here(self) -> bool:
        """Whether this interpreter knows the snippet's syntax."""
        return sys.version_info >= (3, self.minor_version)


def snippets(kind: str) -> list[Snippet]:
    """Read the snippets of one folder, in the order of their names."""
    return [_read(path) for path in sorted((SNIPPETS / kind).glob("*.py"))]


def outcome(snippet: Snippet, folder: Path) -> str:
    """Say how a bad snippet ends.

    Returns:
        `refused: <error>` if typed_bg raised it on a line with an expectation, `raises: <error>` if
        something else did, `fails when run: <error>`, or, without any error: `fixed` if the task
        left its evidence in the module's list `ran`, `lost` if that list stayed empty, and
        `not seen` if the module has no such list.
    """
    tasks = BackgroundTasks()
    module = load(snippet, folder)
    try:
        module.main(tasks)
    except TaskError as error:
        _require_marked_line(snippet, error)
        return f"refused: {type(error).__name__}"
    except Exception as error:  # noqa: BLE001  # which one it is belongs to the outcome
        _require_marked_line(snippet, error)
        return f"raises: {type(error).__name__}"
    try:
        anyio.run(tasks)
    except Exception as error:  # noqa: BLE001  # which one it is belongs to the outcome
        return f"fails when run: {type(error).__name__}"
    if not hasattr(module, "ran"):
        return "not seen"
    return "fixed" if module.ran else "lost"


@contextlib.contextmanager
def types_checked() -> Iterator[BackgroundTasks]:
    """Check the types of arguments everywhere; yield a collection of the most derived class."""
    argument_types.prepare(value=True)
    with (
        mock.patch.object(BackgroundTasks, "_check_types", new=True),
        mock.patch.object(background, "_DEFAULT_CHECK_TYPES", new=True),
    ):
        tasks = CheckedBackgroundTasks()
        yield tasks
        tasks.tasks.clear()


def has_wrong_types(snippet: Snippet, folder: Path) -> bool:
    """Return whether a bad snippet is rejected only because of the types of its arguments."""
    with types_checked() as tasks:
        module = load(snippet, folder)
        try:
            module.main(tasks)
        except TaskArgumentError as error:
            _require_marked_line(snippet, error)
            return "whose annotation is" in error.fact
        except Exception:  # noqa: BLE001  # as `outcome` records
            return False
    return False


def recorded_wrong_types() -> set[str]:
    """Read which bad snippets the check of types rejects."""
    return set(WRONG_TYPES.read_text(encoding="utf-8").split())


def recorded() -> dict[str, str]:
    """Read the outcomes that hold for this interpreter."""
    common, differing = _read_tables()
    return {**common, **differing.get(HERE, {})}


def load(snippet: Snippet, folder: Path) -> ModuleType:
    """Import a copy of a snippet, under a name that shadows nothing."""
    copy = Path(shutil.copy(snippet.path, folder))
    name = f"snippet_{snippet.name}"
    spec = importlib.util.spec_from_file_location(name, copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[name]
    return module


def _read_tables() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    if not OUTCOMES.exists():
        return {}, {}
    content = tomllib.loads(OUTCOMES.read_text(encoding="utf-8"))
    tables = cast("dict[str, dict[str, str]]", content)
    return tables.pop(COMMON, {}), tables


def _read(path: Path) -> Snippet:
    text = path.read_text(encoding="utf-8")
    needs = _NEEDS.search(text)
    return Snippet(
        path=path,
        minor_version=int(needs[1]) if needs else 10,
        error_lines=frozenset(
            number
            for number, line in enumerate(text.splitlines(), start=1)
            if _EXPECTATION.search(line)
        ),
    )


def _require_marked_line(snippet: Snippet, error: Exception) -> None:
    """An error from any other line would be recorded as if the bad call had been rejected."""
    lines = {
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).name == snippet.path.name and frame.lineno is not None
    }
    if not lines & snippet.error_lines:
        text = f"{snippet.name} fails on its lines {sorted(lines)}, none of which expects an error"
        raise AssertionError(text) from error


def _accept() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        new = {
            snippet.name: outcome(snippet, Path(folder))
            for snippet in snippets("bad")
            if snippet.runs_here
        }
        wrong_types = {
            snippet.name
            for snippet in snippets("bad")
            if snippet.runs_here and has_wrong_types(snippet, Path(folder))
        }
        os.chdir(SNIPPETS)  # Windows removes no folder that is in use
    common, differing = _read_tables()
    if HERE == COMMON:
        common = new
        WRONG_TYPES.write_text("\n".join([*sorted(wrong_types), ""]), newline="\n")
    else:
        differing[HERE] = {name: ended for name, ended in new.items() if ended != common.get(name)}
    OUTCOMES.write_text(_as_toml(common, differing), encoding="utf-8", newline="\n")


def _as_toml(common: dict[str, str], differing: dict[str, dict[str, str]]) -> str:
    tables = {COMMON: common, **{version: differing[version] for version in sorted(differing)}}
    parts = [
        "\n".join([f'["{version}"]', *(f'{name} = "{table[name]}"' for name in sorted(table))])
        for version, table in tables.items()
        if table
    ]
    return "\n\n".join([_HEAD, *parts]) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit("usage: python tests/support/snippet_runs.py --accept")
    _accept()
