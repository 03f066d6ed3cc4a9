"""Find out why a checker does not check a call or one of its arguments, and how to fix that.

Each function below looks for one kind of reason, in what the checker reveals or reports, in the
source or in the config, and yields it only if it is proven. All reasons that apply are reported. If
none is found, `unexplained` says what is known instead.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode, exit_before, is_in_loop, parameters
from typed_bg.check.calls.project_modules import method_in_project
from typed_bg.check.calls.receivers import class_of, is_of_actor
from typed_bg.check.probes.probe_text import has_own_signature
from typed_bg.check.reasons.checker_config import explains_verdict
from typed_bg.check.reasons.checker_limits import limits, trampoline
from typed_bg.check.reasons.decorator_classes import decorator_class
from typed_bg.check.reasons.skipped_code import redefined_at, ruled_out_by
from typed_bg.check.reasons.types import (
    any_arguments,
    hides_types,
    missing_package,
    receiver,
    target_any,
    target_none,
)
from typed_bg.check.reasons.untyped_parameters import (
    annotations_of,
    is_untyped,
    parameters_of_function,
    quoted,
    untyped_names,
    untyped_text,
)
from typed_bg.check.results.report import Reason
from typed_bg.check.verdicts.revealed_types import is_any
from typed_bg.check.verdicts.suppression import is_reason
from typed_bg.check.verdicts.verdict import hidden_splats, passes_on_unchecked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typed_bg.check.reasons.case import Case
    from typed_bg.check.results.report import Place

_OF_UNANNOTATED_FUNCTIONS = {"config-preset", "config-unannotated"}
_OF_MISSING_TYPES = {"receiver-any", "target-any", "untyped-import", "unresolved-import"}
_CHECK_UNTYPED = "or set check_untyped_defs = true in mypy's config"


def find_reasons(case: Case) -> tuple[Reason, ...]:
    """Return the reasons for a verdict other than `checked`; none if no cause is established."""
    if case.decision.verdict == "checked":
        return ()
    if case.decision.verdict == "unchecked" and _is_actor(case):
        return _of_actor(case)
    search = _ARGUMENT_REASONS if case.decision.verdict == "arity-only" else _CALL_REASONS
    found = [reason for look in search for reason in look(case)]
    functions = case.site.context.functions
    explained = found
    if case.decision.verdict == "unchecked" and all(
        function.annotated for function in functions[-1:]
    ):
        # A preset only explains missing types and functions without annotations.
        explained = [reason for reason in found if reason.code not in _OF_UNANNOTATED_FUNCTIONS]
    if any(reason.code == "config-imports" for reason in explained):
        # What is skipped is installed: no package is missing, and no annotation.
        explained = [reason for reason in explained if reason.code not in _OF_MISSING_TYPES]
    for reasons in (explained, _silent_part(case), _presets(found), _silent_file(case)):
        if given := tuple(dict.fromkeys(reasons)):
            return given
    return tuple(_accepts_anything(case))


def _is_actor(case: Case) -> bool:
    """Return whether the source shows that a call is one of an actor, or its type does.

    Ray's types say that every attribute of an `ActorHandle` is of type `Never`.
    """
    forwarder, revealed = case.site.forwarder, case.evidence.receiver
    return is_of_actor(case.site) or (forwarder.of_actors and revealed in {"Never", "NoReturn"})


def _of_actor(case: Case) -> tuple[Reason, ...]:
    """Return why a checker does not check what Ray passes to an actor."""
    found = tuple(reason for look in _ACTOR_REASONS for reason in look(case))
    if found:
        return found
    fact = "Ray's types do not contain the parameters of an actor's methods and constructor"
    return (Reason("any-arguments", fact, "", case.at(case.site.line)),)


def _presets(found: Sequence[Reason]) -> list[Reason]:
    """Return that no types are revealed by which a cause could be found."""
    return [reason for reason in found if reason.code == "config-preset"]


def _silent_part(case: Case) -> Iterator[Reason]:
    """Yield why a checker reports nothing in a part of a module."""
    if case.evidence.answered:
        return
    site = case.site
    line = redefined_at(site)
    if case.checker == "mypy" and line is not None:
        function = site.context.functions[-1]
        yield Reason(
            "redefined-function",
            f"{function.name}() is defined again on line {line}, and mypy does not check the body "
            "of this definition",
            "give each function a different name",
            case.at(function.line),
        )
        return
    condition = ruled_out_by(site)
    if condition is not None:
        test, name, annotation = condition
        yield Reason(
            "unreachable",
            f"the call is considered unreachable: `{ast.unparse(test)}`, but "
            f"`{name}: {annotation}`",
            f"annotate `{name}` with every type that it can have, such as `{annotation} | None`",
            case.at(test.lineno),
        )


def _accepts_anything(case: Case) -> Iterator[Reason]:
    """Yield that a forwarder's signature is what accepts a wrong call, if the types are known."""
    revealed = (case.evidence.receiver, case.evidence.target)
    known = all(text is not None and not is_any(text) for text in revealed)
    if case.site.forwarder.target is None and "Any" in (case.evidence.target or ""):
        yield Reason(
            "any-arguments",
            f"the task's type is {case.evidence.target}, which takes any arguments",
            "",
            case.at(case.site.line),
        )
        return
    if not known or not has_own_signature(case.site):
        return
    if not case.site.forwarder.is_in_table:
        yield _signature(case)
        return
    yield Reason(
        "checker-limit",
        f"{case.checker} does not compare the arguments of {case.site.forwarder.name} with the "
        "target's parameters",
        "",
        case.at(case.site.line),
    )


def _ignore_comment(case: Case) -> Iterator[Reason]:
    for comment in case.site.comments:
        if is_reason(comment, case.site, case.checker, case.decision.verdict, case.decision.unseen):
            scope = "the whole file" if comment.scope == "file" else "the line"
            yield Reason(
                "ignore-comment",
                f"`{comment.text.strip()}` suppresses the errors of {scope}",
                "remove the comment, or limit it to the one rule that it is meant for",
                case.at(comment.line),
            )


def _no_type_check(case: Case) -> Iterator[Reason]:
    over = [
        (function.name, function.line)
        for function in case.site.context.functions
        if function.no_type_check
    ]
    definition = case.target_definition
    if definition is not None and hides_types(definition):
        over.append((definition.name, definition.line))
    for name, line in over:
        yield Reason(
            "no-type-check",
            f"{name}() is decorated with @no_type_check",
            "remove the decorator",
            case.at(line),
        )


def _unannotated_function(case: Case) -> Iterator[Reason]:
    if not case.evidence.unchecked_function:
        return
    for function in case.site.context.functions[-1:]:
        yield Reason(
            "unannotated-function",
            f"{case.checker} does not check the body of {function.name}(): it has no annotations",
            f"annotate a parameter or the return type of {function.name}(), {_CHECK_UNTYPED}",
            case.at(function.line),
        )


def _unreachable(case: Case) -> Iterator[Reason]:
    never = case.evidence.receiver in {"Never", "NoReturn"}
    if case.evidence.answered and not never:
        return
    for guard in case.site.context.guards:
        other = guard.kind in {"platform", "version"}
        run = f"also run the checker for that {guard.kind}, or " if other else ""
        yield Reason(
            "unreachable",
            f"the call is considered unreachable: `{guard.text}` ({guard.kind})",
            f"{run}move the call out of the branch",
            case.at(guard.line),
        )
    line = exit_before(case.site.context)
    if line is not None:
        yield Reason(
            "unreachable",
            f"the call is never reached: line {line} leaves the block",
            "remove that statement, or move the call before it",
            case.at(line),
        )


def _splat(case: Case) -> Iterator[Reason]:
    if case.site.forwarder.has_containers:
        return  # see `not_proven.hidden_arguments`
    hidden = [case.site.arguments[index] for index in hidden_splats(case.site, case.evidence)]
    if case.site.target is None:
        hidden = [*case.site.arguments, *case.site.leading]
    for argument in hidden:
        if argument.kind in {"splat", "keyword splat"}:
            text = argument.before + case.site.module.slice(argument.span)
            yield Reason(
                "splat",
                f"`{text}` hides which arguments are passed",
                "write out the arguments, or unpack a tuple or a TypedDict of known shape",
                case.at(case.site.line),
            )


def _own_signature(case: Case) -> Iterator[Reason]:
    """Yield that a forwarder's own signature takes the arguments, whatever the target is."""
    in_table = case.site.forwarder.is_in_table
    if case.evidence.own_arity and not case.evidence.arity and not in_table:
        yield _signature(case)


def _argument_container(case: Case) -> Iterator[Reason]:
    """Yield that no type checker looks into the containers of the arguments."""
    forwarder, site = case.site.forwarder, case.site
    if not forwarder.has_containers:
        return
    slots = [slot for slot in (forwarder.args, forwarder.kwargs) if slot is not None]
    names = " and ".join(f"`{slot.keyword or f'argument {slot.position}'}`" for slot in slots)
    called = case.evidence.direct.call
    yield Reason(
        "argument-container",
        f"no type checker compares the content of {names} of {forwarder.last_name} with the "
        "target's parameters",
        f"write `{forwarder.instead.format(call=called.shown)}`"
        if forwarder.instead and called is not None and not is_in_loop(site.context)
        else "",
        case.at(site.line),
    )


def _overriding(case: Case) -> Iterator[Reason]:
    """Yield that a class of the project overrides the method, and takes any arguments."""
    site = case.site
    owner = class_of(site, site.receiver) if site.forwarder.owner is not None else None
    if owner is None:
        return
    method = site.forwarder.last_name
    located = method_in_project(site.module.path, site.module.tree, owner, method)
    if located is None or not isinstance(located.node, FunctionNode):
        return
    variadic = located.node.args.vararg
    if variadic is None or variadic.annotation is None or "." not in _text(variadic.annotation):
        name = f"{owner.rpartition('.')[2]}.{method}"
        yield _signature(case, name, case.in_project(located.path, located.node.lineno))


def _text(annotation: ast.expr) -> str:
    """Write an annotation, without the quotes of one that is a string."""
    return ast.unparse(annotation).strip("'\"")


def _signature(case: Case, name: str = "", place: Place | None = None) -> Reason:
    forwarder = case.site.forwarder
    name = name or forwarder.name
    module = name.rpartition(".")[0] if forwarder.owner is None else forwarder.owner[0]
    own = place is not None or case.own_modules.file_of(module, case.path) is not None
    return Reason(
        "forwarder-signature",
        f"the signature of {name} does not compare its arguments with the target's parameters",
        f"annotate {name} with a ParamSpec (`func: Callable[P, object], *args: P.args, "
        "**kwargs: P.kwargs`), and pass the target's arguments directly"
        if own
        else "",
        place or case.at(case.site.line),
    )


def _limits(case: Case) -> Iterator[Reason]:
    if case.evidence.receiver is None or not is_any(case.evidence.receiver):
        for limit in limits(case.checker, case.site, case.evidence):
            yield Reason(*limit, case.at(case.site.line))


def _trampoline(case: Case) -> Iterator[Reason]:
    for limit in trampoline(case.site, case.evidence):
        yield Reason(*limit, case.at(case.site.line))


def _parameters(case: Case, node: FunctionNode | None) -> Sequence[ast.arg]:
    """Return the target's parameters, those of its definition elsewhere if it is given."""
    if node is not None:
        return parameters(node.args)
    definition = case.target_definition
    return () if definition is None else parameters_of_function(case.site.module.tree, definition)


def _untyped_parameter(case: Case) -> Iterator[Reason]:
    target, definition = case.site.target, case.target_definition
    names = untyped_names(case.site, case.evidence.target or "", case.decision.unseen)
    if names is None or target is None:
        return
    if definition is not None and hides_types(definition):
        return
    if passes_on_unchecked(case.site, case.evidence.target or ""):
        return  # with annotations, it would still take any arguments
    located, node = case.located_target, None
    if located is not None and isinstance(located.node, FunctionNode):
        node = located.node
    found = _parameters(case, node)
    annotations = annotations_of(found)
    had_names = bool(names)
    for name in names:
        missing = tuple(missing_package(case, located, name, annotations.get(name, "")))
        yield from missing
        if missing:
            names = [other for other in names if other != name]
    if had_names and not names:
        return
    lines = [
        parameter.lineno for parameter in found if parameter.arg in names and is_untyped(parameter)
    ]
    if located is not None and node is not None:
        line, called = node.lineno, node.name
        at = case.in_project(located.path, min(lines, default=line))
    else:
        line = definition.line if definition else case.site.line
        called = definition.name if definition else case.site.module.slice(target.span)
        at = case.at(min(lines, default=line))
    if target.form == "lambda":
        fix = "pass a function that is defined with def and annotated"
        yield Reason("untyped-parameter", f"the lambda has no type for {quoted(names)}", fix, at)
        return
    yield Reason("untyped-parameter", *untyped_text(f"{called}()", names, annotations), at)


def _silent_file(case: Case) -> Iterator[Reason]:
    encoding = case.site.module.encoding
    if case.silent_file and encoding not in {"utf-8", "ascii"}:
        yield Reason(
            "encoding",
            f"the file is encoded in {encoding}, and {case.checker} reports nothing for it",
            "save it as UTF-8: not all checkers read other encodings",
            case.at(1),
        )


def _config(case: Case) -> Iterator[Reason]:
    """Yield the settings for the file that explain the verdict."""
    for reason in case.config:
        if explains_verdict(reason, case.decision.verdict, case.evidence):
            yield reason


def unexplained(case: Case) -> str:
    """Return what is known of a call whose verdict no reason explains."""
    if case.silent_file:
        return f"{case.checker} reports nothing about any call in {case.path}"
    receiver, target = case.evidence.receiver, case.evidence.target
    return (
        f"{case.checker} accepts a wrong version of this call; it reveals "
        f"{receiver or 'no type'} for the receiver and {target or 'no type'} for the target"
    )


_Search = tuple["Callable[[Case], Iterator[Reason]]", ...]

_CALL_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _unannotated_function,
    _unreachable,
    receiver,
    target_any,
    target_none,
    any_arguments,
    decorator_class,
    _overriding,
    _argument_container,
    _own_signature,
    _splat,
    _limits,
    _trampoline,
    _config,
)
_ACTOR_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _unannotated_function,
    _splat,
    _limits,
    _config,
)
_ARGUMENT_REASONS: _Search = (
    _ignore_comment,
    _no_type_check,
    _untyped_parameter,
    _splat,
    _limits,
    _trampoline,
    _config,
)
