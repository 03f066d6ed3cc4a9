"""From the evidence of all checkers to call sites with verdicts."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.audit.model import Judgement, Place, Reason, Site
from typed_bg.audit.reasons import Circumstances, find_reasons
from typed_bg.audit.signatures import is_any
from typed_bg.audit.verdicts import decide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import PurePosixPath

    from typed_bg.audit.evidence import Evidence, Probed
    from typed_bg.audit.sites import CallSite

_FRAMEWORK = re.compile(r"^\s*(?:from|import)\s+(?:starlette|fastapi|typed_bg)\b", re.MULTILINE)
_NAME = re.compile(r"(?i)background|\bbg")
_MOST_TEXT = 60  # characters of an argument that are shown


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What one checker that worked says of a module.

    Attributes:
        evidence: Of each call site, by its index.
        unresolved: The lines whose import it cannot resolve.
        config: Reasons that its config gives for this module.
    """

    evidence: Sequence[Evidence]
    unresolved: frozenset[int] = frozenset()
    config: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A call site as it was found, and as it is reported.

    Attributes:
        found: The call in the source.
        site: The call with its verdicts.
        evidence: What each checker says of it.
    """

    found: CallSite
    site: Site
    evidence: Mapping[str, Evidence]


def judge_module(
    path: PurePosixPath, probed: Probed, answers: Mapping[str, Answers]
) -> list[Judged]:
    """Give every call site of a module its verdicts, and leave out what is none.

    Args:
        path: The module's file, from the project's root.
        probed: The module with its probes.
        answers: What each checker that worked says of it, by the checker's name.
    """
    judged: list[Judged] = []
    for found in probed.sites:
        evidence = {name: it.evidence[found.index] for name, it in answers.items()}
        if not _is_site(found, evidence):
            continue
        obstacle = probed.module.unprobeable.get(found.index)
        if obstacle is None:
            judgements = tuple(_judge(path, found, name, it) for name, it in answers.items())
        else:
            reason = Reason(
                f"unprobeable-{obstacle.kind.replace(' ', '-')}",
                f"no checker can be asked about this call: {obstacle.detail}",
                "write the call as a statement of its own",
                Place(path, found.line),
            )
            judgements = tuple(
                Judgement(name, "unprobeable", reasons=(reason,)) for name in answers
            )
        judged.append(Judged(found, _site(path, found, judgements), evidence))
    return judged


def _is_site(found: CallSite, evidence: Mapping[str, Evidence]) -> bool:
    """Decide by the receiver's type; where no checker knows it, by what the module imports."""
    owner = found.forwarder.owner
    for it in evidence.values():
        # Of a union one member may be a collection.
        part = owner is not None and "|" in (it.receiver or "") and owner[1] in (it.receiver or "")
        if it.foreign and not part:
            return False
    known = [it.receiver for it in evidence.values() if it.receiver is not None]
    if any(not is_any(it) for it in known) or found.forwarder.form == "function":
        return True
    name = found.module.slice(found.receiver_span)
    if not known and evidence and not isinstance(found.target and found.target.value, ast.Constant):
        return True
    return bool(_FRAMEWORK.search(found.module.text) or _NAME.search(name))


def _judge(path: PurePosixPath, found: CallSite, checker: str, answers: Answers) -> Judgement:
    evidence = answers.evidence[found.index]
    decision = decide(found, evidence, checker)
    reasons = find_reasons(
        Circumstances(
            checker=checker,
            site=found,
            path=path,
            evidence=evidence,
            decision=decision,
            unresolved=answers.unresolved,
            silent_file=not any(it.answered for it in answers.evidence),
            config=answers.config,
        )
    )
    unseen: tuple[str, ...] = ()
    if decision.verdict == "arity-only":
        unseen = tuple(_argument_text(found, index) for index in decision.unseen)
    return Judgement(checker, decision.verdict, unseen, reasons)


def _site(path: PurePosixPath, found: CallSite, judgements: tuple[Judgement, ...]) -> Site:
    module = found.module
    end_line, end_column = module.position(found.span.end)
    functions = found.context.functions
    return Site(
        place=Place(path, found.line, found.column, end_line, end_column),
        function=functions[-1].name if functions else "",
        source=line_of(found, found.line).strip(),
        callee=_short(module.slice(module.span(found.call.func))),
        target="" if found.target is None else _short(module.slice(found.target.span)),
        arguments=tuple(_argument_text(found, index) for index in range(len(found.arguments))),
        judgements=judgements,
    )


def line_of(found: CallSite, line: int) -> str:
    """Return a line of the module that a call stands in, without its end."""
    starts = found.module.starts
    end = starts[line] if line < len(starts) else len(found.module.text)
    return found.module.text[starts[line - 1] : end].rstrip("\r\n")


def _argument_text(found: CallSite, index: int) -> str:
    argument = found.arguments[index]
    text = _short(found.module.slice(argument.span))
    before = {"keyword": f"{argument.name}=", "splat": "*", "keyword splat": "**"}
    return before.get(argument.kind, "") + text


def _short(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= _MOST_TEXT else f"{joined[: _MOST_TEXT - 3]}..."
