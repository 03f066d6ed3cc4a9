"""The table at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_tests._snippets import Snippet
    from typing_tests._suite import Judged

_TITLES = (
    ("", "", "bad calls", "", "", "elsewhere", "good snippets", "", ""),
    ("checker", "profile", "seen", "missed", "wrong rule", "", "accepted", "rejected", "seconds"),
)


def table(judged: Sequence[Judged], snippets: Sequence[Snippet]) -> str:
    """Format the figures of all runs as a table."""
    rows = [*_TITLES, *(_row(entry, snippets) for entry in judged)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if index < 2 else cell.rjust(width)  # noqa: PLR2004  # the names
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(entry: Judged, snippets: Sequence[Snippet]) -> tuple[str, ...]:
    good = [entry.results[snippet.name] for snippet in snippets if snippet.kind == "good"]
    bad = [entry.results[snippet.name] for snippet in snippets if snippet.kind == "bad"]
    missed = sum(len(result.missed) for result in bad)
    seen = sum(len({finding.line for finding in result.seen}) for result in bad)
    wrong = sum(len({finding.line for finding in result.wrong_rule}) for result in bad)
    rejected = sum(bool(result.unexpected or result.wrong_rule) for result in good)
    return (
        entry.checker,
        entry.profile,
        str(seen),
        str(missed),
        str(wrong),
        str(sum(len(result.unexpected) for result in bad)),
        str(len(good) - rejected),
        str(rejected),
        f"{entry.seconds:.2f}",
    )
