"""The findings that a project has accepted: they are in its baseline, and are not reported."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.results import baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg.check.results.report import Report


def with_baseline(
    report: Report, root: Path, named: str | None, searched: Sequence[Path], *, update: bool
) -> Report:
    """Remove the findings that are in the baseline, or update the baseline.

    Args:
        report: The report of the check.
        root: The project's root.
        named: The baseline's file, from there; `None` if there is no baseline.
        searched: The files in which calls were looked for.
        update: Whether to update the baseline.

    Raises:
        BaselineError: The baseline cannot be read.
    """
    findings = baseline.fingerprints(report.findings)
    report = replace(report, findings=findings)
    if named is None:
        return report
    path = root / named
    before = _read_baseline(path, root) if path.is_file() else None
    worked = [run.checker for run in report.runs if not run.failure]
    looked_at = {PurePosixPath(path.relative_to(root).as_posix()) for path in searched}
    looked_at -= {skip.path for skip in report.skipped_files}

    def judged(entry: baseline.Entry) -> bool:
        return entry.path in looked_at or not (root / entry.path).exists()

    applied = (
        baseline.Applied(findings, (), (), ())
        if before is None
        else baseline.apply(
            before,
            findings,
            checkers=worked,
            judged=judged,
        )
    )
    if not update:
        return replace(
            report,
            findings=(*applied.new, *applied.stale),
            suppressed=len(applied.suppressed),
        )
    if len(worked) < len(report.runs):
        problem = "the baseline was not updated: a checker failed, so its findings are unknown"
        return replace(report, problems=[*report.problems, problem])
    _replace(path, baseline.write(findings, keep=applied.unjudged))
    return replace(report, findings=(), suppressed=len(findings))


def _read_baseline(path: Path, root: Path) -> baseline.Baseline:
    shown = PurePosixPath(Path(os.path.relpath(path, root)).as_posix())
    try:
        return baseline.read(path.read_text("utf-8"), shown)
    except UnicodeDecodeError as error:
        fact = f"is not a baseline: it is not UTF-8 ({error.reason})."
        raise baseline.BaselineError(shown, fact) from error


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    # Not with `tempfile`: other users could not read its files.
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
