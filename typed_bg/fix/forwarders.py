"""Types for a function that passes a target and its arguments on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.scopes import parameters
from typed_bg.fix.edits import Anchor, Edit, Replacement, python_change
from typed_bg.fix.imports import Imports
from typed_bg.fix.signatures import annotated

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg._source.scopes import FunctionNode


def typed_forwarder(
    path: PurePosixPath, anchor: Anchor, target: str, python: tuple[int, int]
) -> Edit:
    """Return the edit that annotates a forwarder with the parameters of its target.

    Args:
        path: Its file, from the project's root.
        anchor: The forwarder.
        target: Its parameter that takes the function.
        python: The oldest Python that the project supports.
    """

    def replacements(module: Module) -> list[Replacement] | None:
        function = anchor.find(module.tree)
        if function is None or function.args.vararg is None:
            return None
        if function.args.kwarg is None:
            return _positional(module, function, target, python)
        parameter = next((each for each in parameters(function.args) if each.arg == target), None)
        imports = Imports(module, python, function.lineno, function)
        spec = imports.variable("P", "ParamSpec")
        if parameter is None or spec is None:
            return None
        of = f"{imports.typing('Callable')}[{spec}, {_result(parameter, imports)}]"
        found = [
            *annotated(module, parameter, of),
            *annotated(module, function.args.vararg, f"{spec}.args"),
            *annotated(module, function.args.kwarg, f"{spec}.kwargs"),
        ]
        return [*found, *imports.replacements()]

    summary = f"annotate {anchor} with the parameters of `{target}`"
    return Edit(
        "untyped-forwarder", path, str(anchor), summary, variants=(python_change(replacements),)
    )


def _positional(
    module: Module, function: FunctionNode, target: str, python: tuple[int, int]
) -> list[Replacement] | None:
    """Return the annotations of a forwarder without keywords, with a `TypeVarTuple`."""
    parameter = next((each for each in parameters(function.args) if each.arg == target), None)
    imports = Imports(module, python, function.lineno, function)
    variable = imports.variable("Ts", "TypeVarTuple")
    if parameter is None or variable is None or function.args.vararg is None:
        return None
    unpacked = f"{imports.typing('Unpack')}[{variable}]"
    of = f"{imports.typing('Callable')}[[{unpacked}], {_result(parameter, imports)}]"
    found = [
        *annotated(module, parameter, of),
        *annotated(module, function.args.vararg, unpacked),
    ]
    return [*found, *imports.replacements()]


def _result(parameter: ast.arg, imports: Imports) -> str:
    """Return the result of the target as it is annotated: the second part of a `Callable`."""
    node = parameter.annotation
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        return imports.module.slice(imports.module.span(node.slice.elts[-1]))
    return imports.typing("Any")
