"""One word for what a checker reports about a snippet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from typing_tests._results import SnippetEntries
    from typing_tests._snippets import Kind

Verdict = Literal["caught", "missed", "other reason", "accepted", "false alarm", "crash"]
_REPORTED = ("seen", "wrong_rule", "unexpected", "allowed")
VERDICTS: dict[Verdict, str] = {
    "caught": "the wrong line is reported, for the right reason",
    "missed": "a wrong line is not reported",
    "other reason": "the wrong line is reported, for another reason",
    "accepted": "the right code is accepted",
    "false alarm": "right code is reported",
    "crash": "the checker itself fails, so nothing else that it reports or accepts counts",
}
CRASH_RULE = "internal_error"
"""The rule of pycroscope's own failures. If another checker fails, the suite fails as well."""


def verdict(kind: Kind, entries: SnippetEntries) -> Verdict:
    """Return the word for the recorded result of a snippet."""
    if any(entry["rule"] == CRASH_RULE for part in _REPORTED for entry in entries.get(part, ())):
        return "crash"
    if kind == "good":
        return "false alarm" if entries.keys() & {"unexpected", "wrong_rule"} else "accepted"
    if "missed" in entries:
        return "missed"
    if "unexpected" in entries:
        return "false alarm"
    return "other reason" if "wrong_rule" in entries else "caught"
