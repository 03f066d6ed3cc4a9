"""Declare functions without their decorators, in the scope where their annotations are valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from typed_bg.check.calls.undecorated import Undecorated, undecorated
from typed_bg.check.probes.insertions import Insertion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from typed_bg._source.module import Module
    from typed_bg.check.calls.call_sites import CallSite


class Declarations(NamedTuple):
    """The functions to declare.

    Attributes:
        functions: The function of each call site's target.
        insertions: What to insert, by the path of the module.
    """

    functions: Mapping[CallSite, Undecorated]
    insertions: Mapping[Path, tuple[Insertion, ...]]


def declarations(
    sites: Iterable[CallSite], module_at: Callable[[Path], Module | None]
) -> Declarations:
    """Find the targets whose decorators keep the parameters, and where they can be declared.

    Args:
        sites: The call sites of the project.
        module_at: Returns a module of the project by its path, if it can be changed in the copy.
    """
    functions: dict[CallSite, Undecorated] = {}
    placed: dict[Path, dict[tuple[str, int], Insertion]] = {}
    for site in sites:
        function = undecorated(site)
        module = None if function is None else module_at(function.path)
        if function is None or module is None or function.plain_name in module.text:
            continue
        key = function.name, function.line
        of_module = placed.setdefault(function.path, {})
        if key not in of_module:
            taken = {insertion.offset for insertion in of_module.values()}
            insertion = _insertion(module, function, taken)
            if insertion is None or any(name == function.name for name, _ in of_module):
                continue
            of_module[key] = insertion
        functions[site] = function
    insertions = {path: tuple(of_module.values()) for path, of_module in placed.items()}
    return Declarations(functions, insertions)


def _insertion(module: Module, function: Undecorated, taken: Collection[int]) -> Insertion | None:
    """Declare a function on the last empty line behind it, or behind the last line of the module.

    Args:
        module: The module.
        function: The function.
        taken: The offsets of the empty lines on which others are declared.
    """
    start = module.starts[function.line - 1]
    indent = module.text[start : start + function.column]
    if indent.strip():
        return None
    text = f"def {function.plain_name}({function.signature}) -> None: ..."
    found: int | None = None
    for line in range(function.end_line + 1, len(module.starts) + 1):
        start = module.starts[line - 1]
        end = module.starts[line] if line < len(module.starts) else len(module.text)
        if module.text[start:end].strip():
            break
        if start not in taken:
            found = start
    if found is not None:
        return Insertion(found, f"{indent}{text}")
    return None if indent else Insertion(len(module.text), f"\n{text}", is_line=True)
