"""Reasons about a type: the receiver or the target has no type, or one that accepts anything."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.imports import imported_package, imports_of
from typed_bg._source.scopes import FunctionNode, parameters
from typed_bg.check.calls.project_modules import definition_in_project, outside_project
from typed_bg.check.calls.type_origins import origin_of
from typed_bg.check.reasons.own_modules import own_module
from typed_bg.check.results.report import Reason
from typed_bg.check.verdicts.revealed_types import (
    has_any_member,
    may_be_none,
    takes_any_arguments,
    without_none,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._source.definitions import Definition
    from typed_bg.check.calls.project_modules import Located
    from typed_bg.check.calls.type_origins import Origin
    from typed_bg.check.reasons.case import Case
    from typed_bg.check.results.reason_codes import CheckerReason
    from typed_bg.check.results.report import Place


def hides_types(definition: Definition) -> bool:
    """Return whether a decorator makes checkers skip a function."""
    return any(
        decorator.rpartition(".")[2] == "no_type_check" for decorator in definition.decorators
    )


def receiver(case: Case) -> Iterator[Reason]:
    """Yield a reason if the receiver has no type or may be None."""
    revealed = case.evidence.receiver
    if revealed is None or case.evidence.unchecked_function:
        return
    text = case.site.module.slice(case.site.receiver_span)
    if has_any_member(revealed):
        yield from _receiver_any(case, text)
    if revealed == "None" or may_be_none(revealed):
        yield Reason(
            "receiver-none",
            f"`{text}` can be None",
            f"annotate it without None, or check `if {text} is not None` before the call",
            case.at(case.site.line),
        )


def _receiver_any(case: Case, text: str) -> Iterator[Reason]:
    definition, owner = case.site.receiver_definition, case.site.forwarder.owner
    cls = "its type" if owner is None else f"`{owner[1]}`"
    if definition is not None and definition.kind == "import":
        yield Reason(
            "receiver-any",
            f"the type of `{text}` is Any",
            "install the package or its stubs, so that the checker can resolve the import",
            case.at(definition.line),
        )
        return
    yield from _any(
        case,
        "receiver-any",
        case.site.receiver,
        of_type=cls,
        otherwise=f"assign it to a variable of type {cls} first, or annotate its definition",
    )


def _any(
    case: Case, code: CheckerReason, expression: ast.expr, *, of_type: str, otherwise: str
) -> Iterator[Reason]:
    """Yield a reason for an expression without a type, at the place where the type is lost."""
    text = " ".join(case.site.module.slice(case.site.module.span(expression)).split())
    origin = origin_of(case.site, expression)
    begins_with = text if origin is None else origin.annotation or origin.value
    missing = tuple(unresolved(case, begins_with))
    yield from missing
    fact, line, fix = f"the type of `{text}` is Any", case.site.line, otherwise
    direct = origin is not None and text in {origin.name, f"self.{origin.name}"}
    if origin is None:
        if missing:
            return
    elif origin.annotation and (direct or missing or origin.is_annotated_any):
        fact, line = f"`{origin.name}: {origin.annotation}` is Any", origin.line
        fix = f"make sure that the checker can resolve `{origin.annotation}`"
        if origin.is_annotated_any:
            fix = f"annotate `{origin.name}` {f'as {of_type}' if direct else 'with its type'}"
    elif not origin.annotation:
        line = origin.line
        if origin.kind == "parameter":
            fact = f"{fact}: the parameter `{origin.name}` has no annotation"
            fix = f"annotate the parameter `{origin.name}`"
        elif direct:
            fix = f"annotate it as {of_type} where it is assigned"
        else:
            fix = f"annotate `{origin.name}`, or first assign `{text}` to an annotated variable"
    yield Reason(code, fact, fix, case.at(line))


def unresolved(case: Case, expression: str) -> Iterator[Reason]:
    """Yield a reason if the name at the start of an expression is an unresolved import."""
    for node in imports_of(case.site.module.tree, expression, case.unresolved):
        yield _unresolved_import(case, node)


def missing_package(
    case: Case, located: Located | None, parameter: str, annotation: str
) -> Iterator[Reason]:
    """Yield that a parameter's type is Any since its class is imported from a missing package.

    Args:
        case: The call.
        located: The function, if another module of the project defines it.
        parameter: The parameter's name.
        annotation: Its annotation.
    """
    if located is None:
        direct = tuple(unresolved(case, annotation))
        yield from direct
        if direct:
            return
    module = case.site.module
    path, tree = (module.path, module.tree) if located is None else (located.path, located.tree)
    origin = outside_project(path, tree, annotation)
    if origin is None or (located is None and origin.path == module.path):
        return
    package = (origin.node.module or "").partition(".")[0]
    yield Reason(
        "unresolved-import",
        f"`{parameter}` is annotated `{annotation}`, which is Any: "
        f"`{ast.unparse(origin.node)}` does not give it a type",
        f"install {package}, or its stubs, into the environment that is checked",
        case.in_project(origin.path, origin.node.lineno),
    )


def _unresolved_import(case: Case, node: ast.Import | ast.ImportFrom) -> Reason:
    text = ast.unparse(node)
    own = own_module(case.checker, case.own_modules, case.path, text)
    if own is not None:
        fact = f"`{text}` cannot be resolved: {own[0]}"
        return Reason("unresolved-import", fact, own[1], case.at(node.lineno))
    module = node.names[0].name if isinstance(node, ast.Import) else node.module or ""
    package = module.partition(".")[0] or "the package"
    return Reason(
        "unresolved-import",
        f"`{text}` cannot be resolved",
        f"install {package}, or its stubs, into the environment that is checked",
        case.at(node.lineno),
    )


def target_any(case: Case) -> Iterator[Reason]:
    """Yield the reasons why the target has no type."""
    revealed, target = case.evidence.target, case.site.target
    if revealed is None or target is None or not has_any_member(revealed):
        return
    if case.evidence.unchecked_function:
        return
    definition, located = case.target_definition, case.located_target
    if definition is not None and definition.decorators:
        yield from _decorated(case, definition, "Any")
    elif definition is not None and definition.bindings > 1:
        yield Reason(
            "redefined-name",
            f"`{definition.name}` is defined {definition.bindings} times, and has no type",
            "define it once, or give each definition a different name",
            case.at(definition.line),
        )
    elif (
        definition is not None
        and definition.kind == "import"
        and definition.line in case.unresolved
    ):
        yield from unresolved(case, ast.unparse(target.value))
    elif (
        located is not None
        and isinstance(located.node, FunctionNode)
        and located.node.decorator_list
    ):
        yield from _of_other_module(case, located, located.node, "Any")
    elif definition is not None and definition.kind == "import":
        yield Reason(
            "untyped-import",
            f"`{definition.text}` does not give {definition.name} a type",
            "annotate it where it is defined",
            case.at(definition.line),
        )
    else:
        yield from _any(
            case,
            "target-any",
            target.value,
            of_type="the type of the function",
            otherwise="annotate its definition",
        )


def _of_other_module(
    case: Case, located: Located, node: FunctionNode, into: str
) -> Iterator[Reason]:
    """Yield what hides a function that another module of the project defines."""
    for decorator in node.decorator_list:
        by = definition_in_project(located.path, located.tree, decorator)
        package = None if by else imported_package(located.tree, decorator)
        if by is not None and isinstance(by.node, FunctionNode) and not has_types(by.node):
            yield Reason(
                "untyped-decorator",
                f"@{ast.unparse(decorator)} turns {node.name}() into {into}: {by.node.name}() has "
                "no annotations",
                "annotate the decorator with a ParamSpec: `Callable[P, R] -> Callable[P, R]`",
                case.in_project(by.path, by.node.lineno),
            )
        else:
            whose = "" if package is None else f", which comes from the package {package},"
            yield Reason(
                "untyped-decorator",
                f"@{ast.unparse(decorator)}{whose} turns {node.name}() into {into}",
                "annotate the decorator with a ParamSpec: `Callable[P, R] -> Callable[P, R]`",
                case.in_project(located.path, node.lineno),
            )


def target_none(case: Case) -> Iterator[Reason]:
    """Yield that the target may be None."""
    if case.site.target is not None and may_be_none(case.evidence.target or ""):
        text = " ".join(case.site.module.slice(case.site.target.span).split())
        yield Reason(
            "target-none",
            f"`{text}` can be None: the checker reports only that, whatever the arguments are",
            f"check `if {text} is not None` before the call",
            case.at(case.site.line),
        )


def _decorated(case: Case, definition: Definition, into: str) -> Iterator[Reason]:
    """Yield the decorators that hide a function's type: untyped or unresolved ones."""
    if hides_types(definition):
        return
    missing = [
        reason for decorator in definition.decorators for reason in unresolved(case, decorator)
    ]
    yield from missing
    if not missing:
        module = case.site.module
        place = case.at(definition.line)
        for decorator in definition.decorators:
            expression = ast.parse(decorator, mode="eval").body
            by = definition_in_project(module.path, module.tree, expression)
            if by is not None and isinstance(by.node, FunctionNode) and not has_types(by.node):
                place = case.in_project(by.path, by.node.lineno)
        named = ", ".join(f"@{decorator}" for decorator in definition.decorators)
        yield Reason(
            "untyped-decorator",
            f"{named} turns {definition.name}() into {into}",
            "annotate the decorator with a ParamSpec: `Callable[P, R] -> Callable[P, R]`",
            place,
        )


def has_types(node: FunctionNode) -> bool:
    """Return whether a function has a parameter or a return type that is annotated."""
    return node.returns is not None or any(
        parameter.annotation for parameter in parameters(node.args)
    )


def any_arguments(case: Case) -> Iterator[Reason]:
    """Yield a reason if the target's type accepts any arguments."""
    revealed, target = case.evidence.target, case.site.target
    if revealed is None or target is None or not takes_any_arguments(without_none(revealed)):
        return
    text = case.site.module.slice(target.span)
    definition = case.target_definition
    if definition is not None and definition.decorators:
        yield from _decorated(case, definition, "a callable that takes any arguments")
    elif (located := case.located_target) is not None and isinstance(located.node, FunctionNode):
        into = "a callable that takes any arguments"
        if located.node.decorator_list:
            yield from _of_other_module(case, located, located.node, into)
        else:
            yield _variadic(text, case.in_project(located.path, located.node.lineno))
    elif (origin := _origin_of_attribute(case, target.value)) is not None:
        yield _any_callable(text, case.at(origin.line))
    elif definition is None:
        yield Reason(
            "any-arguments",
            f"`{text}` is a callable that takes any arguments",
            "declare its parameters where it is defined, or annotate it with the function's type",
            case.at(case.site.line),
        )
    elif definition.var_kwargs is not None:
        yield _variadic(text, case.at(definition.line))
    else:
        yield _any_callable(text, case.at(definition.line))


def _origin_of_attribute(case: Case, target: ast.expr) -> Origin | None:
    """Return where an attribute is annotated, or gets a parameter that is."""
    if not isinstance(target, ast.Attribute):
        return None
    origin = origin_of(case.site, target)
    if origin is None or not (origin.annotation or origin.passed):
        return None
    return origin if origin.name.endswith(target.attr) else None


def _any_callable(text: str, place: Place) -> Reason:
    return Reason(
        "callable-ellipsis",
        f"`{text}` is a callable that takes any arguments",
        "annotate it with the function's type: `Callable[[str], None]`, or use a ParamSpec",
        place,
    )


def _variadic(text: str, place: Place) -> Reason:
    return Reason(
        "any-arguments",
        f"`{text}` takes *args and **kwargs, so any arguments fit",
        "write out its parameters",
        place,
    )
