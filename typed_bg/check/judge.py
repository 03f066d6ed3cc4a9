"""From the evidence of all checkers to call sites with verdicts."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg.check.calls.hints import looks_like_background_tasks
from typed_bg.check.calls.receivers import (
    is_of_actor,
    is_proven,
    kind_of_receiver,
    may_fit_everywhere,
)
from typed_bg.check.reasons.case import Case
from typed_bg.check.reasons.find import find_reasons, unexplained
from typed_bg.check.reasons.not_proven import hidden_arguments, not_proven, too_complex
from typed_bg.check.reasons.own_modules import OwnModules
from typed_bg.check.results.report import Judgement, Place, Reason, ReportedCall, SkippedCall
from typed_bg.check.verdicts.revealed_types import has_any_member, is_any
from typed_bg.check.verdicts.verdict import (
    decide,
    decide_directly,
    direct_errors,
    hidden_directly,
    ignores_decorator,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import PurePosixPath

    from typed_bg._source.module import Span
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.probe import ProbedModule, UnprobeableKind
    from typed_bg.check.results.reason_codes import CheckerReason
    from typed_bg.check.results.report import SkippedCallWhy
    from typed_bg.check.verdicts.direct_evidence import DirectError
    from typed_bg.check.verdicts.evidence import Evidence

_Nature = Literal["ours", "other", "unknown", "silent"]
_WORD = re.compile(r"\w+")
_NAMELESS = frozenset({"Never", "NoReturn", "None"})
_MOST_TEXT = 60  # characters of an argument that are shown


@dataclass(frozen=True, slots=True, eq=False)
class ModuleEvidence:
    """The evidence of one checker, which worked, about a module.

    Attributes:
        evidence: Of each call site, by its index.
        unresolved: The lines whose import it cannot resolve.
        config: Reasons that its config gives for this module.
        own_modules: The project's own modules.
    """

    evidence: Sequence[Evidence]
    unresolved: frozenset[int] = frozenset()
    config: tuple[Reason, ...] = ()
    own_modules: OwnModules = field(default_factory=lambda: OwnModules(tuple))


@dataclass(frozen=True, slots=True, eq=False)
class JudgedCall:
    """A call, as it is in the source and as it is in the report.

    Attributes:
        site: The call in the source.
        reported: The call in the report, with its verdicts.
        evidence: What each checker reports about it.
    """

    site: CallSite
    reported: ReportedCall
    evidence: Mapping[str, Evidence]

    @property
    def directly(self) -> str:
        """The direct call, as it is shown."""
        calls = (evidence.direct.call for evidence in self.evidence.values())
        return _short(next((call.shown for call in calls if call is not None), ""))

    @property
    def direct_errors(self) -> list[DirectError]:
        """The errors about the direct call, of checkers that do not check the call itself."""
        return [
            error
            for checker, evidence in self.evidence.items()
            for error in direct_errors(
                self.site, evidence, decide(self.site, evidence, checker), checker
            )
        ]


class JudgedModule(NamedTuple):
    """The results for a module.

    Attributes:
        calls: The calls, with their verdicts.
        loose: What is no call, and hides one, or was meant to be one: without verdicts.
        skipped: The calls that only look like one.
    """

    calls: list[JudgedCall]
    loose: list[JudgedCall]
    skipped: list[SkippedCall]


def judge_module(
    path: PurePosixPath, probed: ProbedModule, answers: Mapping[str, ModuleEvidence]
) -> JudgedModule:
    """Judge every call site of a module, and separate out those that are not task calls.

    Args:
        path: The module's file, from the project's root.
        probed: The module with its probes.
        answers: What each checker that worked reports about it, by the checker's name.
    """
    calls: dict[Span, JudgedCall] = {}
    loose: list[JudgedCall] = []
    skipped: dict[Span, SkippedCall] = {}
    for site in probed.sites:
        evidence = {name: answer.evidence[site.index] for name, answer in answers.items()}
        why = _why_not(site, evidence)
        if site.shape != "call":
            if is_one(site, evidence):
                loose.append(JudgedCall(site, _reported(path, site, ()), evidence))
        elif why is not None:
            skipped[site.span] = _skipped(path, site, why, evidence)
        elif site.span not in calls:
            judgements = _judgements(path, site, probed, answers)
            calls[site.span] = JudgedCall(site, _reported(path, site, judgements), evidence)
    # Where classes share the name of a method, a call is one of one of them.
    others = [call for span, call in skipped.items() if span not in calls]
    return JudgedModule([*calls.values()], loose, others)


_A_STATEMENT = "write the call as a statement of its own"
_UNPROBEABLE: dict[UnprobeableKind, tuple[CheckerReason, str]] = {
    "annotation": ("unprobeable-annotation", _A_STATEMENT),
    "class header": ("unprobeable-class-header", _A_STATEMENT),
    "f-string": ("unprobeable-f-string", _A_STATEMENT),
    "no room": ("unprobeable-no-room", "add an empty line after the module's imports"),
    "not one line": ("unprobeable-not-one-line", "assign the argument to a variable first"),
}


def _judgements(
    path: PurePosixPath, site: CallSite, probed: ProbedModule, answers: Mapping[str, ModuleEvidence]
) -> tuple[Judgement, ...]:
    obstacle = probed.unprobeable.get(site.index)
    if obstacle is None:
        reason = not_proven(path, site)
        if reason is None:
            return tuple(_judge(path, site, name, answer) for name, answer in answers.items())
        return tuple(Judgement(name, "unprobeable", reasons=(reason,)) for name in answers)
    code, fix = _UNPROBEABLE[obstacle.kind]
    fact = f"no checker can be tested on this call: {obstacle.detail}"
    reason = Reason(code, fact, fix, Place(path, site.line))
    return tuple(Judgement(name, "unprobeable", reasons=(reason,)) for name in answers)


def _why_not(site: CallSite, evidence: Mapping[str, Evidence]) -> SkippedCallWhy | None:
    """Decide by the receiver's type; where no checker knows it, by what the module says."""
    if is_of_actor(site):
        return None
    owner = site.forwarder.owner
    answers = [answer for answer in evidence.values() if not ignores_decorator(site, answer)]
    for answer in answers:
        # Of a union one member may be a collection.
        part = (
            owner is not None
            and "|" in (answer.receiver or "")
            and owner[1] in (answer.receiver or "")
        )
        # A class of the table need not derive from the one that defines the method.
        named = site.forwarder.is_in_table and not site.forwarder.classes.isdisjoint(
            _WORD.findall(answer.receiver or "")
        )
        if answer.foreign and not part and not named:
            return "another-class"
    if site.forwarder.form == "function":
        return None
    natures: set[_Nature] = {_nature(site, answer) for answer in answers}
    if site.forwarder.is_in_table:
        return _why_not_in_table(site, natures)
    return _why_not_background(site, evidence, natures)


def _why_not_background(
    site: CallSite, evidence: Mapping[str, Evidence], natures: set[_Nature]
) -> SkippedCallWhy | None:
    """Decide by what the module says, too: any receiver that may be a collection counts."""
    # A comment may silence all of them, and a class with an untyped base fits everywhere: then the
    # source says whether a class of the same name is another one.
    known = any(answer.knows_class for answer in evidence.values())
    kind = kind_of_receiver(site, by_name=not known)
    if kind == "another":
        return "another-class"
    if kind == "unknown":
        # Its base is Any to the checkers, which then accept it everywhere.
        return "unknown-receiver"
    if "ours" in natures:
        return None
    if "other" in natures:
        return "another-class"
    if "unknown" in natures and kind_of_receiver(site) == "another":
        return "another-class"
    target = site.target and site.target.value
    if natures == {"silent"} and not isinstance(target, ast.Constant):
        return None
    receiver = site.module.slice(site.receiver_span)
    return (
        None
        if looks_like_background_tasks(site.module, site.forwarder, receiver)
        else "unknown-receiver"
    )


def _why_not_in_table(site: CallSite, natures: set[_Nature]) -> SkippedCallWhy | None:
    """Decide by the receiver's type, or by what the source says it is: a guess is not enough."""
    if "ours" in natures:
        return None
    if "other" in natures:
        return "another-class"
    return None if is_proven(site) else "unknown-receiver"


def is_one(site: CallSite, evidence: Mapping[str, Evidence]) -> bool:
    """Return whether a candidate is a background-task call, or hides or lacks one."""
    if _why_not(site, evidence) is not None:
        return False
    if site.shape == "call":
        return True
    if any(_nature(site, answer) == "ours" for answer in evidence.values()):
        return True
    # `x.add(y)` can be anything: only the type can tell.
    receiver = site.module.slice(site.receiver_span)
    return not site.forwarder.two_step and looks_like_background_tasks(
        site.module, site.forwarder, receiver
    )


def _nature(site: CallSite, evidence: Evidence) -> _Nature:
    """Return the type that a checker gives a receiver which it accepts."""
    forwarder, revealed = site.forwarder, evidence.receiver
    if revealed is None:
        return "silent"
    if is_any(revealed):
        return "unknown"
    words = set(_WORD.findall(revealed))
    # A checker that does not know the class rejects nothing: then its names have to be there.
    names = forwarder.class_names if forwarder.is_in_table else _NAMELESS | forwarder.class_names
    if not words.isdisjoint(names):
        return "ours"
    # Where a class that is not installed or `None` is accepted, that says nothing of the class.
    if forwarder.is_in_table and has_any_member(revealed):
        return "unknown"
    if evidence.knows_class:
        guessed = forwarder.is_in_table and may_fit_everywhere(site, revealed)
        return "unknown" if guessed else "ours"
    return "unknown" if has_any_member(revealed) else "other"


def _skipped(
    path: PurePosixPath, site: CallSite, why: SkippedCallWhy, evidence: Mapping[str, Evidence]
) -> SkippedCall:
    types = [
        answer.receiver
        for answer in evidence.values()
        if answer.receiver and not is_any(answer.receiver)
    ]
    # The fullest name that any of them writes.
    named = max(types, key=len, default="")
    is_background = not site.forwarder.is_in_table
    return SkippedCall(_place(path, site), _callee(site), why, named, is_background)


def _judge(path: PurePosixPath, site: CallSite, checker: str, answers: ModuleEvidence) -> Judgement:
    evidence = answers.evidence[site.index]
    if evidence.too_complex:
        return Judgement(checker, "unprobeable", reasons=(too_complex(path, site, checker),))
    decision = decide(site, evidence, checker)
    case = Case(
        checker=checker,
        site=site,
        path=path,
        evidence=evidence,
        decision=decision,
        unresolved=answers.unresolved,
        silent_file=not any(of_call.answered for of_call in answers.evidence),
        config=answers.config,
        own_modules=answers.own_modules,
    )
    reasons = find_reasons(case)
    explained = bool(reasons) or decision.verdict == "checked"
    final = decide_directly(site, evidence, decision, checker)
    if site.forwarder.has_containers and hidden_directly(site, evidence):
        return Judgement(checker, "unprobeable", reasons=(hidden_arguments(path, site),))
    unseen: tuple[str, ...] = ()
    if final.verdict in {"arity-only", "checked-directly"}:
        unseen = tuple(_argument_text(site, index) for index in final.unseen)
    known = "" if explained else unexplained(case)
    return Judgement(checker, final.verdict, unseen, reasons, known)


def _reported(
    path: PurePosixPath, site: CallSite, judgements: tuple[Judgement, ...]
) -> ReportedCall:
    functions = site.context.functions
    return ReportedCall(
        place=_place(path, site),
        function=functions[-1].name if functions else "",
        source=line_of(site, site.line).strip(),
        callee=_callee(site),
        target="" if site.target is None else _short(site.module.slice(site.target.span)),
        arguments=tuple(_argument_text(site, index) for index in range(len(site.arguments))),
        judgements=judgements,
    )


def _place(path: PurePosixPath, site: CallSite) -> Place:
    return Place(path, site.line, site.column, *site.module.position(site.span.end))


def _callee(site: CallSite) -> str:
    return _short(site.module.slice(site.module.span(site.call.func)))


def line_of(site: CallSite, line: int) -> str:
    """Return a line of the module that contains a call, without its end."""
    starts = site.module.starts
    end = starts[line] if line < len(starts) else len(site.module.text)
    return site.module.text[starts[line - 1] : end].rstrip("\r\n")


def _argument_text(site: CallSite, index: int) -> str:
    argument = site.arguments[index]
    return argument.before + _short(site.module.slice(argument.span))


def _short(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= _MOST_TEXT else f"{joined[: _MOST_TEXT - 3]}..."
