"""Moves the pinned checkers to their newest releases, and writes what changed for the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typing_tests._history import current, newest_on, read_history, write_history

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from typing_tests._history import Release
    from typing_tests._results import Record
    from typing_tests._rules import Rules
    from typing_tests._snippets import Snippet

_MARK = "<!-- changes -->\n"


def move_pins(pyproject: Path, checkers: Sequence[str], day: str) -> list[str]:
    """Pin the releases that were the newest on a day.

    Returns:
        A sentence for each pin that moved.
    """
    text = pyproject.read_text(encoding="utf-8")
    moved: list[str] = []
    for checker in checkers:
        pin = re.compile(rf'(?m)(?P<name>"{checker}(?:\[\w+\])?==)(?P<version>[^"]+)"')
        found = pin.search(text)
        if found is None:
            msg = f"{pyproject} does not pin {checker}"
            raise ValueError(msg)
        version = newest_on(checker, day)
        if version != found["version"]:
            text = f'{text[: found.start()]}{found["name"]}{version}"{text[found.end() :]}'
            moved.append(f"{checker}: {found['version']} -> {version}")
    pyproject.write_text(text, encoding="utf-8", newline="\n")
    return moved


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
    changed = [
        (name, before.verdicts[name], now.verdicts[name])
        for name in sorted(before.verdicts.keys() & now.verdicts.keys())
        if before.verdicts[name] != now.verdicts[name]
    ]
    lines = [f"## {checker} {now.version} ({now.date})\n", f"Before it: {before.version}.\n"]
    lines += (f"- `{name}`: {was} → **{word}**" for name, was, word in changed)
    if not changed:
        lines.append("No verdict changed.")
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
