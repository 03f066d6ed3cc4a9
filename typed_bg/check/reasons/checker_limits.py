"""Forms of a target that a checker is known not to look into.

Facts on the checkers, tested on the corpus: each holds for the form that the source or the revealed
type shows, and only where the checker was seen to accept a wrong call.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.verdicts.known_rejections import known_rejection
from typed_bg.check.verdicts.revealed_types import is_any
from typed_bg.check.verdicts.verdict import passes_on_unchecked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.results.reason_codes import CheckerReason
    from typed_bg.check.verdicts.evidence import Evidence

_PARTIAL_TYPE = re.compile(r"(?:functools\.)?partial\[.*\]", re.DOTALL)
_PARTIAL_CALL = re.compile(r"(?:^|=\s*)(?:\w+\.)*partial\(")
_CACHED = re.compile(r"(?:functools\.)?_lru_cache_wrapper\[.*\]", re.DOTALL)
_TYPE_VAR_TUPLE = re.compile(r"\[(?:.*, ?)?\*\w+")  # in the type parameters that ty writes
_OVERLOADED = re.compile(r"Overload(?:ed)?\b")


class CheckerLimit(NamedTuple):
    """A limit of a checker: the code that it skips, and what to write instead."""

    code: CheckerReason
    fact: str
    fix: str


def limits(checker: str, site: CallSite, evidence: Evidence) -> Iterator[CheckerLimit]:
    """Yield the limits that explain why a checker accepts a wrong call."""
    yield from _rejected(checker, site, evidence)
    target, revealed = site.target, evidence.target
    if target is None:
        return
    definition = target.definition
    is_lambda = definition is not None and definition.kind == "lambda"
    if checker == "pyrefly" and (target.form == "lambda" or is_lambda):
        yield CheckerLimit(
            "checker-limit",
            "pyrefly does not check the parameters of a lambda",
            "pass a function that is defined with def, and its arguments",
        )
    if revealed is None or is_any(revealed):
        return
    text = " ".join(site.module.slice(target.span).split())
    if _CACHED.fullmatch(revealed):
        yield CheckerLimit(
            "cached-function",
            f"`{text}` is an object made by functools.cache, which accepts any hashable arguments",
            "pass a function with typed parameters that calls it",
        )
    written = text if target.form == "call" or definition is None else definition.text
    if _PARTIAL_TYPE.fullmatch(revealed) or _PARTIAL_CALL.search(written):
        yield CheckerLimit(
            "checker-limit",
            "the remaining arguments of a functools.partial are not checked",
            "pass the function and all of its arguments directly",
        )
    if checker == "ty" and _TYPE_VAR_TUPLE.search(revealed):
        yield CheckerLimit(
            "checker-limit",
            f"ty does not compare the arguments of `{text}`, which has a TypeVarTuple",
            "pass the function itself and its arguments: a def is run in a thread",
        )
    if checker != "pyrefly":
        return
    if _OVERLOADED.match(revealed):
        yield CheckerLimit(
            "checker-limit",
            f"pyrefly accepts any arguments for `{text}`, which is overloaded",
            "pass a function with one signature that calls it",
        )
    if site.is_target_by_keyword and not site.forwarder.has_containers:
        yield CheckerLimit(
            "checker-limit",
            "pyrefly does not check the arguments if the target is passed by keyword",
            "pass the target as the first argument",
        )


def _rejected(checker: str, site: CallSite, evidence: Evidence) -> Iterator[CheckerLimit]:
    """Yield that a checker rejects every call of this kind."""
    rejection = known_rejection(checker, site, evidence)
    if rejection is not None:
        yield CheckerLimit(
            "checker-limit",
            ": ".join(filter(None, [rejection.fact, rejection.issue])),
            rejection.fix,
        )


def trampoline(site: CallSite, evidence: Evidence) -> Iterator[CheckerLimit]:
    """Yield that a target is itself something that calls the function among its arguments."""
    if site.target is None:
        return
    text = " ".join(site.module.slice(site.target.span).split())
    if passes_on_unchecked(site, evidence.target or ""):
        yield CheckerLimit(
            "trampoline",
            f"`{text}` accepts a function and any arguments for it without comparing them",
            "pass the function itself and its arguments: a def is run in a thread",
        )
    elif site.target.trampoline is not None:
        yield CheckerLimit(
            "trampoline",
            f"`{text}` takes a function and its arguments, but the two are not compared",
            "pass the function itself and its arguments: a def is run in a thread",
        )
