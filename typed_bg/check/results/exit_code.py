"""From a report to an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typed_bg.check.results.rules import fails

if TYPE_CHECKING:
    from collections.abc import Collection

    from typed_bg.check.results.report import Report
    from typed_bg.check.results.rules import FailOn

CLEAN: Final = 0
FOUND: Final = 1
COULD_NOT_CHECK: Final = 2
INTERRUPTED: Final = 130  # as shells have it: 128 and the number of SIGINT


def exit_code(
    report: Report, *, fail_on: FailOn, require: Collection[str] = (), allow_empty: bool = False
) -> int:
    """Decide whether a report passes.

    Args:
        report: The report.
        fail_on: The least strict kind of finding that fails.
        require: Checkers that must have worked.
        allow_empty: Whether a project without calls passes.

    Returns:
        `CLEAN`, `FOUND` or `COULD_NOT_CHECK`. The last one takes precedence, because the
        findings may then be incomplete.
    """
    worked = {run.checker for run in report.runs if not run.failure}
    failed = any(run.failure for run in report.runs)
    if failed or not worked.issuperset(require):
        return COULD_NOT_CHECK
    # If there is no call, one of the problems reports that.
    allowed = 1 if allow_empty and not report.calls else 0
    if len(report.problems) > allowed:
        return COULD_NOT_CHECK
    if any(fails(finding.rule, fail_on) for finding in report.findings):
        return FOUND
    return CLEAN
