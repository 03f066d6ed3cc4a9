"""Moves the pinned checkers to their newest releases, and writes what changed for the site."""

from __future__ import annotations

import contextlib
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_tests._history import (
    HistoryError,
    current,
    newest_on,
    read_history,
    write_history,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typing_tests._history import Release
    from typing_tests._results import Record
    from typing_tests._rules import Rules
    from typing_tests._snippets import Snippet

_MARK = "<!-- changes -->\n"


class BumpError(Exception):
    """The checkers could not be moved, and no file was changed. The message says why."""


@dataclass(frozen=True, slots=True)
class Move:
    """A pin and the newer release.

    Attributes:
        checker: The name of the checker.
        requirement: What the pin has before its `==`, such as `pyright[nodejs]`.
        before: The pinned version.
        now: The newest version.
    """

    checker: str
    requirement: str
    before: str
    now: str


def changed_files(repository: Path) -> list[str]:
    """Return the tracked files of a clone that have changes without a commit.

    Raises:
        BumpError: It is not a clone.
    """
    command = ["git", "status", "--porcelain", "--untracked-files=no"]
    done = _run([*command, "--", "."], "cannot tell if files have uncommitted changes", repository)
    return [line[3:] for line in done.splitlines()]


def newer_releases(pyproject: Path, checkers: Sequence[str], day: str) -> list[Move]:
    """Return the pins whose checker had a newer release on a day. Writes nothing.

    Raises:
        BumpError: The newest release of a checker could not be found.
    """
    text = pyproject.read_text(encoding="utf-8")
    moves: list[Move] = []
    for checker in checkers:
        found = re.search(rf'"(?P<name>{checker}(?:\[\w+\])?)==(?P<version>[^"]+)"', text)
        if found is None:
            msg = f"{pyproject} does not pin {checker}"
            raise ValueError(msg)
        try:
            version = newest_on(checker, day)
        except HistoryError as error:
            raise BumpError(str(error)) from error
        if version != found["version"]:
            moves.append(Move(checker, found["name"], found["version"], version))
    return moves


def install(moves: Sequence[Move], python: Path) -> None:
    """Install the newer releases into the environment of an interpreter.

    Raises:
        BumpError: They could not be downloaded or installed.
    """
    wanted = [f"{move.requirement}=={move.now}" for move in moves]
    command = ["uv", "pip", "install", "--quiet", "--python", str(python), *wanted]
    _run(command, f"cannot install {', '.join(wanted)}")


def move_pins(pyproject: Path, moves: Sequence[Move]) -> None:
    """Pin the newer releases."""
    text = pyproject.read_text(encoding="utf-8")
    for move in moves:
        pin = f'"{move.requirement}=='
        text = text.replace(f'{pin}{move.before}"', f'{pin}{move.now}"')
    pyproject.write_text(text, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def restored_on_error(paths: Sequence[Path]) -> Iterator[None]:
    """Give files the content that they had before, if the block raises anything."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        raise


def _run(command: list[str], failure: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise _because(failure, error) from error
    return done.stdout


def _because(failure: str, error: OSError | subprocess.CalledProcessError) -> BumpError:
    why = error if isinstance(error, OSError) else str(error.stderr).strip() or error
    return BumpError(f"{failure}: {why}")


def keep_release(
    folder: Path, checker: str, record: Record, snippets: Sequence[Snippet], rules: Rules
) -> None:
    """Add the recorded release of a checker to its history, before another one replaces it."""
    path = folder / "history" / f"{checker}.toml"
    release = current(checker, record, snippets, rules)
    others = [each for each in read_history(path, snippets) if each.version != release.version]
    write_history(path, checker, [*others, release])


def changes(checker: str, before: Release, now: Release) -> str:
    """Return what changed between two releases of a checker as a section of Markdown."""
    both = before.verdicts.keys() & now.verdicts.keys()
    changed = [
        (name, before.verdicts[name], now.verdicts[name])
        for name in sorted(both)
        if before.verdicts[name] != now.verdicts[name]
    ]
    lines = [f"## {checker} {now.version} ({now.date})\n", f"Before it: {before.version}.\n"]
    lines += (f"- `{name}`: {was} → **{word}**" for name, was, word in changed)
    if not changed:
        lines.append(f"No verdict changed in {len(both)} snippets.")
    return "\n".join(lines) + "\n"


def add_changes(page: Path, sections: Sequence[str]) -> None:
    """Put sections at the top of the page of changes.

    Raises:
        ValueError: The page does not say where they go.
    """
    head, mark, rest = page.read_text(encoding="utf-8").partition(_MARK)
    if not mark:
        msg = f"{page} has no line {_MARK.strip()}"
        raise ValueError(msg)
    text = "".join([head, mark, *(f"\n{section}" for section in sections), rest])
    page.write_text(text, encoding="utf-8", newline="\n")
