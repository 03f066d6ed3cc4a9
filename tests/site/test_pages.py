"""All pages: they load, their links lead somewhere, and they ask for nothing from elsewhere."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import pytest
from site_pages import PAGES, SITE, file_of, read, resolve
from support.samples import one_of_each

from docs_build import repository

if TYPE_CHECKING:
    from conftest import Window

PUBLIC_MODULES = ("typed_bg", "typed_bg.engines", "typed_bg.checkers")
PUBLIC_NAMES = (
    *("typed_bg.docket.DocketEngine", "typed_bg.celery.CeleryEngine"),
    *("typed_bg.fastapi.BackgroundTasks", "typed_bg.fastapi.task_options"),
    *("typed_bg.fastapi.CheckedBackgroundTasks", "typed_bg.fastapi.misannotated_handlers"),
    *("typed_bg.testing.capture", "typed_bg.testing.CapturedTask"),
    *("typed_bg.griffe.OneParameterSection", "typed_bg.BackgroundTasks.add_task"),
)


# The pages of a folder are made alike.
@pytest.mark.parametrize("page", one_of_each(PAGES, lambda page: page.partition("/")[0]))
def test_the_page_loads_and_fits_on_a_phone(window: Window, page: str) -> None:
    window.show(page)
    assert window.run("return document.querySelector('h1')?.innerText")
    window.resize(360)
    assert window.until("return innerWidth === 360")
    assert window.run("return document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    broken = []
    for link in read(file_of(page)).links:
        target = resolve(page, link)
        if target is None:
            assert link.startswith("https://"), link
            continue
        path, anchor = target
        if not path.is_file() or (anchor and anchor not in read(path).ids):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_a_missing_owner_is_explained(page: str) -> None:
    links = [link for link in read(file_of(page)).links if f"/{repository.UNSET}/" in link]
    assert links == []
    text = re.sub(r"<[^>]+>", "", file_of(page).read_text(encoding="utf-8"))
    if f"{repository.UNSET}/" in text:
        assert "typed_bg is not on GitHub yet" in text


def test_links_to_a_repository_without_an_owner_become_text() -> None:
    start = f"https://github.com/{repository.UNSET}/typed_bg"
    block = f"    ```yaml\n    - uses: {repository.UNSET}/typed_bg\n    ```\n"
    text = f"(see [A.md]({start}/blob/main/A.md))\n\n{block}"
    assert repository.page(text, "someone") == text
    shown = repository.page(text, repository.UNSET)
    assert shown.startswith("(see A.md in the repository)\n")
    assert "    ```\n\n    !!! note" in shown
    other = "```sh\ntyped-bg check\n```\n"
    assert repository.page(other, repository.UNSET) == other


def test_the_report_links_to_the_rules_of_the_site() -> None:
    links = [link for link in read(SITE / "audit" / "gradio.html").links if "rules/" in link]
    assert links
    for link in links:
        target = resolve("audit/gradio.html", link)
        assert target is not None, link
        assert target[0].is_file(), link


def test_a_broken_link_is_noticed() -> None:
    """The test above can fail."""
    missing = resolve("tutorial/order/", "../nowhere/")
    assert missing is not None
    assert not missing[0].is_file()
    found = resolve("tutorial/order/", "../../engines/#nowhere")
    assert found is not None
    assert found[0].is_file()
    assert found[1] not in read(found[0]).ids


@pytest.mark.parametrize("page", PAGES)
def test_assets_are_the_sites_own(page: str) -> None:
    assets = [each for each in read(file_of(page)).assets if not each.startswith("data:")]
    assert assets or page.endswith(".html")  # the report is one file
    for asset in assets:
        target = resolve(page, asset)
        assert target is not None, asset
        assert target[0].is_file(), asset


def test_styles_and_pictures_ask_for_nothing() -> None:
    files = [*SITE.rglob("*.css"), *SITE.rglob("*.svg")]
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", text), path


def test_every_public_name_is_in_the_reference() -> None:
    names = {name for module in PUBLIC_MODULES for name in importlib.import_module(module).__all__}
    ids = set().union(*(read(path).ids for path in SITE.glob("reference/*/index.html")))
    assert sorted(set(PUBLIC_NAMES) - ids) == []
    # Some are shown under the module that defines them, others under the package.
    shown = {each.rpartition(".")[2] for each in ids if each.count(".") in {1, 2}}
    assert sorted(names - shown) == []


def test_add_task_is_shown_as_in_fastapis_reference() -> None:
    text = file_of("reference/background/").read_text(encoding="utf-8")
    for attribute in ("func", "args", "kwargs", "is_async", "tasks"):
        assert f'id="typed_bg.BackgroundTasks.{attribute}"' in text
    section = text.split('id="typed_bg.BackgroundTasks.add_task"')[1]
    section = section.split('id="typed_bg.BackgroundTasks.add"')[0]
    table = section.split("Parameters:")[1].split("</table>")[0]
    heads = re.findall(r"<th>(?:<b>)?(\w+)(?:</b>)?</th>", table)
    assert heads == ["Name", "Type", "Description", "Default"]
    assert "Pass the function itself, without calling it." in section
    assert table.count("The function's positional arguments.") == 1
    assert "Source code in" in section
    for link in (
        "https://starlette.dev/background/#backgroundtasks",
        "https://docs.python.org/3/library/collections.abc.html#collections.abc.Callable",
    ):
        assert link in text


def test_search_finds_add_task(window: Window) -> None:
    window.show("")
    window.run("document.querySelector('[data-md-toggle=search]').click()")
    field = window.chrome.find_element("css selector", "input.md-search__input")
    field.send_keys("add_task")
    links = window.until(
        "return [...document.querySelectorAll('.md-search-result__link')].map((it) => it.href)"
    )
    assert any("/reference/background/" in link for link in links), links
