"""Correct calls that a checker is known to reject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typed_bg.check.verdicts.evidence import Evidence


class KnownRejection(NamedTuple):
    """A kind of target of which a checker rejects every call.

    Attributes:
        checker: The checker's name.
        target: The target's type, as the checker writes it.
        issue: Where it is reported upstream.
    """

    checker: str
    target: re.Pattern[str]
    issue: str


# Each is recorded in the typing tests, so that one that is fixed upstream is noticed.
_KNOWN = (
    KnownRejection(
        "zuban",
        re.compile(r"(?:shutil\.)?_RmtreeType"),
        "https://github.com/python/mypy/issues/18239",
    ),
)


def known_rejection(checker: str, evidence: Evidence) -> KnownRejection | None:
    """Return why a checker's errors of a call are not about its arguments, if they are not."""
    if not evidence.errors or evidence.target is None:
        return None
    return next(
        (
            known
            for known in _KNOWN
            if known.checker == checker and known.target.fullmatch(evidence.target)
        ),
        None,
    )
