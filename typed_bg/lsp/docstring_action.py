"""The edit that writes the docstring of a function from its `Doc()`s."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.module import Module, parse
from typed_bg.docstrings.documented import read_documented
from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.names import Modules
from typed_bg.docstrings.rewrite import RewritingError, rewritten

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class DocstringEdit:
    """A change of a text.

    Attributes:
        name: The function or class whose docstring changes.
        start: The offset from which it changes.
        end: The offset up to which it changes.
        text: What replaces that part.
    """

    name: str
    start: int
    end: int
    text: str


def write_docstring(path: Path, text: str, line: int) -> DocstringEdit | None:
    """Return the edit that makes one docstring agree with its `Doc()`s, if it does not already.

    Args:
        path: The file.
        text: Its text, which may not be saved.
        line: A line of the function or class, 1-based.
    """
    if "Doc" not in text:
        return None
    module = parse(path, text.encode("utf-8", "surrogatepass"))
    if not isinstance(module, Module) or module.text != text:
        return None
    modules = Modules()
    around = [
        documented
        for documented in read_documented(module, modules).documented
        if documented.node.lineno <= line <= (documented.node.end_lineno or 0)
    ]
    if not around:
        return None
    inner = max(around, key=lambda documented: documented.node.lineno)
    options = Options(overwrite=True, add_docstrings=True)
    try:
        new = rewritten(module, modules, options, only=inner.name).text
    except RewritingError:
        return None
    return None if new == text else _narrowed(inner.name, text, new)


def _narrowed(name: str, old: str, new: str) -> DocstringEdit:
    """Return the edit without what both texts begin and end with."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return DocstringEdit(name, start, len(old) - tail, new[start : len(new) - tail])
