"""`python -m typing_tests`: run the type checkers over the snippets.

Exits with 0 if every result matches its record, with 1 if a result differs, and with 2 if it cannot
compare the results, because a snippet is invalid or a checker failed.
"""

# ruff: noqa: T201  # a program's output

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg.checkers import CHECKERS, CheckerError
from typing_tests._bump import (
    BumpError,
    add_changes,
    changed_files,
    changes,
    install,
    keep_release,
    move_pins,
    newer_releases,
    restored_on_error,
)
from typing_tests._checkers import ALL
from typing_tests._history import (
    HistoryError,
    current,
    newest_on,
    read_history,
    run_release,
    write_history,
)
from typing_tests._reports import rewritten
from typing_tests._results import Record, as_entries, differences, read_record, write_record
from typing_tests._rules import read_rules
from typing_tests._snippets import SnippetError, read_snippets
from typing_tests._suite import run_suite
from typing_tests._table import table
from typing_tests._upstream import problems, read_gaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typed_bg.checkers import Profile
    from typing_tests._rules import Rules
    from typing_tests._snippets import Snippet
    from typing_tests._suite import Judged

HERE = Path(__file__).parent
# Next to the suite's folder.
REPORTS = Path("docs", "upstream")
CHANGES = Path("docs", "explorer", "changes.md")
PROFILES: tuple[Profile, ...] = ("default", "strict")


def main(arguments: Sequence[str] | None = None, folder: Path = HERE) -> int:
    """Run the suite in a folder and compare its results with the recorded ones.

    Args:
        arguments: The command-line arguments, by default those of this process.
        folder: The folder with `good/`, `bad/`, `rules.toml` and `results/`.
    """
    options = _parser().parse_args(arguments)
    if options.reports:
        checkers = options.checker or list(CHECKERS)
        reports = folder.parent / REPORTS
        return _reports(reports, options.python, checkers, accept=options.accept)
    if options.bump:
        return _bump(folder, options.checker or list(ALL), options.python)
    try:
        rules = read_rules(folder / "rules.toml")
        snippets = read_snippets(folder, rules.reasons)
    except SnippetError as error:
        print(error, file=sys.stderr)
        return 2
    if options.history:
        return _history(folder, snippets, rules, options.checker or list(ALL), options.day)
    checkers: Sequence[str] = options.checker or list(CHECKERS)
    profiles: Sequence[Profile] = options.profile or PROFILES
    judged, failed = run_suite(
        folder, snippets, rules, checkers=checkers, profiles=profiles, python=options.python
    )
    for failure in failed:
        print(f"{failure}\n", file=sys.stderr)
    broken = {failure.checker for failure in failed}
    changed = False
    for checker, record in _records(judged).items():
        if checker not in broken:
            path = folder / "results" / f"{checker}.toml"
            before = read_record(path)
            changed |= _compare(path, checker, record, accept=options.accept)
            now = read_record(path)
            if before and now and before.version != now.version:
                keep_release(folder, checker, before, snippets, rules)
                then, since = (current(checker, each, snippets, rules) for each in (before, now))
                add_changes(folder.parent / CHANGES, [changes(checker, then, since)])
    print(table(judged, snippets))
    if failed:
        return 2
    unexplained = list(_unexplained(folder))
    print(*unexplained, sep="\n", end="\n" if unexplained else "")
    return 1 if changed or unexplained else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m typing_tests", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="record the current results")
    parser.add_argument(
        "--reports", action="store_true", help="run the code of docs/upstream/ instead"
    )
    parser.add_argument(
        "--history", action="store_true", help="run older releases instead, installed with uv"
    )
    parser.add_argument(
        "--bump",
        action="store_true",
        help="install and pin the newest releases, record their results, and write what changed",
    )
    parser.add_argument(
        "--day",
        action="append",
        help="with --history: run the releases that were the newest on this day (repeatable)",
    )
    parser.add_argument(
        "--checker", action="append", choices=list(ALL), help="run only this one (repeatable)"
    )
    parser.add_argument(
        "--profile", action="append", choices=PROFILES, help="run only this one (repeatable)"
    )
    parser.add_argument(
        "--python",
        type=Path,
        default=Path(sys.executable),
        help="the interpreter of the environment that has typed_bg, FastAPI and the checkers",
    )
    return parser


def _records(judged: Sequence[Judged]) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for entry in judged:
        record = records.setdefault(entry.checker, Record(entry.version))
        record.profiles[entry.profile] = as_entries(entry.results)
    return records


def _compare(path: Path, checker: str, found: Record, *, accept: bool) -> bool:
    """Print what changed, and record it if requested. Return whether it was not recorded."""
    recorded = read_record(path)
    changes = differences(recorded, found)
    if not changes:
        return False
    print(f"{checker} {found.version}", *(f"  {line}" for line in changes), sep="\n", end="\n\n")
    if not accept:
        print("If these results are right, record them: python -m typing_tests --accept\n")
        return True
    left_out = set(PROFILES) - found.profiles.keys()
    if left_out and recorded is not None:
        if recorded.version != found.version:
            print("Not recorded: the checker has another version, so run all profiles.\n")
            return True
        found.profiles |= {p: recorded.profiles[p] for p in left_out & recorded.profiles.keys()}
    is_same = recorded is not None and recorded.version == found.version
    found.date = recorded.date if recorded and is_same else _today().isoformat()
    write_record(path, checker, found)
    return False


def _unexplained(folder: Path) -> Iterator[str]:
    """Describe the recorded results that upstream.toml does not explain, if the suite has one."""
    path = folder / "upstream.toml"
    if path.exists():
        found = ((name, read_record(folder / "results" / f"{name}.toml")) for name in ALL)
        records = {name: record for name, record in found if record is not None}
        yield from problems(read_gaps(path, list(ALL)), records)


def _today() -> date:
    return datetime.now(tz=timezone.utc).date()


def _history(
    folder: Path,
    snippets: Sequence[Snippet],
    rules: Rules,
    checkers: Sequence[str],
    days: Sequence[str] | None,
) -> int:
    """Run older releases of checkers, and record what they report."""
    try:
        _run_releases(folder, snippets, rules, checkers, days)
    except HistoryError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run_releases(
    folder: Path,
    snippets: Sequence[Snippet],
    rules: Rules,
    checkers: Sequence[str],
    days: Sequence[str] | None,
) -> None:
    quarters = [(_today() - timedelta(days=91 * back)).isoformat() for back in (4, 3, 2, 1)]
    for checker in checkers:
        path = folder / "history" / f"{checker}.toml"
        now = read_record(folder / "results" / f"{checker}.toml")
        releases = {each.version: each for each in read_history(path, snippets)}
        for day in days or quarters:
            version = newest_on(checker, day)
            if version in releases or (now and version == now.version):
                continue
            release = run_release(
                folder, snippets, rules, checker=checker, version=version, day=day
            )
            share = release.share(snippets)
            result = release.failed if share is None else f"{share:.0%} of wrong calls caught"
            print(f"{checker} {version}, the newest on {day}: {result}", flush=True)
            releases[version] = release
            write_history(path, checker, list(releases.values()))


def _bump(folder: Path, checkers: Sequence[str], python: Path) -> int:
    """Move to the newest releases. If something fails, all files are as before."""
    try:
        _move(folder, checkers, python)
    except (BumpError, CheckerError) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 2
    return 0


def _move(folder: Path, checkers: Sequence[str], python: Path) -> None:
    """Pin the newest releases, and run the snippets and the reports with them."""
    repository = folder.parent
    if files := changed_files(repository):
        found = "these files have changes that are not committed, so commit or stash them first:"
        raise BumpError("\n  ".join([found, *files]))
    pyproject = repository / "pyproject.toml"
    moves = newer_releases(pyproject, checkers, _today().isoformat())
    if not moves:
        print("Nothing to do: the pinned releases are the newest ones.")
        return
    install(moves, python)
    records = {move.checker: folder / "results" / f"{move.checker}.toml" for move in moves}
    written = [pyproject, repository / CHANGES, *records.values()]
    for move in moves:
        written.append(folder / "history" / f"{move.checker}.toml")
        written += (repository / REPORTS).glob(f"{move.checker}-*.md")
    named = [word for move in moves for word in ("--checker", move.checker)]
    options = ["--accept", "--python", str(python), *named]
    with restored_on_error(written):
        move_pins(pyproject, moves)
        for move in moves:
            print(f"{move.checker}: {move.before} -> {move.now}", flush=True)
        if main(options, folder) == 2:  # noqa: PLR2004  # could not compare, see above
            msg = "a checker could not run (see above). `--checker NAME` moves only that one"
            raise BumpError(msg)
        for move in moves:
            record = read_record(records[move.checker])
            if record is None or record.version != move.now:
                ran = record.version if record else "nothing"
                msg = f"{move.checker} {move.now} was installed, but {ran} ran"
                raise BumpError(msg)
        main(["--reports", *options], folder)
    print("See git diff and docs/explorer/changes.md. If a line above says so, update")
    print("upstream.toml or a report. Then run nox.")


def _reports(folder: Path, python: Path, checkers: Sequence[str], *, accept: bool) -> int:
    """Run the code of the reports, and compare or update what they say."""
    changed = False
    for path, text, mended in rewritten(folder, python, checkers):
        for sentence in mended:
            print(f"{path.name}: {sentence}: the report is out of date")
            changed = True
        if text != path.read_text(encoding="utf-8"):
            if accept:
                path.write_text(text, encoding="utf-8", newline="\n")
            else:
                print(f"{path.name}: the output differs: python -m typing_tests --reports --accept")
                changed = True
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
