"""Names that a project gives to the forwarders' classes: subclasses, aliases, re-exports."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from typed_bg.audit.source import Unreadable, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg.audit.forwarders import Forwarder


def with_derived(files: Sequence[Path], forwarders: Sequence[Forwarder]) -> tuple[Forwarder, ...]:
    """Add a forwarder for each name that a module gives to the class of another."""
    known = {it.last_name: it for it in forwarders if it.form == "class"}
    new = set(known)
    while new:
        needles = [it.encode() for it in new]
        before = set(known)
        for file in files:
            try:
                raw = file.read_bytes()
            except OSError:
                continue
            if any(it in raw for it in needles):
                module = parse(file, raw)
                if not isinstance(module, Unreadable):
                    for name, base in _derived(module.tree):
                        if base in known:
                            known.setdefault(name, replace(known[base], called=name))
        new = set(known) - before
    return (*(it for it in forwarders if it.form != "class"), *known.values())


def _derived(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((it.asname, it.name) for it in node.names if it.asname)
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, base) for base in map(_last, node.bases) if base)
        elif isinstance(node, ast.Assign) and (value := _last(node.value)):
            yield from ((it.id, value) for it in node.targets if isinstance(it, ast.Name))


def _last(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None
