"""The recorded results in results/<checker>.toml, which are generated and compared exactly."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from typing_tests._judging import Result

Entry = dict[str, Any]
"""A finding or a miss, as a TOML table."""

SnippetEntries = dict[str, list[Entry]]
"""A result without its empty lists."""

Profiles = dict[str, dict[str, SnippetEntries]]
"""Results by profile and snippet. Accepted good snippets have no entry."""

_HEAD = (
    "# The errors that {checker} reports in bad snippets, and all unexpected results.\n"
    "# Written by `python -m typing_tests --accept`.\n"
)


@dataclass(slots=True)
class Record:
    """The results of one checker."""

    version: str
    date: str = ""
    """The day on which this version was recorded first."""
    profiles: Profiles = field(default_factory=Profiles)


def as_entries(results: Mapping[str, Result]) -> dict[str, SnippetEntries]:
    """Convert results into the form that is recorded."""
    recorded: dict[str, SnippetEntries] = {}
    for name, result in sorted(results.items()):
        parts = cast("SnippetEntries", {part: list(e) for part, e in asdict(result).items() if e})
        if parts:
            recorded[name] = parts
    return recorded


def read_record(path: Path) -> Record | None:
    """Read a checker's record, or return None if it has none."""
    if not path.exists():
        return None
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    version = cast("str", content.pop("version"))
    date = str(content.pop("date", ""))
    return Record(version, date, cast("Profiles", content))


def write_record(path: Path, checker: str, record: Record) -> None:
    """Write a checker's record. The same results always give the same bytes."""
    lines = [f"{_HEAD.format(checker=checker)}version = {_text(record.version)}\n"]
    if record.date:
        lines.append(f"date = {record.date}\n")
    for profile, snippets in sorted(record.profiles.items()):
        for name, parts in sorted(snippets.items()):
            lines.append(f"\n[{profile}.{name}]\n")
            for part, entries in parts.items():
                lines.append(f"{part} = [\n")
                lines += (f"  {_inline_table(entry)},\n" for entry in entries)
                lines.append("]\n")
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def differences(recorded: Record | None, found: Record) -> list[str]:
    """Describe how results differ from the record, in the profiles that were run."""
    if recorded is None:
        return ["nothing is recorded yet"]
    lines: list[str] = []
    if recorded.version != found.version:
        lines.append(f"version {found.version}, but the record is for {recorded.version}")
    for profile, now in sorted(found.profiles.items()):
        before = recorded.profiles.get(profile, {})
        for name in sorted(before.keys() | now.keys()):
            was, is_now = _flat(before.get(name, {})), _flat(now.get(name, {}))
            changes = [f"  - {text}" for text in (was - is_now).elements()]
            changes += [f"  + {text}" for text in (is_now - was).elements()]
            if changes:
                lines += [f"{profile}: {name}", *changes]
    return lines


def _flat(parts: SnippetEntries) -> Counter[str]:
    return Counter(_describe(part, entry) for part, entries in parts.items() for entry in entries)


def _describe(part: str, entry: Entry) -> str:
    place = f"{part.replace('_', ' ')}, line {entry['line']}"
    if "reason" in entry:
        return f"{place}: {entry['reason']}"
    return f"{place}: [{entry['rule']}] {entry['message']}"


def _inline_table(entry: Entry) -> str:
    return f"{{ {', '.join(_pairs(entry))} }}"


def _pairs(entry: Entry) -> Iterator[str]:
    for key, value in entry.items():
        yield f"{key} = {value if isinstance(value, int) else _text(value)}"


def _text(value: str) -> str:
    # A JSON string is a valid TOML string, except for one character that JSON does not escape.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
