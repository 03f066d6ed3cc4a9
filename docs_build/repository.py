"""Links from the site to the project's repository, also before the repository has an owner."""

from __future__ import annotations

import re

UNSET = "OWNER"
"""The owner in pyproject.toml until `nox -s owner -- NAME` sets one."""

NOTE = (
    '!!! note "Replace `OWNER`"\n\n'
    "    typed_bg is not on GitHub yet. Use the account that hosts your copy of its repository.\n"
)
_RULE = re.compile(
    r'href="https://github\.com/[\w-]+/typed_bg/blob/[\w.]+/docs/(rules/[\w-]+)\.md"'
)
_LINK = re.compile(rf"\[([^\]]+)\]\(https://github\.com/{UNSET}/typed_bg/[^)]*\)")
_BLOCK = re.compile(r"^(?P<indent> *)```\w.*\n(?:.*\n)*?(?P=indent)```\n", re.MULTILINE)


def page(markdown: str, name: str) -> str:
    """Return a page as it is if the owner is set. If not, its links would lead nowhere.

    They become plain text then, and a note below each code block says what `OWNER` means.

    Args:
        markdown: The page.
        name: The owner.
    """
    if name != UNSET:
        return markdown
    return _BLOCK.sub(_with_note, _LINK.sub(r"\1 in the repository", markdown))


def _with_note(block: re.Match[str]) -> str:
    if f"{UNSET}/typed_bg" not in block[0]:
        return block[0]
    lines = (f"{block['indent']}{line}" if line else "" for line in NOTE.split("\n"))
    return f"{block[0]}\n" + "\n".join(lines)


def report(html: str) -> str:
    """Return a report of `typed-bg check` whose links to rules lead to the pages of this site.

    A report is shown inside a page, so the links leave its frame.
    """
    return _RULE.sub(r'href="../\1/" target="_parent"', html)
