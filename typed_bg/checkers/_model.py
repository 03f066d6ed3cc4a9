"""The one shape in which every type checker's output is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One thing that a type checker said about one place.

    Lines and columns are 1-based; columns count code points.
    """

    path: Path
    line: int
    column: int
    end_line: int | None
    end_column: int | None
    checker: str
    severity: Severity
    rule: str | None
    message: str
