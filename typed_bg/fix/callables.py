"""The parameters of a `Callable[..., X]`, from all functions that are stored where it is the type.

The type belongs to a parameter, a variable or an attribute, or has a name of its own (an alias).
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings
from typed_bg._source.scopes import FunctionNode, last_name, scopes_of
from typed_bg._source.walk import walk
from typed_bg.check.calls.project_modules import definition_in_project, names_given_by
from typed_bg.fix.edits import (
    Anchor,
    Edit,
    Replacement,
    anchor_of,
    definition_name,
    python_change,
)
from typed_bg.fix.holders import Holder, Statement, holder_of, without_none, written_targets
from typed_bg.fix.meaning import is_callable_type
from typed_bg.fix.stored_values import StoredValues, Unknown, class_around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg._source.scopes import Link, ScopeNode
    from typed_bg.fix.holders import Project
    from typed_bg.fix.stored_values import Stored


@dataclass(frozen=True, slots=True)
class Declaration:
    """A `Callable[..., X]` in the source.

    Attributes:
        module: Its module.
        line: Its line.
        name: What it is the type of, to be shown.
        find: Finds it in the module's tree, also after other edits.
        holders: All that has this type.
        others: Other uses of it, if it is an alias.
        is_alias: Whether it is one.
    """

    module: Module
    line: int
    name: str
    find: Callable[[ast.Module], ast.expr | None]
    holders: tuple[Holder, ...]
    others: tuple[Unknown, ...] = ()
    is_alias: bool = False


def typed_callable(
    path: PurePosixPath, declaration: Declaration, types: Sequence[str] | str
) -> Edit:
    """Return the edit that writes the parameters of a callable.

    Args:
        path: Its file, from the project's root.
        declaration: The callable.
        types: The types of its parameters; a text that says why they are not known.
    """
    what = f"write the parameters of {declaration.name}"
    if isinstance(types, str):
        return Edit("callable-ellipsis", path, declaration.name, what, obstacle=types)
    written = f"[{', '.join(types)}]"

    def replacements(module: Module) -> list[Replacement] | None:
        dots = _dots(declaration.find(module.tree))
        return None if dots is None else [Replacement(module.span(dots), written)]

    change = python_change(replacements)
    summary = f"{what}: {written}"
    return Edit("callable-ellipsis", path, declaration.name, summary, variants=(change,))


def declaration_of(
    project: Project, module: Module, scopes: Sequence[ScopeNode], target: ast.expr
) -> Declaration | None:
    """Return the `Callable[..., X]` that is the type of a target.

    Args:
        project: The project.
        module: The module of the target.
        scopes: The scopes around it, innermost first.
        target: The target.
    """
    holder = holder_of(project, module, scopes, target)
    annotation = None if holder is None else without_none(holder.annotation())
    if holder is None or annotation is None:
        return None
    if _dots(annotation) is None:
        return _alias(project, holder.module, annotation)
    name = f"`{holder.name}`"
    if not isinstance(holder.owner, ast.Module):
        name = f"{name} of {definition_name(holder.module.tree, holder.owner)}"
    return Declaration(holder.module, annotation.lineno, name, _finder(holder), (holder,))


def known_types(project: Project, declaration: Declaration, number: int) -> list[str] | str:
    """Return the types of the parameters of all functions that a callable can be.

    Args:
        project: The project.
        declaration: The callable.
        number: How many arguments it gets.

    Returns:
        The types as all of them are written; a text that says why they are not known.
    """
    values = StoredValues(project)
    found: dict[tuple[str, ...], str] = {}
    stored = [each for holder in declaration.holders for each in values.of(holder)]
    for value in (*declaration.others, *stored):
        if isinstance(value, Unknown):
            return _unknown(value)
        types = _types(value, number)
        if types is None:
            arguments = f"{number} argument{'' if number == 1 else 's'}"
            return f"{value.node.name}() has no annotations for {arguments}"
        found.setdefault(types, value.node.name)
    if not found:
        return "the project assigns no function to it"
    if len(found) > 1:
        return "the functions differ: " + ", ".join(
            f"{name}({', '.join(types)})" for types, name in found.items()
        )
    (types,) = found
    missing = _missing(declaration, types)
    if missing:
        place = f"{declaration.module.path.name}:{declaration.line}"
        return f"`{missing}` is not defined before {place}"
    return list(types)


def _unknown(value: Unknown) -> str:
    first = value.module.slice(value.module.span(value.node)).splitlines()[0]
    place = f"{value.module.path.name}:{value.node.lineno}"
    return f"{value.why.format(first)} ({place})"


def _types(stored: Stored, number: int) -> tuple[str, ...] | None:
    """Return the types of the first parameters of a function, if all are annotated."""
    node = stored.node
    taken = [*node.args.posonlyargs, *node.args.args][stored.is_bound :]
    required = len(taken) - len(node.args.defaults)
    if node.decorator_list or None in node.args.kw_defaults:
        return None
    if not required <= number <= len(taken):
        return None
    types = [each.annotation for each in taken[:number]]
    return None if None in types else tuple(ast.unparse(each) for each in types if each)


def _missing(declaration: Declaration, types: Sequence[str]) -> str:
    """Return a name in types that the module does not have where they are written."""
    tree = declaration.module.tree
    futures = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    is_lazy = not declaration.is_alias and any(node.module == "__future__" for node in futures)
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    unrun = {
        inner
        for block in blocks
        if "TYPE_CHECKING" in ast.unparse(block.test)
        for inner in block.body
    }
    own = {
        name
        for name, nodes in bindings(tree).items()
        for node in nodes
        if is_lazy or (getattr(node, "lineno", 0) < declaration.line and node not in unrun)
    }
    names = (
        node.id
        for text in types
        for node in ast.walk(ast.parse(text, mode="eval"))
        if isinstance(node, ast.Name)
    )
    return next((name for name in names if name not in own and not hasattr(builtins, name)), "")


def _dots(annotation: ast.expr | None) -> ast.expr | None:
    """Return the dots of `Callable[..., X]`."""
    node = without_none(annotation)
    if not isinstance(node, ast.Subscript) or not is_callable_type(node):
        return None
    first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else None
    is_dots = isinstance(first, ast.Constant) and first.value is Ellipsis
    return first if is_dots else None


def _finder(holder: Holder) -> Callable[[ast.Module], ast.expr | None]:
    """Return what finds the annotation of a holder in the tree of its module."""
    name, anchor = holder.name, anchor_of(holder.module.tree, holder.owner)
    if holder.parameter is not None and anchor is not None:
        return lambda tree: _of_parameter(tree, anchor, name)
    annotated = (node for node in holder.assignments() if isinstance(node, ast.AnnAssign))
    return _statement_finder(holder.module.tree, next(annotated))


def _of_parameter(tree: ast.Module, anchor: Anchor, name: str) -> ast.expr | None:
    function = anchor.find(tree)
    if function is None:
        return None
    parameter = Holder.of_function(function, name)
    return None if parameter is None else parameter.annotation


def _statement_finder(
    tree: ast.Module, wanted: ast.stmt
) -> Callable[[ast.Module], ast.expr | None]:
    """Return what finds the type that a statement has in it, by what it assigns to."""
    text = _written(wanted)
    number = _statements(tree, text).index(wanted)

    def find(tree: ast.Module) -> ast.expr | None:
        found = _statements(tree, text)[number:]
        return _type_in(found[0]) if found else None

    return find


def _statements(tree: ast.Module, text: str) -> list[ast.stmt]:
    """Return the statements that assign to something, in the order of the source."""
    nodes = (link.node for link in walk(tree) if isinstance(link.node, ast.stmt))
    return [node for node in nodes if text and _written(node) == text]


def _written(node: ast.stmt) -> str:
    if isinstance(node, Statement):
        return written_targets(node)[0]
    return next(iter(names_given_by(node)), "")


def _type_in(node: ast.stmt) -> ast.expr | None:
    """Return the type that a statement gives to a variable, or a name to."""
    if isinstance(node, ast.AnnAssign) and not _is_type_alias(node.annotation):
        return node.annotation
    value = getattr(node, "value", None)
    return value if isinstance(value, ast.expr) else None


def _is_type_alias(annotation: ast.expr) -> bool:
    return last_name(annotation) == "TypeAlias"


def _alias(project: Project, module: Module, annotation: ast.expr) -> Declaration | None:
    """Return the declaration that an annotation names."""
    if not isinstance(annotation, (ast.Name, ast.Attribute)):
        return None
    located = definition_in_project(module.path, module.tree, annotation)
    other = None if located is None else project.module(located.path)
    if located is None or other is None:
        return None
    name = _written(located.node)
    nodes = [node for node in other.tree.body if name and _written(node) == name]
    if len(nodes) != 1 or _dots(_type_in(nodes[0])) is None:
        return None
    uses = [use for user in project.naming(name) for use in _uses(user, name, other)]
    holders = tuple(use for use in uses if isinstance(use, Holder))
    others = tuple(use for use in uses if isinstance(use, Unknown))
    find = _statement_finder(other.tree, nodes[0])
    line = nodes[0].lineno
    return Declaration(other, line, f"`{name}`", find, holders, others, is_alias=True)


def _uses(user: Module, name: str, defining: Module) -> Iterator[Holder | Unknown]:
    """Yield what a module annotates with an alias, and its other uses of it."""
    for link in walk(user.tree):
        node = link.node
        if isinstance(node, ast.ImportFrom):
            renamed = (alias for alias in node.names if alias.name == name)
            if any(alias.asname not in {None, name} for alias in renamed):
                yield Unknown(user, node, "`{}` imports it under another name")
        elif (
            isinstance(node, (ast.Name, ast.Attribute))
            and last_name(node) == name
            and isinstance(node.ctx, ast.Load)
            and _is_of(user, node, defining)
        ):
            yield _annotated(user, link) or Unknown(
                user, node, "`{}` is also used outside of annotations"
            )


def _is_of(user: Module, node: ast.expr, other: Module) -> bool:
    """Return whether a name can be the alias that a module defines."""
    located = definition_in_project(user.path, user.tree, node)
    return located is None or located.path == other.path


def _annotated(module: Module, link: Link) -> Holder | None:
    """Return what is annotated with the expression at the end of a way, and with nothing else."""
    around = list(_around(link))
    parent = next((node for node in around if isinstance(node, (ast.arg, ast.stmt))), None)
    if not isinstance(parent, (ast.arg, ast.AnnAssign)):
        return None
    if without_none(parent.annotation) is not link.node:
        return None
    if isinstance(parent, ast.arg):
        function = next(node for node in around if isinstance(node, FunctionNode))
        is_variadic = parent in {function.args.vararg, function.args.kwarg}
        return None if is_variadic else Holder(module, function, parent.arg)
    is_attribute = isinstance(parent.target, ast.Attribute)
    scope = class_around(link) if is_attribute else next(iter(scopes_of(link)))
    if scope is None or isinstance(scope, ast.Lambda):
        return None
    return Holder(module, scope, last_name(parent.target))


def _around(link: Link) -> Iterator[ast.AST]:
    parent = link.parent
    while parent is not None:
        yield parent.node
        parent = parent.parent
