"""Types for a class whose objects replace the functions that it decorates."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.scopes import FunctionNode, own_nodes
from typed_bg.fix.edits import Anchor, Change, Edit, Replacement, insertion, python_change
from typed_bg.fix.imports import Imports
from typed_bg.fix.signatures import annotated, returning, returns_only

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module


def typed_decorator_class(path: PurePosixPath, anchor: Anchor, python: tuple[int, int]) -> Edit:
    """Return the edit that makes a class generic over the function that it decorates.

    Args:
        path: Its file, from the project's root.
        anchor: Its `__init__`, which takes the function.
        python: The oldest Python that the project supports.
    """
    summary = f"annotate {anchor.name.rpartition('.')[0]} with a ParamSpec"
    variants = tuple(_change(anchor, python, exact=exact) for exact in (True, False))
    return Edit("untyped-decorator", path, str(anchor), summary, variants=variants)


def _change(anchor: Anchor, python: tuple[int, int], *, exact: bool) -> Change:
    def replacements(module: Module) -> list[Replacement] | None:
        init = anchor.find(module.tree)
        owner = None if init is None else _owner(module.tree, init)
        if init is None or owner is None:
            return None
        imports = Imports(module, python, owner.lineno, owner)
        found = _annotated(module, imports, owner, init, exact=exact)
        return None if found is None else [*found, *imports.replacements()]

    return python_change(replacements)


def _annotated(
    module: Module, imports: Imports, owner: ast.ClassDef, init: FunctionNode, *, exact: bool
) -> list[Replacement] | None:
    given = [*init.args.posonlyargs, *init.args.args][1:2]
    call = next(
        (e for e in owner.body if isinstance(e, FunctionNode) and e.name == "__call__"), None
    )
    if not given or call is None or call.args.vararg is None or call.args.kwarg is None:
        return None
    uses = _calls(call, _attribute(init, given[0].arg))
    if not uses or call.args.kwonlyargs or len([*call.args.posonlyargs, *call.args.args]) != 1:
        return None
    spec = imports.variable("P", "ParamSpec")
    result = imports.variable("R", "TypeVar") if exact and returns_only(call, uses) else None
    variables = ", ".join(filter(None, [spec, result]))
    generic = [] if imports.is_inline() else [_base(module, owner, imports, variables)]
    returns = returning(module, call, result or imports.typing("Any"))
    if spec is None or None in generic or returns is None:
        return None
    own = result or imports.typing("Any")
    if isinstance(call, ast.AsyncFunctionDef) and result is not None:
        own = f"{imports.typing('Awaitable')}[{result}]"
    none = returning(module, init, "None") if init.returns is None else []
    return [
        *filter(None, generic),
        *annotated(module, given[0], f"{imports.typing('Callable')}[{spec}, {own}]"),
        *(none or []),
        *annotated(module, call.args.vararg, f"{spec}.args"),
        *annotated(module, call.args.kwarg, f"{spec}.kwargs"),
        *returns,
    ]


def _owner(tree: ast.Module, method: FunctionNode) -> ast.ClassDef | None:
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    return next((node for node in classes if method in node.body), None)


def _attribute(init: FunctionNode, name: str) -> str | None:
    """Return the attribute in which a parameter is kept."""
    for node in own_nodes(init):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            target = node.targets[0]
            if node.value.id == name and isinstance(target, ast.Attribute):
                return target.attr
    return None


def _calls(method: FunctionNode, attribute: str | None) -> set[int]:
    """Return the calls of an attribute of the object in a method, by their ids."""
    return {
        id(node)
        for node in own_nodes(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == attribute
    }


def _base(
    module: Module, owner: ast.ClassDef, imports: Imports, variables: str
) -> Replacement | None:
    """Return the insertion of the base `Generic`, the last one."""
    base = f"{imports.typing('Generic')}[{variables}]"
    if owner.bases or owner.keywords:
        if any("Generic" in ast.unparse(base) for base in owner.bases) or not owner.bases:
            return None
        return insertion(module.span(owner.bases[-1]).end, f", {base}")
    start = module.offset(owner.lineno, owner.col_offset)
    colon = module.text.index(":", start)
    head = module.text[start:colon]
    if head.rstrip().endswith(")"):
        return insertion(start + head.rindex(")"), base)
    return insertion(start + len(head.rstrip()), f"({base})")
