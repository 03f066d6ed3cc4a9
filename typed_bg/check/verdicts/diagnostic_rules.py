"""What a checker's rule is about: the type of an argument, or names and number."""

from __future__ import annotations

import re

# Rules that tell of the type of an argument rather than of names and number. They end like this in
# mypy, zuban (arg-type), pyright (reportArgumentType), ty and pyrefly (...-argument-type).
# What pyright's strict mode says of an argument without a type is no error of the call.
_ARGUMENT_TYPE = re.compile(
    r"(?i)((?<!unknown)arg(ument)?-?type|typeddict-item|list-item|dict-item)$"
)
# Rules that tell of names and number, or of no overload that fits.
_CALL = re.compile(
    r"(?i)(^call-(arg|overload)$|^misc$|^reportCallIssue$|^missing-argument$|^bad-argument-count$"
    r"|unknown-argument$|^unexpected-keyword$|too-many-positional-arguments$|^no-matching-overload$"
    r"|already-assigned$|^bad-keyword-argument$|^unexpected-positional-argument$"
    r"|positional-only-parameter-as-kwarg$)"
)


def is_type_rule(rule: str | None) -> bool:
    """Return whether a rule is about the type of an argument."""
    return _ARGUMENT_TYPE.search(rule or "") is not None


def is_call_rule(rule: str | None) -> bool:
    """Return whether a rule is about the names and the number of arguments."""
    return _CALL.search(rule or "") is not None
