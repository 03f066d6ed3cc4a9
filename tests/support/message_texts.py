"""Collects the text of every message that typed_bg writes, for `tests/message_texts.toml`.

`python tests/support/message_texts.py --accept` rewrites the file. Its diff shows each change of a
message to whoever reviews it. So tests do not quote messages: they compare rule codes, fields
and the values that a message names. `tests/test_message_texts.py` checks both.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "tests/message_texts.toml"
_HEAD = """\
# Every text of three words or more in typed_bg, by module, in the order of the source; {...} stands
# for a value. Docstrings and the descriptions of parameters are not messages. Written by
# `python tests/support/message_texts.py --accept`.
"""
_WORD = re.compile(r"[A-Za-z']+[.,:;]?")
_FEWEST_WORDS = 3
_QUOTED_WORDS = 5
_PLAIN_WORD = re.compile(r"[\w'-]+")
_BREAK = re.compile(r"\{[^{}]*\}|%[sg]|\n")  # a value, or the end of a line
_CODE = re.compile(r"^(?:from|import|def|class|async def) |\(\?P<", re.MULTILINE)


def message_texts(source: str) -> list[str]:
    """Return the texts of a module, in the order of the source, each once."""
    return list(dict.fromkeys(text for text in _texts(ast.parse(source)) if _is_message(text)))


def rows_of(messages: Iterable[str]) -> set[tuple[str, ...]]:
    """Return each five words in a row of some messages.

    A word is what stands between spaces, without punctuation around it. `a.b`, `f(x)` and values
    end a row.
    """
    return {row for text in messages for row in _rows(text)}


def quoted_texts(source: str, known: Container[tuple[str, ...]]) -> list[tuple[int, str]]:
    """Return where a test module quotes five words in a row of a message, and the words."""
    return [
        (line, " ".join(quoted))
        for line, text in _literals(ast.parse(source))
        if not _CODE.search(text)
        and (quoted := next((row for row in _rows(text) if row in known), None))
    ]


def _rows(text: str) -> list[tuple[str, ...]]:
    found = []
    for part in _BREAK.split(text):
        words = [word.strip(".,:;!?()[]`\"'*-").lower() for word in part.split()]
        for start in range(len(words) - _QUOTED_WORDS + 1):
            row = tuple(words[start : start + _QUOTED_WORDS])
            if all(_PLAIN_WORD.fullmatch(word) for word in row):
                found.append(row)
    return found


def _is_message(text: str) -> bool:
    words = [word for word in text.split() if _WORD.fullmatch(word)]
    return len(words) >= _FEWEST_WORDS and not _CODE.search(text)


def _texts(node: ast.AST) -> Iterator[str]:
    return (text for _, text in _literals(node))


def _literals(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each string that documents nothing."""
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "{...}" for part in node.values)
        yield node.lineno, "".join(parts)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif not _describes(node):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def _describes(node: ast.AST) -> bool:
    """Return whether a node is a docstring or the description of a parameter."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "Doc"
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def written(folder: Path = ROOT / "typed_bg") -> str:
    """Return the file's content for the package as it is."""
    tables = [_HEAD]
    for path in sorted(folder.rglob("*.py")):
        if texts := message_texts(path.read_text("utf-8")):
            name = path.relative_to(folder.parent).as_posix()
            lines = "".join(f"  {json.dumps(text, ensure_ascii=False)},\n" for text in texts)
            tables.append(f'["{name}"]\ntexts = [\n{lines}]\n')
    return "\n".join(tables)


if __name__ == "__main__":
    if sys.argv[1:] != ["--accept"]:
        sys.exit(__doc__)
    TEXTS.write_text(written(), "utf-8")
