"""Annotations that make a checker look into a function, or know what a parameter is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.scopes import is_annotated, last_name, parameters
from typed_bg.fix.edits import Anchor, Edit, Replacement, python_change
from typed_bg.fix.imports import Imports
from typed_bg.fix.signatures import annotated, is_none_by_default, returning, returns_nothing

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg._source.scopes import FunctionNode

_PEP_604 = (3, 10)


def annotated_return(
    path: PurePosixPath, anchor: Anchor, python: tuple[int, int], reason: str
) -> Edit:
    """Return the edit that gives a function without annotations a return type.

    Args:
        path: Its file, from the project's root.
        anchor: The function.
        python: The oldest Python that the project supports.
        reason: The reason that it removes.
    """

    def replacements(module: Module) -> list[Replacement] | None:
        function = anchor.find(module.tree)
        if function is None or is_annotated(function):
            return None
        imports = Imports(module, python, function.lineno)
        returns = "None" if returns_nothing(function) else imports.typing("Any")
        found = returning(module, function, returns)
        return None if found is None else [*found, *imports.replacements()]

    summary = f"annotate the return type of {anchor}"
    return Edit(reason, path, str(anchor), summary, variants=(python_change(replacements),))


def annotated_parameter(  # noqa: PLR0913, PLR0917  # what to annotate, and with what
    path: PurePosixPath,
    anchor: Anchor,
    name: str,
    cls: str,
    source: str,
    python: tuple[int, int],
) -> Edit:
    """Return the edit that annotates a parameter with a class.

    Args:
        path: Its file, from the project's root.
        anchor: The function.
        name: The parameter.
        cls: The class.
        source: The module to import it from, if the file does not import it.
        python: The oldest Python that the project supports.
    """

    def replacements(module: Module) -> list[Replacement] | None:
        function = anchor.find(module.tree)
        found = None if function is None else _parameter(function, name)
        if function is None or found is None:
            return None
        imports = Imports(module, python, function.lineno)
        written = imports.named(cls, CLASS_MODULES, source)
        if is_none_by_default(function, found):
            if python >= _PEP_604:
                written = f"{written} | None"
            else:
                written = f"{imports.typing('Optional')}[{written}]"
        return [*annotated(module, found, written), *imports.replacements()]

    summary = f"annotate `{name}` of {anchor} as {cls}"
    subject = f"{anchor} {name}"
    return Edit("receiver-any", path, subject, summary, variants=(python_change(replacements),))


def annotated_value(  # noqa: PLR0913, PLR0917  # what to annotate, and with what
    path: PurePosixPath,
    name: str,
    line: int,
    cls: str,
    source: str,
    python: tuple[int, int],
    module: Module,
) -> Edit:
    """Return the edit that replaces the annotation `Any` of a variable or an attribute.

    Args:
        path: Its file, from the project's root.
        name: What is annotated, as it is written.
        line: The line of the annotation.
        cls: The class.
        source: The module to import it from, if the file does not import it.
        python: The oldest Python that the project supports.
        module: The file as it is.
    """
    number = [node.lineno for node in _annotations_of(module, name)].index(line)

    def replacements(module: Module) -> list[Replacement] | None:
        nodes = _annotations_of(module, name)
        if number >= len(nodes):
            return None
        node = nodes[number]
        in_class = any(
            node in owner.body for owner in ast.walk(module.tree) if isinstance(owner, ast.ClassDef)
        )
        # Models and dataclasses read the annotations of a class at run time.
        if in_class or last_name(node.annotation) != "Any":
            return None
        imports = Imports(module, python, node.lineno)
        written = imports.named(cls, CLASS_MODULES, source)
        return [Replacement(module.span(node.annotation), written), *imports.replacements()]

    summary = f"annotate `{name}` as {cls}"
    change = python_change(replacements)
    return Edit("receiver-any", path, f"{name} {number}", summary, variants=(change,))


def _annotations_of(module: Module, name: str) -> list[ast.AnnAssign]:
    """Return the annotated assignments of a name, in the source's order."""
    found = [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name
    ]
    return sorted(found, key=lambda node: node.lineno)


CLASS_MODULES = (
    "fastapi",
    "fastapi.background",
    "starlette.background",
    "typed_bg",
    "typed_bg.fastapi",
)


def _parameter(function: FunctionNode, name: str) -> ast.arg | None:
    """Return a parameter that has no annotation, or `Any`."""
    found = next(
        (parameter for parameter in parameters(function.args) if parameter.arg == name), None
    )
    if found is None or found in {function.args.vararg, function.args.kwarg}:
        return None
    text = "" if found.annotation is None else ast.unparse(found.annotation)
    return found if text in {"", "Any", "typing.Any", "t.Any"} else None
