"""A `Report` in the formats that people and machines read.

Each function takes a report and returns text; where the text goes is for the caller.
"""

from __future__ import annotations

from typed_bg.audit.reports.github import github
from typed_bg.audit.reports.html import html
from typed_bg.audit.reports.json_report import json_report
from typed_bg.audit.reports.progress import Phases, phases
from typed_bg.audit.reports.sarif import sarif
from typed_bg.audit.reports.text import Look, look_of, text

__all__ = [
    "Look",
    "Phases",
    "github",
    "html",
    "json_report",
    "look_of",
    "phases",
    "sarif",
    "text",
]
