"""The explorer: filters, deep links, the keyboard, and the plain table without a script."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select
from site_pages import ROOT

from docs_build.code import lines_of
from docs_build.outcomes import read_suite

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Window

    from docs_build.outcomes import Shown

SUITE = read_suite(ROOT / "typing_tests")
SNIPPETS = [each for each in SUITE.snippets if each.kind != "cookbook"]
ROWS = "[...document.querySelectorAll('#matrix tr[id]')]"
SEEN = f"{ROWS}.filter((row) => row.getClientRects().length).map((row) => row.id)"
VERDICTS = f"""return Object.fromEntries({ROWS}.map((row) => [
    row.id, [...row.querySelectorAll('td .verdict')].map((it) => it.textContent)
]))"""
LINE_OF_MESSAGES = "document.querySelector('.detail .said').previousElementSibling.innerText"


def names(fits: Callable[[Shown], bool]) -> list[str]:
    return sorted(each.name for each in SNIPPETS if fits(each))


def expect(window: Window, rows: list[str]) -> None:
    """Wait until the page has done what was asked for."""
    with contextlib.suppress(TimeoutException):
        script = f"return JSON.stringify({SEEN}.sort()) === JSON.stringify(arguments[0])"
        window.until(script, rows)
    assert sorted(window.run(f"return {SEEN}")) == rows


def choose(window: Window, field: str, option: str) -> None:
    Select(window.chrome.find_element(By.ID, field)).select_by_visible_text(option)


def verdict(snippet: Shown, checker: str) -> str:
    return snippet.outcomes["default"][checker].verdict


def verdicts(snippet: Shown) -> set[str]:
    return {verdict(snippet, checker) for checker in SUITE.versions}


def test_all_snippets_are_there(window: Window) -> None:
    window.show("explorer/")
    expect(window, names(lambda _: True))
    assert len(SNIPPETS) > 350


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_says_what_is_recorded(window: Window, scheme: str) -> None:
    window.show("explorer/", scheme=scheme)
    table = window.run(VERDICTS)
    for snippet in SNIPPETS:
        assert table[snippet.name] == [verdict(snippet, checker) for checker in SUITE.versions]


def test_filters(window: Window) -> None:
    window.show("explorer/")
    find = window.chrome.find_element
    choose(window, "verdict", "missed")
    missed = names(lambda snippet: any(verdict(snippet, c) == "missed" for c in SUITE.versions))
    expect(window, missed)
    choose(window, "checker", "mypy")
    by_mypy = names(lambda snippet: verdict(snippet, "mypy") == "missed")
    assert 0 < len(by_mypy) < len(missed)
    expect(window, by_mypy)
    choose(window, "subject", "functools")
    here = names(
        lambda snippet: verdict(snippet, "mypy") == "missed" and snippet.subject == "functools"
    )
    expect(window, here)
    assert find(By.ID, "shown").text == f"{len(here)} of {len(SNIPPETS)} snippets"
    find(By.ID, "words").send_keys("no such snippet")
    expect(window, [])
    assert find(By.ID, "none").is_displayed()
    find(By.CSS_SELECTOR, "#none button").click()
    expect(window, names(lambda _: True))
    assert "?" not in window.chrome.current_url


def test_where_checkers_differ(window: Window) -> None:
    window.show("explorer/")
    choose(window, "verdict", "checkers differ")
    differ = names(
        lambda snippet: len({verdict(snippet, checker) for checker in SUITE.versions}) > 1
    )
    assert differ
    expect(window, differ)


def test_a_deep_link_to_a_filter(window: Window) -> None:
    window.show("explorer/?subject=functools&verdict=missed&checker=zuban")
    expected = names(
        lambda snippet: snippet.subject == "functools" and verdict(snippet, "zuban") == "missed"
    )
    assert expected
    expect(window, expected)


def test_what_is_chosen_goes_into_the_address(window: Window) -> None:
    window.show("explorer/")
    choose(window, "verdict", "false alarm")
    window.until("return location.search === '?verdict=false+alarm'")


def test_a_deep_link_to_a_snippet(window: Window) -> None:
    window.show("explorer/?kind=good#partial_missing")  # which is none of these: all are shown
    code = window.until("return document.querySelector('.detail .snippet')?.innerText")
    assert "tasks.add_task(partial(send" in code
    for outcome in SUITE.named("partial_missing").outcomes["default"].values():
        for message in outcome.messages:
            assert message.text.splitlines()[0] in code
    row = "document.getElementById('partial_missing').getBoundingClientRect()"
    window.until(f"return {row}.top > 0 && {row}.bottom < innerHeight")


def test_messages_stand_below_their_line(window: Window) -> None:
    window.show("explorer/#partial_missing")
    window.until("return document.querySelector('.detail .said')")
    line = window.run(f"return {LINE_OF_MESSAGES}")
    messages = SUITE.named("partial_missing").outcomes["default"]["ty"].messages
    [number] = {each.line for each in messages}
    assert line.split()[0] == str(number)


def test_a_checker_that_crashed_accepts_and_misses_nothing() -> None:
    """Of what it reports, only messages are shown."""
    crashed = [each for each in SUITE.snippets if "crash" in verdicts(each)]
    assert crashed
    for snippet in crashed:
        for said in (said for line in lines_of(snippet) for said in line.said):
            names = [checker for checker in said.checkers if verdict(snippet, checker) == "crash"]
            assert said.text or not names, (snippet.name, said)
    intact = SUITE.named("forwarder")
    accepted = [said for line in lines_of(intact) for said in line.said if said.fine]
    assert all("pycroscope" in said.checkers for said in accepted)


def test_the_totals_add_up_and_say_the_share(window: Window) -> None:
    window.show("explorer/")
    rows = window.run(
        "return [...document.querySelectorAll('.totals tbody tr')].map((row) =>"
        " [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim()))"
    )
    assert len(rows) == 2 * len(SUITE.versions)
    bad = sum(each.kind == "bad" for each in SNIPPETS)
    for _, share, caught, *others in rows:
        assert sum(map(int, [caught, *others[:3]])) == bad
        assert sum(map(int, others[3:])) == len(SNIPPETS) - bad
        assert share == f"{100 * int(caught) / bad:.1f} %"


def test_the_keyboard(window: Window) -> None:
    window.show("explorer/?subject=functools")
    ids = window.until(f"return {SEEN}")
    window.run("document.querySelector('#matrix tr[id]:not([hidden]) th a').focus()")
    active = window.chrome.switch_to
    active.active_element.send_keys(Keys.ARROW_DOWN)
    active.active_element.send_keys(Keys.ARROW_DOWN)
    row = active.active_element.find_element(By.XPATH, "ancestor::tr")
    assert row.get_dom_attribute("id") == ids[2]
    active.active_element.send_keys(Keys.ENTER)
    window.until("return document.querySelector('.detail .snippet')")
    assert active.active_element.get_dom_attribute("aria-expanded") == "true"
    assert window.chrome.current_url.endswith(f"#{ids[2]}")
    active.active_element.send_keys(Keys.ESCAPE)
    window.until("return !document.querySelector('.detail')")


def test_without_a_script_it_is_a_table_with_links(window: Window) -> None:
    window.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        window.show("explorer/")
        find = window.chrome.find_element
        assert not find(By.ID, "filter").is_displayed()
        assert find(By.CSS_SELECTOR, "#partial_missing td .verdict").text == "missed"
        find(By.CSS_SELECTOR, "#partial_missing a").click()
        assert window.chrome.current_url.endswith("/explorer/functools/#partial_missing")
        assert "typing_tests/bad/partial_missing.py" in find(By.TAG_NAME, "main").text
    finally:
        window.chrome.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_charts_of_older_releases_say_what_is_recorded(window: Window) -> None:
    window.show("explorer/history/")
    labels = window.run(
        "return [...document.querySelectorAll('.chart svg')].map((it) => it.ariaLabel)"
    )
    assert len(labels) == len(SUITE.versions)
    for label, (checker, releases) in zip(labels, SUITE.histories.items(), strict=True):
        assert label.startswith(f"{checker}: ")
        ran = [each for each in releases if each.verdicts]
        assert len(ran) > 1
        for release in ran:
            share = release.share(SUITE.snippets)
            assert share is not None
            assert f"{release.version} caught {share * 100:.0f} %" in label
    assert window.run("return document.querySelectorAll('.chart circle').length") == sum(
        bool(each.verdicts) for releases in SUITE.histories.values() for each in releases
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_no_label_of_a_chart_covers_another(window: Window, width: int) -> None:
    window.show("explorer/history/", width=width)
    covered = window.run("""
        const found = [];
        for (const chart of document.querySelectorAll('.chart svg')) {
          const labels = [...chart.querySelectorAll('text')];
          labels.forEach((label, index) => {
            const one = label.getBoundingClientRect();
            for (const other of labels.slice(index + 1)) {
              const two = other.getBoundingClientRect();
              // A box is higher than its digits.
              if (one.left < two.right && two.left < one.right
                  && one.top < two.bottom - 4 && two.top < one.bottom - 4)
                found.push(`${chart.ariaLabel}: ${label.textContent}, ${other.textContent}`);
            }
          });
        }
        return found;
    """)
    assert covered == []


def test_a_cell_says_since_when(window: Window) -> None:
    window.show("explorer/")
    changed = [
        (each.name, checker, version)
        for each in SNIPPETS
        for checker, version in each.since.items()
        if version
    ]
    assert changed
    name, checker, version = changed[0]
    cell = f"document.querySelector('#{name} td[data-checker={checker}]')"
    assert f"since {version}" in window.run(f"return {cell}.textContent")
