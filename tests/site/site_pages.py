"""The pages of the site, and what they refer to."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "site"

sys.path.insert(0, str(ROOT))  # for docs_build and docs_src

if not (SITE / "index.html").is_file():
    pytest.fail("there is no site yet: nox -s docs builds it", pytrace=False)

PAGES = sorted(
    path.relative_to(SITE).as_posix().removesuffix("index.html")
    for path in SITE.rglob("*.html")
    if path.name != "404.html"
)


@dataclass
class Page(HTMLParser):
    """A page's ids, links and assets."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"id", "name"} and value:
                self.ids.add(value)
            elif tag == "a" and name == "href" and value:
                self.links.append(value)
            elif name == "src" or (tag == "link" and name == "href"):
                self.assets.append(value or "")


@functools.cache
def read(path: Path) -> Page:
    """Read a page."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def file_of(page: str) -> Path:
    """Return the file behind an address in the site."""
    path = SITE / unquote(page)
    return path / "index.html" if page.endswith("/") or not page else path


def resolve(page: str, link: str) -> tuple[Path, str] | None:
    """Return the file and the anchor that a link of a page leads to; None if out of the site."""
    parts = urlsplit(urljoin(f"site:///{page}".replace("site:///", "http://site/"), link))
    if parts.netloc != "site" or parts.scheme != "http":
        return None
    return file_of(parts.path.removeprefix("/")), unquote(parts.fragment)
