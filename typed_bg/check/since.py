"""The findings that are new since a revision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.results import baseline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from typed_bg.check.changes import Changes
    from typed_bg.check.results.report import Finding, Report


def new_since(
    changes: Changes,
    root: Path,
    report: Report,
    before: Callable[[Sequence[str]], Report | None],
) -> Report:
    """Remove the findings that the changes neither touch nor cause.

    Args:
        changes: The changes since a revision.
        root: The project's root.
        report: The report, whose findings have fingerprints.
        before: Checks the project as it was, with the given checkers. `None` if it had no files.
    """

    def is_touched(finding: Finding) -> bool:
        places = [finding.place]
        if finding.call is not None:
            places.append(finding.call.place)
        return any(changes.touch(root, place) for place in places)

    touched = [finding for finding in report.findings if is_touched(finding)]
    others = [finding for finding in report.findings if finding not in touched]
    worked = [run.checker for run in report.runs if not run.failure]
    problems: list[str] = []
    caused: list[Finding] = []
    # A touched finding is reported in any case. Without a change, no other one can be new.
    if others and worked and changes.is_any:
        was = before(worked)
        if was is None:
            caused = others
        else:
            problems = [
                f"--diff: {run.checker} failed on {changes.revision[:12]}, so it is not known "
                f"which findings are new: run the check without --diff. {run.failure}"
                for run in was.runs
                if run.failure
            ]
            held = baseline.write(baseline.fingerprints(_today(changes, root, was.findings)))
            known = baseline.read(held, PurePosixPath(changes.revision))
            caused = list(
                baseline.apply(known, others, checkers=worked, judged=lambda _entry: True).new
            )
    kept = [finding for finding in report.findings if finding in touched or finding in caused]
    older = len(report.findings) - len(kept)
    note = f"reported only findings since {changes.revision[:12]}; older findings skipped: {older}"
    return replace(
        report,
        findings=kept,
        problems=[*report.problems, *problems],
        notes=[*report.notes, *changes.notes, note],
    )


def _today(changes: Changes, root: Path, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings under the current names of their files."""
    for finding in findings:
        path = changes.today(root, finding.place.path)
        yield replace(finding, place=replace(finding.place, path=path))
