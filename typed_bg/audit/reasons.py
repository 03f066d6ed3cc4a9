"""Why a checker does not check a call, or an argument of it, and what to change.

A reason is established, by what the checker reveals or says, by the source, or by the config in
force; each function below looks for one kind and says nothing where it finds no proof. Where two
hold, both are given. Where none is found, the types that the checker reveals are told instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.audit.model import Place, Reason
from typed_bg.audit.signatures import is_any, parameters, takes_any_arguments
from typed_bg.audit.verdicts import parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import PurePosixPath

    from typed_bg.audit.comments import IgnoreComment
    from typed_bg.audit.evidence import Evidence
    from typed_bg.audit.sites import CallSite
    from typed_bg.audit.verdicts import Decision

_NONE = re.compile(r"(?:.*\| ?)?None(?: ?\|.*)?|(?:typing\.)?Optional\[.*\]")
_CHECK_UNTYPED = "or set check_untyped_defs = true in mypy's config"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known around a call when its reasons are looked for.

    Attributes:
        checker: The checker's name.
        site: The call.
        path: Its file, from the project's root.
        evidence: What the checker says of it.
        decision: The verdict.
        unresolved: The lines of the module whose import the checker cannot resolve.
        silent_file: Whether the checker answers nothing about any call of the file.
        config: Reasons that the checker's config gives for this file.
    """

    checker: str
    site: CallSite
    path: PurePosixPath
    evidence: Evidence
    decision: Decision
    unresolved: frozenset[int] = frozenset()
    silent_file: bool = False
    config: tuple[Reason, ...] = ()

    def at(self, line: int) -> Place:
        """Return a place in the call's file."""
        return Place(self.path, line)


def find_reasons(about: Circumstances) -> tuple[Reason, ...]:
    """Return the reasons for a verdict other than `checked`."""
    if about.decision.verdict == "checked":
        return ()
    search = _ARGUMENT_REASONS if about.decision.verdict == "arity-only" else _CALL_REASONS
    found = [reason for look in search for reason in look(about)]
    return tuple(dict.fromkeys(found)) or (_not_established(about),)


def _ignore_comment(about: Circumstances) -> Iterator[Reason]:
    for comment in about.site.comments:
        if _applies(comment, about.checker):
            scope = "the whole file" if comment.scope == "file" else "the line"
            named = f" for {', '.join(comment.rules)}" if comment.rules else ""
            yield Reason(
                "ignore-comment",
                f"`{comment.text.strip()}` keeps {about.checker} quiet about {scope}{named}",
                "take the comment away, or name in it only the rule that it is there for",
                about.at(comment.line),
            )


def _applies(comment: IgnoreComment, checker: str) -> bool:
    if comment.tool == "type":
        return checker != "basedpyright"  # which does not look at it by default
    own = {"basedpyright": "pyright"}.get(checker, checker)
    silences = "ignore" in comment.text or comment.scope == "file"
    return comment.tool == own and silences


def _no_type_check(about: Circumstances) -> Iterator[Reason]:
    for function in about.site.context.functions:
        if function.no_type_check:
            yield Reason(
                "no-type-check",
                f"@no_type_check stands over {function.name}()",
                "take the decorator away",
                about.at(function.line),
            )


def _unannotated_function(about: Circumstances) -> Iterator[Reason]:
    if not about.evidence.unchecked_function:
        return
    for function in about.site.context.functions[-1:]:
        yield Reason(
            "unannotated-function",
            f"{about.checker} does not look into {function.name}(), which has no annotation",
            f"annotate a parameter or the return type of {function.name}(), {_CHECK_UNTYPED}",
            about.at(function.line),
        )


def _unreachable(about: Circumstances) -> Iterator[Reason]:
    if about.evidence.answered and about.evidence.receiver not in {"Never", "NoReturn"}:
        return
    for guard in about.site.context.guards:
        yield Reason(
            "unreachable",
            f"{about.checker} takes the call for unreachable: `{guard.text}` ({guard.kind})",
            "run the checker for that platform or version as well, or move the call out of it",
            about.at(guard.line),
        )


def _receiver(about: Circumstances) -> Iterator[Reason]:
    revealed = about.evidence.receiver
    if revealed is None or about.evidence.unchecked_function:
        return
    text = about.site.module.slice(about.site.receiver_span)
    if is_any(revealed):
        definition = about.site.receiver_definition
        remedy = f"annotate it, as in `{text}: BackgroundTasks`"
        place = about.at(about.site.line)
        fact = f"the type of `{text}` is {revealed}"
        if definition is not None:
            place = about.at(definition.line)
            if definition.kind == "import":
                remedy = "make the import resolve for the checker: install the package or its stubs"
            elif definition.kind == "parameter" and definition.text:
                remedy = f"make `{definition.text}` resolve for the checker"
                fact = f"`{text}: {definition.text}` is {revealed} to {about.checker}"
        yield Reason("receiver-any", fact, remedy, place)
    elif _NONE.fullmatch(revealed):
        yield Reason(
            "receiver-none",
            f"`{text}` can be None: its type is {revealed}",
            f"annotate it without None, or check `if {text} is not None` before the call",
            about.at(about.site.line),
        )


def _target_any(about: Circumstances) -> Iterator[Reason]:
    revealed, target = about.evidence.target, about.site.target
    if revealed is None or target is None or not is_any(revealed):
        return
    if about.evidence.unchecked_function:
        return
    text = about.site.module.slice(target.span)
    definition = target.definition
    if definition is None:
        yield Reason(
            "target-any",
            f"the type of `{text}` is {revealed}",
            "annotate where it comes from, or install the stubs of the package that defines it",
            about.at(about.site.line),
        )
    elif definition.decorators:
        named = ", ".join(f"@{it}" for it in definition.decorators)
        yield Reason(
            "untyped-decorator",
            f"{named} turns {definition.name}() into {revealed}",
            "type the decorator with ParamSpec, `Callable[P, R] -> Callable[P, R]`",
            about.at(definition.line),
        )
    elif definition.kind == "import" and definition.line in about.unresolved:
        yield Reason(
            "unresolved-import",
            f"{about.checker} cannot resolve `{definition.text}`",
            "install the package, or its stubs, into the environment that is checked",
            about.at(definition.line),
        )
    elif definition.kind == "import":
        yield Reason(
            "untyped-import",
            f"`{definition.text}` gives {definition.name} the type {revealed}",
            "annotate it where it is defined, or install the stubs of its package",
            about.at(definition.line),
        )
    else:
        yield Reason(
            "target-any",
            f"the type of `{text}` is {revealed}",
            f"annotate {definition.name}",
            about.at(definition.line),
        )


def _any_arguments(about: Circumstances) -> Iterator[Reason]:
    revealed, target = about.evidence.target, about.site.target
    if revealed is None or target is None:
        return
    text = about.site.module.slice(target.span)
    definition = target.definition
    line = about.site.line if definition is None else definition.line
    takes_anything = definition is not None and definition.var_args is not None
    if takes_anything and definition is not None and definition.var_kwargs is not None:
        yield Reason(
            "any-arguments",
            f"{definition.name}() takes *args and **kwargs, so that any argument fits",
            "write its parameters out, or annotate the variadics with a ParamSpec or with Unpack",
            about.at(line),
        )
    elif takes_any_arguments(revealed):
        yield Reason(
            "callable-ellipsis",
            f"`{text}` is a `{revealed}`, which takes any arguments",
            "give it the type of the function: `Callable[[str], None]` or a ParamSpec",
            about.at(line),
        )


def _splat(about: Circumstances) -> Iterator[Reason]:
    unseen = [about.site.arguments[index] for index in about.decision.unseen]
    for argument in unseen:
        if argument.kind in {"splat", "keyword splat"}:
            stars = "*" if argument.kind == "splat" else "**"
            text = about.site.module.slice(argument.span)
            yield Reason(
                "splat",
                f"`{stars}{text}` hides which arguments are passed",
                "write the arguments out, or unpack a tuple or a TypedDict of known shape",
                about.at(about.site.line),
            )


def _untyped_parameter(about: Circumstances) -> Iterator[Reason]:
    target = about.site.target
    found = parameters(about.evidence.target) if about.evidence.target else None
    if found is None or target is None:
        return
    goes_to = parameters_of(about.site, found)
    untyped = [
        parameter.name
        for index in about.decision.unseen
        if (parameter := goes_to[index]) is not None and parameter.is_untyped
    ]
    if not untyped:
        return
    name = target.definition.name if target.definition else about.site.module.slice(target.span)
    line = target.definition.line if target.definition else about.site.line
    names = ", ".join(f"`{it}`" for it in dict.fromkeys(untyped) if it) or "its parameters"
    yield Reason(
        "untyped-parameter",
        f"{name}() gives no type to {names}",
        f"annotate {names}",
        about.at(line),
    )


def _silent_file(about: Circumstances) -> Iterator[Reason]:
    if about.silent_file and not about.config and not about.site.comments:
        yield Reason(
            "file-not-checked",
            f"{about.checker} says nothing about any call in {about.path}",
            f"see whether {about.checker}'s config leaves the file out",
            about.at(1),
        )


def _config(about: Circumstances) -> Iterator[Reason]:
    yield from about.config


def _not_established(about: Circumstances) -> Reason:
    """Say what the checker reveals, where nothing explains its silence."""
    receiver, target = about.evidence.receiver, about.evidence.target
    return Reason(
        "not-established",
        f"{about.checker} accepts a wrong call here; to it, the receiver is "
        f"{receiver or 'not revealed'} and the target {target or 'not revealed'}",
        "ask the checker with reveal_type, or pass a function that is defined with def",
        about.at(about.site.line),
    )


_Search = tuple["Callable[[Circumstances], Iterator[Reason]]", ...]

_CALL_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _unannotated_function,
    _unreachable,
    _receiver,
    _target_any,
    _any_arguments,
    _splat,
    _silent_file,
    _config,
)
_ARGUMENT_REASONS: _Search = (_ignore_comment, _untyped_parameter, _splat, _config)


def remedies(reasons: Sequence[Reason]) -> str:
    """Join what to change into one line."""
    return "; ".join(dict.fromkeys(reason.remedy for reason in reasons))
