"""What counts as having seen a probe, and what does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.probes.probe import probe
from typed_bg.check.verdicts.evidence import Evidence, collect
from typed_bg.checkers import Diagnostic

if TYPE_CHECKING:
    from typed_bg.check.probes.probe import ProbedModule
    from typed_bg.checkers import Severity

_PATH = Path("m.py")
_SOURCE = "from starlette.background import BackgroundTasks\ntasks.add_task(f, g(1), 2)\n"


class _Said(NamedTuple):
    """A diagnostic, at a kind of probe, or at a text of the call itself."""

    at: str
    rule: str | None
    message: str
    severity: Severity = "error"


def _evidence(*said: _Said) -> Evidence:
    module = parse(_PATH, _SOURCE.encode())
    assert isinstance(module, Module)
    probed = probe(module, find_sites(module))
    diagnostics = [_diagnostic(probed, answer) for answer in said]
    ((evidence,),) = collect({_PATH: probed}, diagnostics).values()
    return evidence


def _diagnostic(probed: ProbedModule, said: _Said) -> Diagnostic:
    line = probed.text.splitlines()[1]
    asked = next((probe for probe in probed.probes if probe.kind == said.at), None)
    if asked is None:
        column, message = line.index(said.at) + 1, said.message
    else:
        column = asked.span.start - probed.text.index("\n")
        message = said.message.replace("NAME", asked.names[-1] if asked.names else "")
    return Diagnostic(
        path=_PATH,
        line=2,
        column=column,
        end_line=None,
        end_column=None,
        checker="pyright",
        severity=said.severity,
        rule=said.rule,
        message=message,
    )


_MANY = ("reportCallIssue", "Expected 2 positional arguments")


@pytest.mark.parametrize(
    ("said", "arity", "seen"),
    [
        ([_Said("keyword", "reportCallIssue", 'No parameter named "NAME"')], True, set()),
        ([_Said("keyword", "reportCallIssue", "no overload fits")], True, set()),
        ([_Said("keyword", "reportOther", "something else")], False, set()),
        (
            [
                _Said("keyword", "reportCallIssue", "something else"),
                _Said("tasks.add", "reportArgumentType", "wrong"),
            ],
            False,
            set(),
        ),
        ([_Said("keyword", "reportCallIssue", 'No parameter "NAME"', "warning")], False, set()),
        ([_Said("positional", *_MANY)], True, set()),
        ([_Said("positional", *_MANY), _Said("tasks.add", *_MANY)], False, set()),
        ([_Said("replaced", "reportArgumentType", '"NAME" is not assignable')], False, {0}),
        ([_Said("replaced", "reportCallIssue", "no overload fits")], False, {0}),
        ([_Said("replaced", "reportOther", "something else")], False, set()),
        (
            [
                _Said("replaced", "reportArgumentType", "the error of the call, in other words"),
                _Said("2)", "reportArgumentType", "wrong"),
            ],
            False,
            set(),
        ),
        (
            [_Said("keyword", "reportCallIssue", 'Arguments for ParamSpec "P@f" are missing')],
            True,
            set(),
        ),
    ],
)
def test_only_what_a_probe_alone_is_refused_for_is_seen(
    said: list[_Said],
    arity: bool,  # noqa: FBT001
    seen: set[int],
) -> None:
    """An error that the original call has too, or a warning, proves nothing."""
    evidence = _evidence(*said)
    assert (evidence.arity, evidence.seen) == (arity, seen)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (_Said("2)", "reportArgumentType", "wrong"), True),
        (_Said("2)", "reportUnknownArgumentType", "unknown"), False),
        (_Said("2)", "reportUndefinedVariable", "not defined"), False),
        (_Said("g(1)", "reportArgumentType", "wrong"), True),
        (_Said("1)", "reportArgumentType", "wrong"), False),
        (_Said("g(1)", "reportCallIssue", "missing"), False),
        (_Said("tasks.add", "reportCallIssue", "missing"), True),
        (_Said("2)", "reportArgumentType", "wrong", "warning"), False),
    ],
)
def test_errors_of_the_call(said: _Said, wrong: bool) -> None:  # noqa: FBT001
    """What is wrong with its arguments, and not within one of them."""
    assert bool(_evidence(said).errors) is wrong


def test_types_are_revealed_to_probes_that_ask() -> None:
    """An answer that is a note of the checker's own kind."""
    said = _Said("receiver", None, 'Type of "tasks" is "BackgroundTasks"', "note")
    assert _evidence(said).receiver == "BackgroundTasks"
    assert _evidence(said).answered
    assert not _evidence().answered
