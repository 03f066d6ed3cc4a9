"""What people see: screenshots, kept in build/screenshots, and what axe-core says of the pages."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from site_pages import PAGES, ROOT, SITE
from support.samples import only

if TYPE_CHECKING:
    from conftest import Scheme, Window

SCREENSHOTS = ROOT / "build" / "screenshots"
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LAYOUTS: dict[str, tuple[int, Scheme]] = {
    f"{name}-{scheme}": (width, scheme)
    for name, width in {"wide": 1280, "phone": 390}.items()
    for scheme in SCHEMES
}
TALLEST = 4000
# One of each kind; of the pages that are made alike, one stands for all.
LOOKED_AT = {
    "home": "",
    "first-steps": "tutorial/first_steps/",
    "order": "tutorial/order/",
    "check-in-ci": "tutorial/check/",
    "recipes": "cookbook/",
    "recipe": "cookbook/partial/",
    "explorer": "explorer/",
    "explorer-open": "explorer/?verdict=missed&checker=mypy#partial_missing",
    "snippets": "explorer/functools/",
    "reference": "reference/background/",
    "report": "audit/",
    "editors": "editors/",
    "engines": "engines/",
    "check": "check/",
}
# `nox` looks at these only.
QUICK = ("home", "first-steps", "recipe", "explorer-open", "reference")
# Axe takes half a minute for the thousands of elements of the explorer. Of the rows and lines that
# a template repeats, it gets those that have a kind of element that no other one before has.
REPEATED = {
    "explorer": "#matrix tr[id]",
    "explorer-open": "#matrix tr[id]",
    "snippets": ".annotated .line",
}
KINDS = """
const kinds = (part) => [part, ...part.querySelectorAll('*')].map(
    (it) => `${part.className}: ${it.tagName} ${it.className} ${it.getAttribute('role')}`
);
const parts = [...document.querySelectorAll(arguments[0])];
"""
ALL_KINDS = f"{KINDS} return [...new Set(parts.flatMap(kinds))].sort();"
ONE_OF_EACH_KIND = f"""{KINDS}
const seen = new Set();
for (const part of parts) {{
    const own = kinds(part);
    if (own.every((kind) => seen.has(kind))) part.remove();
    own.forEach((kind) => seen.add(kind));
}}
return document.querySelectorAll(arguments[0]).length / parts.length;
"""
# A line of code is a text that ends where the block's visible part ends.
COVERED = """
const covered = [];
let buttons = 0;
for (const button of document.querySelectorAll('.md-code__nav')) {
    const own = button.getBoundingClientRect();
    if (!own.width) continue;
    buttons += 1;
    const range = document.createRange();
    range.selectNodeContents(button.closest('pre').querySelector('code'));
    for (const box of range.getClientRects())
        if (box.width && box.left < own.right && own.left < box.right
            && box.top < own.bottom && own.top < box.bottom)
            covered.push(button.closest('pre').innerText);
}
return [buttons, [...new Set(covered)]];
"""


def axe_script() -> str:
    """Read axe-core from a wheel that contains it; the rest of that wheel is not used."""
    spec = importlib.util.find_spec("axe_playwright_python")
    if spec is None or not spec.submodule_search_locations:
        pytest.fail("axe-core is not installed: nox -s docs does it", pytrace=False)
    return Path(spec.submodule_search_locations[0], "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("layout", only(LAYOUTS, lambda layout: layout == "phone-dark"))
@pytest.mark.parametrize("name", only(LOOKED_AT, QUICK.__contains__))
def test_screenshot(window: Window, name: str, layout: str) -> None:
    width, scheme = LAYOUTS[layout]
    window.show(LOOKED_AT[name], scheme=scheme, width=width)
    if name == "explorer-open":
        window.until("return document.querySelector('.detail .snippet')")
    paper = window.run("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, paper[4:-1].split(","))) < 200) is (scheme == "dark")
    if name != "explorer-open":  # which is scrolled to its row
        height = window.run("return document.documentElement.scrollHeight")
        window.resize(width, min(height, TALLEST))
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}-{layout}.png"
    assert window.chrome.save_screenshot(str(path))
    assert path.stat().st_size > 5000


@pytest.mark.parametrize("scheme", only(SCHEMES, lambda scheme: scheme == "dark"))
@pytest.mark.parametrize("name", only(LOOKED_AT, QUICK.__contains__))
def test_axe_finds_nothing_serious(window: Window, name: str, scheme: Scheme) -> None:
    window.show(LOOKED_AT[name], scheme=scheme)
    if name == "explorer-open":
        window.until("return document.querySelector('.detail .snippet')")
    if name in REPEATED:
        before = window.run(ALL_KINDS, REPEATED[name])
        assert before
        assert window.run(ONE_OF_EACH_KIND, REPEATED[name]) < 0.5
        assert window.run(ALL_KINDS, REPEATED[name]) == before
    assert serious(window) == []


@pytest.mark.parametrize("page", ["", "check/", "tutorial/check/", "tutorial/first_steps/"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_copy_button_covers_code(window: Window, page: str, width: int) -> None:
    window.show(page, width=width)
    window.until("return document.querySelector('.md-code__nav')")
    buttons, covered = window.run(COVERED)
    assert buttons
    assert covered == []


def test_axe_finds_what_is_wrong(window: Window) -> None:
    """The test above can fail."""
    window.show("")
    window.run("document.querySelector('main p').style.color = '#eee'")
    assert any("color-contrast" in found for found in serious(window))


def serious(window: Window) -> list[str]:
    """Return what axe-core finds that is serious or worse."""
    window.run(axe_script())
    window.chrome.set_script_timeout(180)
    script = "axe.run(document, {iframes: false}).then(arguments[arguments.length - 1])"
    violations = window.chrome.execute_async_script(script)["violations"]
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in violations
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


def test_all_kinds_of_pages_are_looked_at() -> None:
    assert {page.split("?")[0] for page in LOOKED_AT.values()} <= set(PAGES)
    assert (SITE / "audit" / "gradio.html").is_file()
