"""Copies the examples in docs_src/ into the pages, so that they can be read on GitHub as well.

`<!-- code: PATH[:FIRST_LINE] -->` above a code block names its file. After you change an example,
run `python -m docs_build.code_blocks`. A test compares the pages with the files.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(
    r"^(?P<indent> *)<!-- code: (?P<path>[^ :]+)(?::(?P<first>\d+))? -->\n"
    r"(?P<fence> *```[^\n]*\n)(?P<code>.*?)(?P<end>^ *```$)",
    re.MULTILINE | re.DOTALL,
)


def with_examples(markdown: str) -> str:
    """Return a page with the current text of each example that it shows."""
    return BLOCK.sub(_block, markdown)


def _block(found: re.Match[str]) -> str:
    lines = (ROOT / found["path"]).read_text("utf-8").splitlines(keepends=True)
    code = textwrap.indent("".join(lines[int(found["first"] or 1) - 1 :]), found["indent"])
    head = found[0][: found.start("code") - found.start()]
    return f"{head}{code}{found['end']}"


def main() -> None:
    """Write the pages."""
    for page in (ROOT / "docs").rglob("*.md"):
        before = page.read_text("utf-8")
        if (after := with_examples(before)) != before:
            page.write_text(after, "utf-8")


if __name__ == "__main__":
    main()
