"""What older releases of the checkers report, in history/<checker>.toml, and since when.

`python -m typing_tests --history` installs the release of each checker that was the newest on a
given day, and runs it over the snippets. That takes minutes, so it is not part of CI.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from typing_tests._results import as_entries
from typing_tests._suite import PYTHON_VERSION, run_suite
from typing_tests._verdicts import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typed_bg.checkers import CheckerError, Profile
    from typing_tests._results import Record, SnippetEntries
    from typing_tests._rules import Rules
    from typing_tests._snippets import Kind, Snippet


class Kinded(Protocol):
    """A snippet as far as it counts here."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def kind(self) -> Kind:
        """Whether it is right or wrong."""


class HistoryError(Exception):
    """An older release could not be run. The message says why, and what to do."""


ROOT = Path(__file__).parents[1]
PROFILE: Profile = "default"
# Others get the checker's name. pyright's extra has Node.js, without which it does not run.
_REQUIREMENTS = {"pyright": "pyright[nodejs]"}
_NO_UV = (
    "uv finds and installs the releases, but there is no uv on the PATH. Install uv, and run the "
    "command again."
)
NEEDS_PYTHON = (
    f"--history runs each release in Python {PYTHON_VERSION}, because some snippets have its "
    "syntax, and pycroscope imports them. Install this version, or put it on the PATH. "
    f"`uv python find {PYTHON_VERSION}` shows whether uv finds it."
)
_NO_INDEX = "Check that the package index can be reached, and run the command again."
_RIGHT = frozenset({"caught", "accepted"})
_HEAD = (
    "# What older releases of {checker} report without a config. Each was the newest on its day.\n"
    "# Written by `python -m typing_tests --history` and `nox -s bump`.\n"
)


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a checker, and its verdicts in the profile `default`.

    Attributes:
        version: The version.
        date: A day on which this was the newest release.
        failed: Why it could not run, or empty.
        verdicts: Its verdict for each snippet that it was run on.
    """

    version: str
    date: str
    failed: str = ""
    verdicts: dict[str, str] = field(default_factory=dict[str, str])

    def share(self, snippets: Sequence[Kinded]) -> float | None:
        """Return the share of wrong calls that it catches, or None if it did not run."""
        bad = [each.name for each in snippets if each.kind == "bad" and each.name in self.verdicts]
        caught = Counter(self.verdicts[name] for name in bad)["caught"]
        return caught / len(bad) if bad else None


def current(checker: str, record: Record, snippets: Sequence[Snippet], rules: Rules) -> Release:
    """Return the release whose results are recorded."""
    verdicts = _verdicts(record.profiles.get(PROFILE, {}), snippets, rules.other.get(checker, ()))
    return Release(record.version, record.date, "", verdicts)


def _verdicts(
    found: Mapping[str, SnippetEntries], snippets: Sequence[Snippet], other: Sequence[str]
) -> dict[str, str]:
    """Return the verdicts as if all rules had the right name, since checkers rename rules."""
    verdicts: dict[str, str] = {}
    for snippet in snippets:
        entries = found.get(snippet.name, {})
        word: str = verdict(snippet.kind, entries)
        messages = [entry["message"] for entry in entries.get("wrong_rule", ())]
        if word == "other reason" and not any(text in each for text in other for each in messages):
            word = "caught"
        verdicts[snippet.name] = word
    return verdicts


def since(releases: Sequence[Release], name: str) -> str:
    """Return the version since which a snippet has its last verdict.

    Returns:
        The version, or an empty string if every release that ran has this verdict.
    """
    ran = [each for each in releases if name in each.verdicts]
    for before, after in zip(reversed(ran[:-1]), reversed(ran), strict=False):
        if before.verdicts[name] != after.verdicts[name]:
            return after.version
    return ""


def read_history(path: Path, snippets: Sequence[Snippet]) -> list[Release]:
    """Read the older releases of a checker, the oldest first."""
    if not path.exists():
        return []
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    releases: list[Release] = []
    for entry in content["release"]:
        verdicts: dict[str, str] = {}
        if not entry.get("failed"):
            wrong = {name: word for word, names in entry["wrong"].items() for name in names}
            known = set(entry["snippets"])
            for snippet in snippets:
                if snippet.name in known:
                    right = "accepted" if snippet.kind == "good" else "caught"
                    verdicts[snippet.name] = wrong.get(snippet.name, right)
        failed = entry.get("failed", "")
        releases.append(Release(entry["version"], str(entry["date"]), failed, verdicts))
    return releases


def write_history(path: Path, checker: str, releases: Sequence[Release]) -> None:
    """Write the older releases of a checker. The same releases always give the same bytes."""
    lines = [_HEAD.format(checker=checker)]
    for release in sorted(releases, key=lambda each: each.date):
        lines.append(f"\n[[release]]\nversion = {json.dumps(release.version)}\n")
        lines.append(f"date = {release.date}\n")
        if release.failed:
            lines.append(f"failed = {json.dumps(release.failed)}\n")
            continue
        lines += _names("snippets", release.verdicts)
        lines.append("[release.wrong]\n")
        for word in sorted(set(release.verdicts.values()) - _RIGHT):
            wrong = [name for name, given in release.verdicts.items() if given == word]
            lines += _names(json.dumps(word), wrong)
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _names(key: str, names: Sequence[str] | dict[str, str]) -> Iterator[str]:
    yield f"{key} = [\n"
    line = " "
    for name in sorted(names):
        piece = f' "{name}",'
        if len(line) + len(piece) > 118:  # noqa: PLR2004  # the width of the other records
            yield f"{line}\n"
            line = " "
        line += piece
    yield f"{line}\n]\n" if line.strip() else "]\n"


def newest_on(checker: str, day: str) -> str:
    """Return the version of a checker that was the newest on a day.

    Raises:
        HistoryError: uv could not find the version.
    """
    command = ["pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", "--no-deps"]
    command += ["--python-version", PYTHON_VERSION, "--exclude-newer", day]
    failure = f"uv cannot find the newest release of {checker} on {day}"
    return _uv(command, failure, _NO_INDEX, checker).strip().partition("==")[2]


def run_release(  # noqa: PLR0913  # each is a setting of its own, given by name
    folder: Path,
    snippets: Sequence[Snippet],
    rules: Rules,
    *,
    checker: str,
    version: str,
    day: str,
) -> Release:
    """Install a release into an environment of its own, and run it over the snippets.

    Raises:
        HistoryError: The release could not be installed.
    """
    with tempfile.TemporaryDirectory(prefix="history_") as temporary:
        python = _environment(Path(temporary), checker, version)
        judged, failed = run_suite(
            folder, snippets, rules, checkers=[checker], profiles=[PROFILE], python=python
        )
    if failed:
        return Release(version, day, _why(failed[0]))
    other = rules.other.get(checker, ())
    verdicts = _verdicts(as_entries(judged[0].results), snippets, other)
    return Release(judged[0].version, day, "", verdicts)


def _why(error: CheckerError) -> str:
    """Return the first sentence of an error, and what the checker itself said first."""
    reason = str(error).partition("\n")[0].removeprefix(f"{error.checker}: ")
    own = next(filter(None, map(str.strip, error.stderr.splitlines())), "")
    # Not with a path, which is one of this machine.
    return f"{reason} ({own})" if own and "/" not in own else reason


def _environment(folder: Path, checker: str, version: str) -> Path:
    """Make an environment with typed_bg, FastAPI and one checker, and return its interpreter."""
    name = "python.exe" if sys.platform == "win32" else "python"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / name
    requirement = f"{_REQUIREMENTS.get(checker, checker)}=={version}"
    wanted = ["--editable", str(ROOT), "fastapi", "anyio", "typing-extensions", requirement]
    _uv(
        ["venv", "--quiet", "--python", PYTHON_VERSION, str(folder), "--allow-existing"],
        f"uv could not make an environment with Python {PYTHON_VERSION}",
        NEEDS_PYTHON,
    )
    _uv(
        ["pip", "install", "--quiet", "--python", str(python), *wanted],
        f"uv could not install {requirement}",
        _NO_INDEX,
    )
    return python


def _uv(arguments: Sequence[str], failure: str, fix: str, given: str = "") -> str:
    """Run uv, and return what it prints."""
    try:
        done = subprocess.run(  # noqa: S603
            ["uv", *arguments],  # noqa: S607
            input=given,
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError as error:
        raise HistoryError(_NO_UV) from error
    except subprocess.CalledProcessError as error:
        msg = f"{failure}:\n{error.stderr.strip()}\n{fix}"
        raise HistoryError(msg) from error
    return done.stdout
