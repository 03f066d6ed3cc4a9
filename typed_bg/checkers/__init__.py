"""The six type checkers: run one, read what it says in one shape, prove that it works.

For tools that check background tasks; the run-time library imports nothing of this.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from typed_bg.checkers.base import Checker
from typed_bg.checkers.model import (
    CheckerError,
    Diagnostic,
    Failure,
    Profile,
    Run,
    Severity,
)
from typed_bg.checkers.mypy import Mypy
from typed_bg.checkers.pyrefly import Pyrefly
from typed_bg.checkers.pyright import BasedPyright, Pyright
from typed_bg.checkers.runner import run
from typed_bg.checkers.ty import Ty
from typed_bg.checkers.zuban import Zuban

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CHECKERS",
    "Checker",
    "CheckerError",
    "Diagnostic",
    "Failure",
    "Profile",
    "Run",
    "Severity",
    "revealed_type",
    "run",
]

CHECKERS: Mapping[str, Checker] = MappingProxyType(
    {
        checker.name: checker
        for checker in (Mypy(), Pyright(), BasedPyright(), Ty(), Pyrefly(), Zuban())
    }
)


def revealed_type(diagnostic: Diagnostic) -> str | None:
    """Return the type in a checker's answer to `reveal_type`, in that checker's own notation.

    Returns:
        The type's text; None for a diagnostic that answers no `reveal_type`.
    """
    return CHECKERS[diagnostic.checker].revealed_type(diagnostic)
