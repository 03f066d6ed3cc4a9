"""docs/internals.md names files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "internals.md").read_text("utf-8")
TABLE = PAGE.partition("## Where to find things")[2].partition("## ")[0]
NAMED = sorted(set(re.findall(r"`([\w/]+(?:\.py|/))`", TABLE)))


@pytest.mark.parametrize("name", NAMED)
def test_a_place_in_the_table_exists(name):
    folders = [ROOT / "typed_bg", *(ROOT / "typed_bg" / "check").iterdir()]
    assert any((folder / name).exists() for folder in folders)


def test_the_table_names_most_of_the_package():
    assert len(NAMED) > 30
