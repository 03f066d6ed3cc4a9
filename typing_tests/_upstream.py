"""Reads upstream.toml: why a result is not as it should be, and which issues are about it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from typing_tests._results import Record

REPOSITORIES = {
    "basedpyright": "DetachHead/basedpyright",
    "cpython": "python/cpython",
    "mypy": "python/mypy",
    "pyanalyze": "quora/pyanalyze",
    "pycroscope": "JelleZijlstra/pycroscope",
    "pyrefly": "facebook/pyrefly",
    "pyright": "microsoft/pyright",
    "ruff": "astral-sh/ruff",
    "ty": "astral-sh/ty",
    "typeshed": "python/typeshed",
    "typing": "python/typing",
    "zuban": "zubanls/zuban",
}
"""The repository of each project that an issue can be in."""

_NONE = "none: "
_PARTS = ("missed", "wrong_rule", "unexpected")


@dataclass(frozen=True, slots=True)
class Gap:
    """Why some checkers get some snippets wrong.

    Attributes:
        snippets: The names of the snippets.
        checkers: The names of the checkers.
        issues: Issues and pull requests about it, such as `ruff#27371`.
        why: Why there is no issue, or empty.
        report: The name of a page in docs/upstream/ that can be filed, or empty.
    """

    snippets: tuple[str, ...]
    checkers: tuple[str, ...]
    issues: tuple[str, ...]
    why: str
    report: str


def read_gaps(path: Path, checkers: Sequence[str]) -> list[Gap]:
    """Read upstream.toml.

    Args:
        path: The file. Without it, there are no gaps.
        checkers: The checkers that an entry is about if it names none.

    Raises:
        ValueError: An entry is invalid. The message says which and why.
    """
    if not path.exists():
        return []
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return [_gap(entry, checkers) for entry in content["gap"]]


def _gap(entry: Mapping[str, Any], checkers: Sequence[str]) -> Gap:
    upstream = entry.get("upstream")
    why = upstream.removeprefix(_NONE) if isinstance(upstream, str) else ""
    issues = () if isinstance(upstream, str) else tuple(upstream or ())
    projects = {issue.partition("#")[0] for issue in issues}
    if not issues and (not why or why == upstream):
        msg = f"{entry['snippets']}: `upstream` is a list of issues, or `none: ` and why"
        raise ValueError(msg)
    if unknown := projects - REPOSITORIES.keys():
        msg = f"{entry['snippets']}: no repository is known for {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    named = tuple(entry.get("checkers", checkers))
    return Gap(tuple(entry["snippets"]), named, issues, why, entry.get("report", ""))


def link(issue: str) -> str:
    """Return the address of an issue or pull request."""
    project, _, number = issue.partition("#")
    return f"https://github.com/{REPOSITORIES[project]}/issues/{number}"


def problems(gaps: Sequence[Gap], records: Mapping[str, Record]) -> Iterator[str]:
    """Describe the wrong results without an entry, with two, and the entries without a result."""
    wrong = {
        (name, checker)
        for checker, record in records.items()
        for snippets in record.profiles.values()
        for name, parts in snippets.items()
        if any(parts.get(part) for part in _PARTS)
    }
    explained = [
        (name, checker)
        for gap in gaps
        for name in gap.snippets
        for checker in gap.checkers
        if checker in records
    ]
    for name, checker in sorted(wrong - set(explained)):
        yield f"{name}, {checker}: its result is wrong, and upstream.toml does not say why"
    for name, checker in sorted(set(explained) - wrong):
        yield f"{name}, {checker}: its result is right now; remove it from upstream.toml"
    for name, checker in sorted({each for each in explained if explained.count(each) > 1}):
        yield f"{name}, {checker}: upstream.toml has two entries for it"
