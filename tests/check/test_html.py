"""The page, in a real browser."""

from __future__ import annotations

import base64
import contextlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from fake_reports import BROKEN, CHECKERS, CLEAN, EMPTY, FINDINGS, FULL, HOSTILE, large, source_of
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from support.chromium import chromium

from typed_bg.check.reports.html import html
from typed_bg.check.reports.wording import page_of
from typed_bg.check.results.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium import webdriver
    from selenium.webdriver.remote.webelement import WebElement

    from typed_bg.check.results.report import Report


pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One headless Chromium for all tests."""
    with chromium(tmp_path_factory.mktemp("profile")) as chrome:
        yield chrome


@pytest.fixture
def show(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Open a report; at the end, the console has to be empty."""

    def open_report(report: Report, *, media: str = "", scheme: str = "light") -> None:
        page = tmp_path / "report.html"
        page.write_text(html(report, source_of), encoding="utf-8")
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        emulated = {"media": media, "features": features}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", emulated)
        browser.get(page.as_uri())

    yield open_report
    assert browser.get_log("browser") == []


def _rows(browser: webdriver.Chrome) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, "table.calls > tbody")


def _shown(browser: webdriver.Chrome) -> list[str]:
    script = """return [...document.querySelectorAll("table.calls > tbody")]
        .filter((row) => row.getClientRects().length).map((row) => row.id)"""
    return browser.execute_script(script)


def _expect(browser: webdriver.Chrome, rows: list[str]) -> None:
    """Wait until the page has done what a key or a click asked for."""
    with contextlib.suppress(TimeoutException):
        WebDriverWait(browser, 5).until(lambda _: _shown(browser) == rows)
    assert _shown(browser) == rows


def _find(browser: webdriver.Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def _colour(browser: webdriver.Chrome, selector: str, which: str = "color") -> tuple[int, ...]:
    value = _find(browser, selector).value_of_css_property(which)
    return tuple(int(number) for number in re.findall(r"\d+", value)[:3])


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: tuple[int, ...]) -> float:
        channels = [value / 255 for value in colour]
        red, green, blue = (
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# --- without a browser


class _Attributes(HTMLParser):
    """The attributes of all elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(name, value or "") for name, value in attrs]


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    page = html(FULL)
    attributes = _Attributes(page).found
    addresses = [value for name, value in attributes if name in {"src", "href", "action"}]
    assert addresses
    pages = {page_of(rule) for rule in RULES}  # links, which a browser follows only when asked
    assert all(address in pages or address.startswith(("#", "data:")) for address in addresses)
    assert pages.intersection(addresses)
    assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]
    assert "url(" not in page
    assert "@import" not in page


def test_a_path_that_is_no_text_can_be_written() -> None:
    odd = replace(FINDINGS[0], message="b\udcffd.py")
    assert "b\\udcffd.py" in html(replace(FULL, findings=(odd,))).encode().decode()


def test_source_is_shown_where_it_can_be_had() -> None:
    assert "def signed_up" in html(FULL, source_of)
    bare = html(FULL)
    assert "def signed_up" not in bare
    assert "tasks.add_task(send_mail, to, " in bare


# --- in the browser


def test_the_page_shows_what_the_report_says(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(FULL)
    sentence = _find(browser, ".conclusion").text
    assert sentence.startswith("Found 2 errors, 2 warnings and 1 note: 4 calls in 120 files")
    heads = [head.text for head in browser.find_elements(By.CSS_SELECTOR, ".calls thead th")]
    assert heads == ["Call", *CHECKERS]
    first, second, _, last = _rows(browser)
    cells = [cell.text for cell in first.find_elements(By.CSS_SELECTOR, "td .verdict")]
    assert cells == ["unchecked", *["checked"] * 5]
    assert "app/mail.py:4:5 in signed_up" in first.text
    assert "app/日本語/größe.py:2:2 in später" in last.text
    assert len(browser.find_elements(By.CSS_SELECTOR, ".findings > li")) == 5
    assert len(browser.find_elements(By.CSS_SELECTOR, ".skipped > li")) == 2
    second.find_element(By.TAG_NAME, "summary").click()
    assert "The parameter amount of charge has no annotation. mypy, ty" in second.text
    assert "Fix Annotate amount. app/pay.py:12:20" in second.text
    unseen = [line.text for line in second.find_elements(By.CSS_SELECTOR, ".unseen")]
    assert any(line.startswith("ty ") and line.endswith('"12"') for line in unseen)
    marks = [mark.text for mark in second.find_elements(By.TAG_NAME, "mark")]
    assert marks == ["tasks.add_task(", "charge,", "to,", '"12",', ")"]


def test_verdicts_differ_in_text_shape_and_colour(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(FULL)
    verdicts = ("checked", "arity-only", "checked-directly", "unchecked", "unprobeable")
    cells = [_find(browser, f"td.{verdict} .verdict") for verdict in verdicts]
    assert tuple(cell.text for cell in cells) == verdicts
    shapes = [cell.find_element(By.TAG_NAME, "use").get_dom_attribute("href") for cell in cells]
    assert len(set(shapes)) == len(verdicts)
    assert all(_find(browser, shape or "").get_property("innerHTML") for shape in shapes)
    assert len({_colour(browser, f"td.{verdict}") for verdict in verdicts}) == len(verdicts)


def test_the_filter_hides_rows(browser: webdriver.Chrome, show: Callable[..., None]) -> None:
    show(FULL)
    everything = [f"call-{number}" for number in (1, 2, 3, 4)]
    _expect(browser, everything)

    Select(_find(browser, "#verdict")).select_by_visible_text("arity-only")
    _expect(browser, ["call-2"])
    assert _find(browser, "#shown").text == "1 of 4 calls"
    Select(_find(browser, "#checker")).select_by_visible_text("pyright")
    _expect(browser, [])
    assert _find(browser, "#none").is_displayed()
    Select(_find(browser, "#checker")).select_by_visible_text("ty")
    _expect(browser, ["call-2"])
    _find(browser, "#clear").click()
    _expect(browser, everything)

    _find(browser, "body").send_keys("/")  # the keyboard alone will do
    browser.switch_to.active_element.send_keys("GRÖSSE")
    _expect(browser, ["call-4"])
    browser.switch_to.active_element.send_keys(Keys.CONTROL, "a")
    browser.switch_to.active_element.send_keys(Keys.BACKSPACE)
    browser.switch_to.active_element.send_keys("signed_up", Keys.ENTER)
    _expect(browser, ["call-1", "call-2"])
    assert "?" not in browser.current_url


def test_the_filter_works_by_keyboard(browser: webdriver.Chrome, show: Callable[..., None]) -> None:
    show(FULL)
    _find(browser, "#words").send_keys(Keys.TAB, Keys.TAB)
    assert browser.switch_to.active_element.get_dom_attribute("id") == "verdict"
    browser.switch_to.active_element.send_keys("unch")
    _expect(browser, ["call-1"])
    browser.switch_to.active_element.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    details = browser.find_elements(By.CSS_SELECTOR, ".calls details")
    assert all(each.get_property("open") for each in details)
    browser.switch_to.active_element.send_keys(Keys.ENTER)
    assert not any(each.get_property("open") for each in details)


def test_a_finding_leads_to_its_call(browser: webdriver.Chrome, show: Callable[..., None]) -> None:
    show(FULL)
    Select(_find(browser, "#verdict")).select_by_visible_text("unprobeable")
    _find(browser, ".findings a[href^='#']").click()
    assert "call-1" in _shown(browser)
    assert _find(browser, "#call-1 details").get_property("open")


def test_script_in_source_text_is_inert(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(FULL)
    _find(browser, "#unfold").click()
    assert browser.execute_script("return window.hacked") is None
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 1
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert HOSTILE in _find(browser, "#call-3").text
    assert "\\x1b[31m\\u202e" in _find(browser, "#call-3").text


def test_the_policy_stops_script_that_gets_in(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(CLEAN)
    script = """
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
        return window.hacked;
    """
    assert browser.execute_script(script) is None
    (entry,) = browser.get_log("browser")
    assert "Content Security Policy" in entry["message"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_are_readable(
    browser: webdriver.Chrome, show: Callable[..., None], scheme: str
) -> None:
    show(FULL, scheme=scheme)
    paper = _colour(browser, "body", "background-color")
    assert (sum(paper) < 200) is (scheme == "dark")
    card = _colour(browser, ".scroll", "background-color")
    texts = ("td.checked", "td.arity-only", "td.unchecked", "td.unprobeable", "summary", ".place")
    for selector in texts:
        assert _contrast(_colour(browser, selector), card) >= 4.5, selector
    for selector in ("body", ".totals dt", ".totals .error dd", ".totals .warning dd"):
        assert _contrast(_colour(browser, selector), paper) >= 4.5, selector
    for verdict in ("checked", "arity-only", "checked-directly", "unchecked", "unprobeable"):
        pill = _colour(browser, f"td.{verdict} .verdict", "background-color")
        assert _contrast(_colour(browser, f"td.{verdict}"), pill) >= 4.5, verdict


def test_print_is_dark_on_white_with_all_reasons_and_no_controls(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(FULL, media="print", scheme="dark")
    assert _colour(browser, "body", "background-color") == (255, 255, 255)
    assert _colour(browser, "body") == (0, 0, 0)
    assert not _find(browser, "#filter").is_displayed()
    assert not _find(browser, "#call-1 summary").is_displayed()
    visible = "return document.querySelector('#call-1 .why').checkVisibility()"
    assert browser.execute_script(visible) is True
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert pdf.startswith(b"%PDF-")


def test_without_javascript_the_whole_table_is_there(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(FULL)
        assert [row.is_displayed() for row in _rows(browser)] == [True] * 4
        assert not _find(browser, "#filter").is_displayed()
        _find(browser, "#call-1 summary").click()
        assert "Remove follow_imports = skip." in _find(browser, "#call-1").text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_never_wider_than_the_window(
    browser: webdriver.Chrome, show: Callable[..., None], width: int
) -> None:
    size: dict[str, Any] = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        show(FULL)
        _find(browser, "#unfold").click()
        root = "document.documentElement"
        assert browser.execute_script(f"return {root}.scrollWidth === {root}.clientWidth")
        assert browser.execute_script("return innerWidth") == width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_failed_checker_is_shown_as_failed(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(BROKEN)
    assert _find(browser, ".conclusion").text.startswith("Could not check: mypy failed.")
    assert "failed: exit code 3" in _find(browser, ".runs .broken").text
    cells = browser.find_elements(By.CSS_SELECTOR, ".calls td:nth-of-type(1) .verdict")
    assert {cell.text for cell in cells} == {"not asked"}
    choices = [option.text for option in Select(_find(browser, "#checker")).options]
    assert choices == ["any", *CHECKERS[1:]]


def test_a_run_without_calls_says_so(browser: webdriver.Chrome, show: Callable[..., None]) -> None:
    show(EMPTY)
    assert _find(browser, ".problem").text == "No call found."
    assert _rows(browser) == []


def test_many_calls_are_filtered_as_well(
    browser: webdriver.Chrome, show: Callable[..., None]
) -> None:
    show(large(500))
    Select(_find(browser, "#verdict")).select_by_visible_text("unchecked")
    _expect(browser, [f"call-{number}" for number in range(5, 500, 10)])
    _find(browser, "#words").send_keys("part_04/")
    _expect(browser, [f"call-{number}" for number in range(5, 500, 40)])
    assert _find(browser, "#shown").text == "13 of 500 calls"
