"""The share of checked calls as JSON for a badge, in the form of shields.io's endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typed_bg.check.reports.wording import summarize
from typed_bg.check.results.coverage import percent

if TYPE_CHECKING:
    from typed_bg.check.results.report import Report

_COLORS = ((100, "brightgreen"), (90, "green"), (75, "yellow"), (50, "orange"))


def badge(report: Report) -> str:
    """Return the badge's JSON; a run that failed is gray and says so."""
    share = percent(report)
    message = f"{int(share)}% checked"  # rounded down: 99.9 % is not everything
    more = int(percent(report, directly=True))
    if more > int(share):
        message += f", {more}% with direct calls"
    color = next((color for least, color in _COLORS if share >= least), "red")
    if summarize(report).state == "failed":
        message, color = "could not check", "lightgrey"
    whole = {"schemaVersion": 1, "label": "background tasks", "message": message, "color": color}
    return json.dumps(whole) + "\n"
