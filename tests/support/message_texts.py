"""Collects the text of every message that typed_bg writes, for `tests/message_texts.toml`.

`python tests/support/message_texts.py --accept` rewrites the file. Its diff shows each change of a
message to whoever reviews it. So tests need not quote messages: they compare rule codes, fields
and numbers.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "tests/message_texts.toml"
_HEAD = """\
# Every text of three words or more in typed_bg, by module, in the order of the source; {...} stands
# for a value. Docstrings and the descriptions of parameters are not messages. Written by
# `python tests/support/message_texts.py --accept`.
"""
_WORD = re.compile(r"[A-Za-z']+[.,:;]?")
_FEWEST_WORDS = 3
_CODE = re.compile(r"^(?:from|import|def|class|async def) |\(\?P<", re.MULTILINE)


def message_texts(source: str) -> list[str]:
    """Return the texts of a module, in the order of the source, each once."""
    return list(dict.fromkeys(text for text in _texts(ast.parse(source)) if _is_message(text)))


def _is_message(text: str) -> bool:
    words = [word for word in text.split() if _WORD.fullmatch(word)]
    return len(words) >= _FEWEST_WORDS and not _CODE.search(text)


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(
            part.value if isinstance(part, ast.Constant) else "{...}" for part in node.values
        )
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not _describes(node):
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


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
