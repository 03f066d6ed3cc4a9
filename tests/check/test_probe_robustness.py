"""Probing must not damage any source, however unusual it is.

These tests take every fortieth file of the standard library and of the installed packages.
`nox -s fuzz` takes all files.
"""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from probe_checks import check_every_call, check_planted, files_of
from support.samples import only

from typed_bg._source.module import Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Callable

_SHARE = 40
_FOLDERS = {
    name: Path(sysconfig.get_path(key))
    for name, key in (("standard library", "stdlib"), ("installed packages", "purelib"))
}


@pytest.mark.parametrize("name", only(_FOLDERS, lambda name: name == "standard library"))
def test_calls_of_real_files_and_planted_ones_can_be_probed(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Probed text parses, keeps its lines, and is the original but for the probes."""
    counts = {"files": 0, "unreadable": 0, "sites": 0, "planted": 0, "unprobeable": 0}
    for path in files_of(_FOLDERS[name])[::_SHARE]:
        module = read(path)
        if isinstance(module, Unreadable):
            counts["unreadable"] += 1
            continue
        every = check_every_call(module)
        planted = check_planted(module, random.Random(str(path)), 20)  # noqa: S311  # no secret
        counts["files"] += 1
        counts["sites"] += every.sites
        counts["planted"] += planted.sites
        counts["unprobeable"] += every.unprobeable + planted.unprobeable
    record_property("counts", counts)
    assert counts["files"] > counts["unreadable"]
    assert counts["planted"] > counts["files"] * 5
    assert counts["unprobeable"] < (counts["sites"] + counts["planted"]) / 50
