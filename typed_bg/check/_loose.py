"""Findings about what is no call: methods that are handed on, and first steps alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.check.judge import line_of
from typed_bg.check.results.report import Finding, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typed_bg.check.judge import Judged


def loose_findings(loose: Iterable[Judged]) -> list[Finding]:
    """Report each of them."""
    return [_forgotten(it) if it.found.shape == "forgotten" else _handed_on(it) for it in loose]


def _handed_on(it: Judged) -> Finding:
    text = it.found.module.slice(it.found.span)
    shown = f"{it.site.callee}({it.site.target})" if it.found.forwarder.two_step else it.site.callee
    receiver = f"`{it.found.module.slice(it.found.receiver_span)}`"
    return Finding(
        rule="handed-on-method",
        level="warning",
        place=it.site.place,
        message=f"`{shown}` is handed on: calls through it are not seen",
        source=line_of(it.found, it.found.line),
        site=it.site,
        reasons=(
            Reason(
                "handed-on-method",
                "a method that is kept, or given to another function, can be called from anywhere",
                f"hand {receiver} on instead, or call `{text}` where its arguments are known",
                it.site.place,
            ),
        ),
    )


def _forgotten(it: Judged) -> Finding:
    call = f"{it.site.callee}({it.site.target})"
    return Finding(
        rule="forgotten-call",
        level="error",
        place=it.site.place,
        message=f"`{call}` adds no task: its arguments go into a second call, which is missing",
        source=line_of(it.found, it.found.line),
        site=it.site,
        reasons=(
            Reason(
                "forgotten-call",
                "nothing is done with what it returns",
                f"write `{call}(...)`, with the arguments of {it.site.target or 'the target'}; "
                "`()` if it takes none",
                it.site.place,
            ),
        ),
    )
