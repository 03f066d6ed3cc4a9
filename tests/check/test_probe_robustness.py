"""Probing must not damage any source, however unusual it is.

Every call in the files of the standard library and of the installed packages is taken for a call
site. `TYPED_BG_ALL_FILES=1` goes through all of them, which takes minutes; by default every
fortieth file is taken.
"""

from __future__ import annotations

import ast
import os
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.samples import only

from typed_bg._source.module import NEWLINE, Module, Unreadable, read
from typed_bg.check.calls.call_sites import collect
from typed_bg.check.calls.forwarders import Forwarder
from typed_bg.check.calls.matcher import Match, matcher
from typed_bg.check.calls.symbols import Names
from typed_bg.check.probes.insertions import remove
from typed_bg.check.probes.probe import probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typed_bg._source.scopes import Link
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.probes.probe import ProbedModule

_ANY_CALL = Forwarder("any.call", "function")
_SHARE = 1 if os.environ.get("TYPED_BG_ALL_FILES") else 40
_FOLDERS = {
    name: Path(sysconfig.get_path(key))
    for name, key in (("standard library", "stdlib"), ("installed packages", "purelib"))
}


_EVERY_METHOD = matcher((Forwarder("package.Class.method", "method"),))


def everything(link: Link, names: Names) -> Iterator[Match]:
    """Take any call for one of a forwarder whose target is the first argument.

    And every attribute for a method that is handed on, wherever one would be taken for that.
    """
    node = link.node
    if isinstance(node, ast.Call):
        yield Match(_ANY_CALL, node, node.func, "function")
    elif isinstance(node, ast.Attribute):
        called = ast.copy_location(ast.Attribute(node.value, "method", node.ctx), node)
        for arguments in _EVERY_METHOD(link._replace(node=called), names):
            call = ast.copy_location(ast.Call(node, [], []), node)
            yield arguments._replace(call=call)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        if folder == _FOLDERS["standard library"] and "site-packages" in relative.parts:
            continue
        yield path


def _probed(module: Module) -> tuple[tuple[CallSite, ...], ProbedModule]:
    sites = collect(module, Names(None), everything)
    return sites, probe(module, sites)


_BY_NATURE = {"annotation", "class header", "f-string"}


def _assert_unharmed(module: Module) -> tuple[int, int]:
    """Check a probed module and return how many sites it has and how many have no room."""
    sites, probed = _probed(module)
    assert NEWLINE.findall(probed.text) == NEWLINE.findall(module.text)
    assert remove(probed.inserted) == module.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(probed.text)
    asked = {probe.site for probe in probed.probes}
    assert asked | probed.unprobeable.keys() == {site.index for site in sites}
    assert not asked & probed.unprobeable.keys()
    for written in probed.probes[:: len(probed.probes) // 20 + 1]:
        text = probed.text[written.span.start : written.span.end]
        # The surplus arguments come from a tuple: a checker names their class, the text does not.
        surplus = written.kind in {"positional", "own positional"}
        assert surplus or all(name in text for name in written.names), text
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(f"({text})", mode="eval")
    for site in sites[:: len(sites) // 20 + 1]:
        _assert_leads_back(probed, site)
    # Where nothing can be probed by its nature, as in annotations, the number depends on the code.
    rest = [obstacle for obstacle in probed.unprobeable.values() if obstacle.kind not in _BY_NATURE]
    return len(sites), len(rest)


def _assert_leads_back(probed: ProbedModule, site: CallSite) -> None:
    """Check that the first character of a call is found again at its new place."""
    spans = probed.inserted.spans
    insertions = probed.inserted.insertions
    moved = site.span.start + sum(
        span.end - span.start
        for insertion, span in zip(insertions, spans, strict=True)
        if insertion.offset <= site.span.start
    )
    line = site.line
    start = max(probed.text.rfind(newline, 0, moved) for newline in "\r\n") + 1
    assert probed.original_position(line, moved - start + 1) == (line, site.column)
    assert probed.text[moved : moved + 1] == site.module.text[site.span.start]


@pytest.mark.parametrize("name", only(_FOLDERS, lambda name: name == "standard library"))
def test_every_call_of_real_files_can_be_probed(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Probed text parses, keeps its lines, and is the original but for the probes."""
    counts = {"files": 0, "unreadable": 0, "sites": 0, "unprobeable": 0}
    for path in list(_files(_FOLDERS[name]))[::_SHARE]:
        module = read(path)
        if isinstance(module, Unreadable):
            counts["unreadable"] += 1
            continue
        sites, unprobeable = _assert_unharmed(module)
        counts["files"] += 1
        counts["sites"] += sites
        counts["unprobeable"] += unprobeable
    record_property("counts", counts)
    assert counts["files"] > counts["unreadable"]
    assert counts["unprobeable"] < counts["sites"] / 50
