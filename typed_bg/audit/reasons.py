"""Why a checker does not check a call, or an argument of it, and what to change.

A reason is established, by what the checker reveals or says, by the source, or by the config in
force; each function below looks for one kind and says nothing where it finds no proof. Where two
hold, both are given. Where none is found, the types that the checker reveals are told instead.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg.audit.config_reasons import explains_verdict
from typed_bg.audit.limits import limits, trampoline
from typed_bg.audit.looking_up import imports_of
from typed_bg.audit.model import Place, Reason
from typed_bg.audit.origins import origin_of
from typed_bg.audit.signatures import has_any_member, is_any, takes_any_arguments
from typed_bg.audit.silencing import is_reason
from typed_bg.audit.unreached import exit_before
from typed_bg.audit.untyped import (
    annotations_of,
    is_untyped,
    parameters_of_function,
    quoted,
    untyped_names,
    untyped_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import PurePosixPath

    from typed_bg.audit.definitions import Definition
    from typed_bg.audit.evidence import Evidence
    from typed_bg.audit.sites import CallSite
    from typed_bg.audit.verdicts import Decision

_NONE = re.compile(r"(?:.*\| ?)?None(?: ?\|.*)?|(?:typing\.)?Optional\[.*\]")
_OF_UNANNOTATED_FUNCTIONS = {"config-preset", "config-unannotated"}
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

    @property
    def target_definition(self) -> Definition | None:
        """Where the module defines the target, unless that is a call's or a lambda's."""
        target = self.site.target
        return None if target is None or target.form in {"call", "lambda"} else target.definition

    def at(self, line: int) -> Place:
        """Return a place in the call's file."""
        return Place(self.path, line)


def find_reasons(about: Circumstances) -> tuple[Reason, ...]:
    """Return the reasons for a verdict other than `checked`."""
    if about.decision.verdict == "checked":
        return ()
    search = _ARGUMENT_REASONS if about.decision.verdict == "arity-only" else _CALL_REASONS
    found = [reason for look in search for reason in look(about)]
    functions = about.site.context.functions
    if about.decision.verdict == "unchecked" and all(it.annotated for it in functions[-1:]):
        # A preset takes types away, and functions without annotations; names and number it leaves.
        found = [it for it in found if it.code not in _OF_UNANNOTATED_FUNCTIONS]
    return tuple(dict.fromkeys(found or _silent_file(about))) or (_not_established(about),)


def _ignore_comment(about: Circumstances) -> Iterator[Reason]:
    for comment in about.site.comments:
        if is_reason(comment, about.site, about.checker, about.decision):
            scope = "the whole file" if comment.scope == "file" else "the line"
            yield Reason(
                "ignore-comment",
                f"`{comment.text.strip()}` silences {scope}",
                "take the comment away, or name in it only the rule that it is there for",
                about.at(comment.line),
            )


def _no_type_check(about: Circumstances) -> Iterator[Reason]:
    over = [(it.name, it.line) for it in about.site.context.functions if it.no_type_check]
    definition = about.target_definition
    if definition is not None and _hides_types(definition):
        over.append((definition.name, definition.line))
    for name, line in over:
        yield Reason(
            "no-type-check",
            f"@no_type_check stands over {name}()",
            "take the decorator away",
            about.at(line),
        )


def _hides_types(definition: Definition) -> bool:
    return any(it.rpartition(".")[2] == "no_type_check" for it in definition.decorators)


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
    never = about.evidence.receiver in {"Never", "NoReturn"}
    if about.evidence.answered and not never:
        return
    for guard in about.site.context.guards:
        yield Reason(
            "unreachable",
            f"the call is taken for unreachable: `{guard.text}` ({guard.kind})",
            "run the checker for that platform or version as well, or move the call out of it",
            about.at(guard.line),
        )
    line = exit_before(about.site.context)
    if line is not None:
        yield Reason(
            "unreachable",
            f"the call is never reached: line {line} leaves the block",
            "take the call away, or what leaves the block before it",
            about.at(line),
        )
    elif never and not about.site.context.guards:
        yield Reason(
            "unreachable",
            "the call is taken for unreachable, by what stands before it",
            "look for a call that never returns, or for a type that rules the branch out",
            about.at(about.site.line),
        )


def _receiver(about: Circumstances) -> Iterator[Reason]:
    revealed = about.evidence.receiver
    if revealed is None or about.evidence.unchecked_function:
        return
    text = about.site.module.slice(about.site.receiver_span)
    if has_any_member(revealed):
        yield from _receiver_any(about, text)
    if _NONE.fullmatch(revealed):
        yield Reason(
            "receiver-none",
            f"`{text}` can be None",
            f"annotate it without None, or check `if {text} is not None` before the call",
            about.at(about.site.line),
        )


def _receiver_any(about: Circumstances, text: str) -> Iterator[Reason]:
    definition, owner = about.site.receiver_definition, about.site.forwarder.owner
    cls = "its type" if owner is None else f"`{owner[1]}`"
    if definition is not None and definition.kind == "import":
        yield Reason(
            "receiver-any",
            f"the type of `{text}` is Any",
            "make the import resolve for the checker: install the package or its stubs",
            about.at(definition.line),
        )
        return
    yield from _any(
        about,
        "receiver-any",
        about.site.receiver,
        of_type=cls,
        otherwise=f"give it a name of type {cls} before the call, or annotate where it comes from",
    )


def _any(
    about: Circumstances, code: str, expression: ast.expr, *, of_type: str, otherwise: str
) -> Iterator[Reason]:
    """Yield that an expression has no type, and where it gets none."""
    text = " ".join(about.site.module.slice(about.site.module.span(expression)).split())
    origin = origin_of(about.site, expression)
    begins_with = text if origin is None else origin.annotation or origin.value
    missing = tuple(_unresolved(about, begins_with))
    yield from missing
    fact, line, remedy = f"the type of `{text}` is Any", about.site.line, otherwise
    direct = origin is not None and text in {origin.name, f"self.{origin.name}"}
    if origin is None:
        if missing:
            return
    elif origin.annotation and (direct or missing or origin.is_annotated_any):
        fact, line = f"`{origin.name}: {origin.annotation}` is Any", origin.line
        remedy = f"make `{origin.annotation}` resolve for the checker"
        if origin.is_annotated_any:
            remedy = f"annotate `{origin.name}` as {of_type if direct else 'what it is'}"
    elif not origin.annotation:
        line = origin.line
        if origin.kind == "parameter":
            fact = f"{fact}: the parameter `{origin.name}` has no annotation"
            remedy = f"annotate the parameter `{origin.name}`"
        elif direct:
            remedy = f"annotate it as {of_type}, where it gets its value"
        else:
            remedy = f"annotate `{origin.name}`, or else what is taken from it"
    yield Reason(code, fact, remedy, about.at(line))


def _unresolved(about: Circumstances, expression: str) -> Iterator[Reason]:
    """Yield the import that brings in what an expression begins with, if it is unresolved."""
    for node in imports_of(about.site.module.tree, expression, about.unresolved):
        yield _unresolved_import(about, ast.unparse(node), node.lineno)


def _unresolved_import(about: Circumstances, text: str, line: int) -> Reason:
    return Reason(
        "unresolved-import",
        f"`{text}` cannot be resolved",
        "install the package, or its stubs, into the environment that is checked",
        about.at(line),
    )


def _target_any(about: Circumstances) -> Iterator[Reason]:
    revealed, target = about.evidence.target, about.site.target
    if revealed is None or target is None or not has_any_member(revealed):
        return
    if about.evidence.unchecked_function:
        return
    definition = about.target_definition
    if definition is not None and definition.decorators:
        yield from _decorated(about, definition, "Any")
    elif definition is not None and definition.bindings > 1:
        yield Reason(
            "redefined-name",
            f"`{definition.name}` is defined {definition.bindings} times, and has no type",
            "define it once, or give each definition a name of its own",
            about.at(definition.line),
        )
    elif (
        definition is not None
        and definition.kind == "import"
        and definition.line in about.unresolved
    ):
        yield _unresolved_import(about, definition.text, definition.line)
    elif definition is not None and definition.kind == "import":
        yield Reason(
            "untyped-import",
            f"`{definition.text}` gives {definition.name} no type",
            "annotate it where it is defined, or install the stubs of its package",
            about.at(definition.line),
        )
    else:
        yield from _any(
            about,
            "target-any",
            target.value,
            of_type="the type of the function",
            otherwise="annotate where it comes from, or install the stubs of its package",
        )


def _decorated(about: Circumstances, definition: Definition, into: str) -> Iterator[Reason]:
    """Yield what hides a function: decorators without types, or that cannot be resolved."""
    if _hides_types(definition):
        return
    missing = [reason for it in definition.decorators for reason in _unresolved(about, it)]
    yield from missing
    if not missing:
        named = ", ".join(f"@{it}" for it in definition.decorators)
        yield Reason(
            "untyped-decorator",
            f"{named} turns {definition.name}() into {into}",
            "type the decorator with ParamSpec, `Callable[P, R] -> Callable[P, R]`",
            about.at(definition.line),
        )


def _any_arguments(about: Circumstances) -> Iterator[Reason]:
    revealed, target = about.evidence.target, about.site.target
    if revealed is None or target is None or not takes_any_arguments(revealed):
        return
    text = about.site.module.slice(target.span)
    definition = about.target_definition
    if definition is not None and definition.decorators:
        yield from _decorated(about, definition, "a callable that takes any arguments")
    elif definition is None:
        yield Reason(
            "any-arguments",
            f"`{text}` is a callable that takes any arguments",
            "write its parameters out where it is defined, or give it the type of the function",
            about.at(about.site.line),
        )
    elif definition.var_kwargs is not None:
        yield Reason(
            "any-arguments",
            f"`{text}` takes *args and **kwargs, so that any argument fits",
            "write its parameters out, or annotate the variadics with a ParamSpec or with Unpack",
            about.at(definition.line),
        )
    else:
        yield Reason(
            "callable-ellipsis",
            f"`{text}` is a callable that takes any arguments",
            "give it the type of the function: `Callable[[str], None]` or a ParamSpec",
            about.at(definition.line),
        )


def _splat(about: Circumstances) -> Iterator[Reason]:
    hidden = [about.site.arguments[index] for index in about.decision.unseen]
    if about.site.target is None:
        hidden += about.site.leading
    for argument in hidden:
        if argument.kind in {"splat", "keyword splat"}:
            stars = "*" if argument.kind == "splat" else "**"
            text = about.site.module.slice(argument.span)
            yield Reason(
                "splat",
                f"`{stars}{text}` hides which arguments are passed",
                "write the arguments out, or unpack a tuple or a TypedDict of known shape",
                about.at(about.site.line),
            )


def _limits(about: Circumstances) -> Iterator[Reason]:
    if about.evidence.receiver is None or not is_any(about.evidence.receiver):
        for limit in limits(about.checker, about.site, about.evidence):
            yield Reason(*limit, about.at(about.site.line))


def _trampoline(about: Circumstances) -> Iterator[Reason]:
    for limit in trampoline(about.site):
        yield Reason(*limit, about.at(about.site.line))


def _untyped_parameter(about: Circumstances) -> Iterator[Reason]:
    target, definition = about.site.target, about.target_definition
    names = untyped_names(about.site, about.evidence.target or "", about.decision.unseen)
    if names is None or target is None:
        return
    if definition is not None and _hides_types(definition):
        return
    found = () if definition is None else parameters_of_function(about.site.module.tree, definition)
    annotations = annotations_of(found)
    for name in names:
        missing = tuple(_unresolved(about, annotations.get(name, "")))
        yield from missing
        if missing:
            names = [it for it in names if it != name]
    if not names:
        return
    lines = [it.lineno for it in found if it.arg in names and is_untyped(it)]
    line = definition.line if definition else about.site.line
    at = about.at(min(lines, default=line))
    if target.form == "lambda":
        remedy = "pass a function that is defined with def and annotated"
        yield Reason(
            "untyped-parameter", f"the lambda gives no type to {quoted(names)}", remedy, at
        )
        return
    text = about.site.module.slice(target.span)
    called = f"{definition.name if definition else text}()"
    yield Reason("untyped-parameter", *untyped_text(called, names, annotations), at)


def _silent_file(about: Circumstances) -> Iterator[Reason]:
    encoding = about.site.module.encoding
    if about.silent_file and encoding not in {"utf-8", "ascii"}:
        yield Reason(
            "encoding",
            f"the file is in {encoding}, and nothing is said about any call in it",
            "save it as UTF-8: not all checkers read other encodings",
            about.at(1),
        )
    elif about.silent_file:
        yield Reason(
            "file-not-checked",
            f"{about.checker} says nothing about any call in {about.path}",
            f"see whether {about.checker}'s config leaves the file out",
            about.at(1),
        )


def _config(about: Circumstances) -> Iterator[Reason]:
    """Yield the settings that explain the verdict, of those that hold for the file."""
    for reason in about.config:
        if explains_verdict(reason, about.decision.verdict, about.evidence):
            yield reason


def _not_established(about: Circumstances) -> Reason:
    """Say what the checker reveals, where nothing explains its silence."""
    receiver, target = about.evidence.receiver, about.evidence.target
    return Reason(
        "not-established",
        f"{about.checker} accepts a wrong call here; to it, the receiver is "
        f"{receiver or 'not revealed'} and the target {target or 'not revealed'}",
        "see what the other checkers say of the call, or ask this one with reveal_type",
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
    _limits,
    _trampoline,
    _config,
)
_ARGUMENT_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _untyped_parameter,
    _splat,
    _trampoline,
    _config,
)
