"""The generated parts of pages. A marker `<!-- made: NAME [ARGUMENT] -->` inserts each of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docs_build import examples, explorer, history
from docs_build.outcomes import read_suite

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
_MARKER = re.compile(r"^<!-- made: (?P<name>[a-z-]+)(?: (?P<argument>\S+))? -->$", re.MULTILINE)


def fill(markdown: str) -> str:
    """Replace each marker in a page with its generated part.

    Raises:
        KeyError: A marker has an unknown name.
    """
    return _MARKER.sub(lambda found: PARTS[found["name"]](found["argument"] or ""), markdown)


def pages() -> dict[str, str]:
    """Return the pages that are generated completely, by path."""
    return explorer.subject_pages(read_suite(ROOT / "typing_tests"))


def _matrix(_: str) -> str:
    return explorer.matrix(read_suite(ROOT / "typing_tests"))


def _totals(_: str) -> str:
    return explorer.totals(read_suite(ROOT / "typing_tests"))


def _recipes(_: str) -> str:
    return explorer.recipes(read_suite(ROOT / "typing_tests"))


def _recipe(name: str) -> str:
    suite = read_suite(ROOT / "typing_tests")
    return explorer.snippet_html(suite.named(name), suite)


def _reports(_: str) -> str:
    return explorer.reports(read_suite(ROOT / "typing_tests"), ROOT / "docs" / "upstream")


def _output(example: str) -> str:
    return examples.output(ROOT, example)


def _timeline(_: str) -> str:
    return explorer.render("timeline.svg.jinja")


def _history(_: str) -> str:
    return history.charts(read_suite(ROOT / "typing_tests"))


PARTS: dict[str, Callable[[str], str]] = {
    "history": _history,
    "matrix": _matrix,
    "output": _output,
    "recipe": _recipe,
    "recipes": _recipes,
    "reports": _reports,
    "timeline": _timeline,
    "totals": _totals,
}
