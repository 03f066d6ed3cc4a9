"""The links to playgrounds hold the code that the page shows.

The playgrounds themselves cannot be reached from the tests: what is tested is that the addresses
are decoded as theirs are.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from lzstring import LZString
from site_pages import ROOT, file_of, read

from docs_build.outcomes import read_suite
from docs_build.playgrounds import playgrounds

SUITE = read_suite(ROOT / "typing_tests")
RECIPES = [snippet for snippet in SUITE.snippets if snippet.kind == "cookbook"]


def code_in(address: str) -> str:
    """Decode an address as the playground does."""
    ((name, (value,)),) = (
        (name, values)
        for name, values in parse_qs(urlsplit(address).query).items()
        if name in {"code", "project"}
    )
    # `parse_qs`, like a browser, turns a plus sign into a space: lz-string reads both.
    text = LZString().decompressFromEncodedURIComponent(value.replace(" ", "+"))
    if name == "code":
        return text
    project = json.loads(text)
    return project["files"][project["activeFile"]]


def test_links_that_people_made_there_are_decoded() -> None:
    """From a public issue: what `code_in` reads is what the playgrounds write."""
    code = "CYUwZgBGD20BQEMBcECWA7ALgGggfTwCMUBnTAJwEoUA6OoA"
    address = (
        f"https://basedpyright.com/?typeCheckingMode=all&reportUnusedParameter=false&code={code}"
    )
    assert code_in(address) == "def foo(a: int, __b: str): ..."


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_each_link_holds_the_recipe(recipe) -> None:
    found = playgrounds(recipe.code)
    assert list(found) == ["pyright", "basedpyright", "pyrefly"]
    assert {code_in(address) for address in found.values()} == {recipe.code}
    # Servers refuse longer addresses.
    assert max(map(len, found.values())) < 8_000


def test_code_with_other_packages_has_no_link() -> None:
    assert playgrounds("from typed_bg import BackgroundTasks\n") == {}


def test_the_links_are_on_the_page() -> None:
    links = read(file_of("cookbook/partial/")).links
    assert set(playgrounds(SUITE.named("partial").code).values()) <= set(links)
