"""Charts of what each checker caught in its older releases, as SVG that needs no script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from docs_build.explorer import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docs_build.outcomes import Suite
    from typing_tests._history import Release

WIDTH, HEIGHT = 340, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 24, 22, 118
_START = _LEFT + 20  # of the dates: the labels of the first point need space next to the axis
_LABEL = 44  # the width of a label


@dataclass(frozen=True, slots=True)
class Point:
    """A release in a chart, with its place."""

    release: Release
    share: float
    x: float
    y: float
    has_label: bool = True


def charts(suite: Suite) -> str:
    """Return a chart for each checker, and the figures as a table."""
    shown = {name: _points(releases, suite) for name, releases in suite.histories.items()}
    return render(
        "history.html.jinja",
        histories=suite.histories,
        points=shown,
        shares={
            name: {point.release.version: point.share for point in points}
            for name, points in shown.items()
        },
        lines={name: " ".join(f"{p.x},{p.y}" for p in points) for name, points in shown.items()},
        grid=[(share, _y(share / 100)) for share in (0, 50, 100)],
        size=(WIDTH, HEIGHT),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        base=_BOTTOM,
    )


def _points(releases: Sequence[Release], suite: Suite) -> list[Point]:
    """Place the releases that ran by their dates, on the same scale for all checkers."""
    days = [_day(each) for history in suite.histories.values() for each in history]
    first, last = min(days), max(days)
    points: list[Point] = []
    for release in releases:
        share = release.share(suite.snippets)
        if share is not None:
            part = (_day(release) - first) / max(last - first, 1)
            x = round(_START + part * (WIDTH - _START - _RIGHT), 1)
            points.append(Point(release, share, x, _y(share)))
    later = [*points[1:], None]
    return [
        replace(point, has_label=after is None or after.x - point.x >= _LABEL)
        for point, after in zip(points, later, strict=True)
    ]


def _day(release: Release) -> int:
    return date.fromisoformat(release.date).toordinal()


def _y(share: float) -> float:
    return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)
