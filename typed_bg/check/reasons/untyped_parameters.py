"""The parameters of a target that have no type, and the messages about them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from typed_bg._source.scopes import last_name, parameters
from typed_bg.check.verdicts.verdict import possible_parameters, untyped_in_overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from typed_bg._source.definitions import Definition
    from typed_bg.check.calls.call_sites import CallSite


def untyped_names(site: CallSite, revealed: str, unseen: Iterable[int]) -> list[str] | None:
    """Return the parameters without a type that arguments go to, or `None`.

    Args:
        site: The call.
        revealed: The target's type, as a checker writes it.
        unseen: The arguments.

    Returns:
        The names of those that have one.
    """
    goes_to = possible_parameters(site, revealed)
    overloaded = untyped_in_overload(site, revealed)
    found = [
        parameter
        for index in unseen
        for parameter in ([overloaded[index]] if index in overloaded else goes_to[index])
        if parameter.is_untyped
    ]
    return (
        list(dict.fromkeys(parameter.name for parameter in found if parameter.name))
        if found
        else None
    )


def parameters_of_function(tree: ast.Module, definition: Definition) -> tuple[ast.arg, ...]:
    """Return the parameters of a function; those of its overloads, if it has any."""
    named = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name == definition.name
    ]
    overloaded = [function for function in named if any(map(_is_overload, function.decorator_list))]
    functions = overloaded or [function for function in named if function.lineno == definition.line]
    return tuple(parameter for function in functions for parameter in parameters(function.args))


def _is_overload(decorator: ast.expr) -> bool:
    return last_name(decorator) == "overload"


def annotations_of(found: Iterable[ast.arg]) -> dict[str, str]:
    """Return how parameters are annotated; of an overloaded one, how where that says nothing."""
    annotations: dict[str, str] = {}
    for parameter in sorted(found, key=is_untyped):
        annotations[parameter.arg] = (
            "" if parameter.annotation is None else ast.unparse(parameter.annotation)
        )
    return annotations


def is_untyped(parameter: ast.arg) -> bool:
    """Return whether a parameter has no annotation, or one with Any in it."""
    annotation = parameter.annotation
    return annotation is None or re.search(r"\bAny\b", ast.unparse(annotation)) is not None


def untyped_text(
    called: str, names: Sequence[str], annotations: Mapping[str, str]
) -> tuple[str, str]:
    """Return the message that parameters have no type, and the fix.

    Args:
        called: The function.
        names: The parameters.
        annotations: How those are annotated whose definition is known; empty for not at all.
    """
    if any(name not in annotations for name in names):  # defined elsewhere
        return (
            f"{called} has no type for {quoted(names)}, or only Any",
            f"annotate {quoted(names)} where {called} is defined",
        )
    bare = [name for name in names if not annotations[name]]
    facts = [f"{called} has no type for {quoted(bare)}"] if bare else []
    for name in names:
        if annotations[name]:
            whose = f"`{name}`" if bare else f"`{name}` of {called}"
            same = annotations[name] in {"Any", "typing.Any", "t.Any"}
            is_any = "Any" if same else f"`{annotations[name]}`, which is Any"
            facts.append(f"{whose} is annotated {is_any}")
    return "; ".join(facts), f"annotate {quoted(names)}" + (
        "" if len(bare) == len(names) else " with the accepted types"
    )


def quoted(names: Sequence[str]) -> str:
    """Write names for a sentence."""
    return ", ".join(f"`{name}`" for name in names) or "its parameters"
