"""All six checkers answer the probes, and report the same about the rest as without them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from typed_bg._source.module import Module, parse
from typed_bg.check.calls.call_sites import CallSite, find_sites
from typed_bg.check.calls.declared import declared
from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.probes.probe import ProbedModule, probe
from typed_bg.check.verdicts.evidence import collect
from typed_bg.checkers import CHECKERS, run

if TYPE_CHECKING:
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.checkers import Diagnostic, Profile

# What each checker sees, in the order of CHECKERS: mypy, pyright, basedpyright, ty, pyrefly, zuban.
# `a`: wrong names and numbers of arguments, `T`: the type of each argument, `F`: that the receiver
# is something else, `!`: nothing is revealed.
ALL = "aT aT aT aT aT aT"
SOURCE = '''\
"""Every call stands before the answers that it must get."""
import asyncio
from typing import Any, Callable
from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import Response
def typed(a: int, b: str = "") -> None: ...
def untyped(a, b=""): ...
def partly(a: int, b, c=None): ...
def kw_untyped(a, **kw): ...
def kw_typed(a: int, **kw: int) -> None: ...
def star_any(*args, **kw): ...
def decorate(f): return f
@decorate
def decorated(a: int) -> None: ...
class Progress:
    def add_task(self, f: object, n: int) -> int: return n
anything: Any = typed
ellipsis: Callable[..., None] = typed
eager = BackgroundTasks()
class Body:
    task = BackgroundTask(typed, 1)  #: {all}
eager.add_task(typed, 1)  #: {all}
async def handler(tasks: BackgroundTasks, n: "int | None", progress: Progress, whatever: Any):
    tasks.add_task(typed, 1, b="x")  #: aTT aTT aTT aTT aTT aTT
    tasks.add_task(untyped, 1)  #: a. a. a. a. a. a.
    tasks.add_task(partly, 1, 2)  #: aT. aT. aT. aT. aT. aT.
    tasks.add_task(kw_untyped, 1)  #: a. a. a. a. a. a.
    tasks.add_task(kw_typed, 1, z=2)  #: aTT aTT aTT aTT aTT aTT
    tasks.add_task(star_any, 1)  #: .. .. .. .. .. ..
    tasks.add_task(decorated, 1)  #: .. aT aT .. .. aT
    tasks.add_task(anything, 1)  #: .. .. .. .. .. ..
    tasks.add_task(ellipsis, 1)  #: .. .. .. .. .. ..
    whatever.add_task(typed, 1)  #: .. .. .. .. .. ..
    progress.add_task(typed, 1)  #: aTF aTF aTF aTF aTF aTF
    if n is not None: tasks.add_task(typed, n)  #: {all}
    n is not None and tasks.add_task(typed, n)  #: {all}
    x = BackgroundTask(typed, n) if n else None  #: {all}
    y = [BackgroundTask(typed, i) for i in range(3)]  #: {all}
    z = lambda i: tasks.add_task(typed, 1)  #: {all}
    if (w := BackgroundTask(typed, 1)): pass  #: {all}
    match BackgroundTask(typed, 1):  #: {all}
        case BackgroundTask(): tasks.add_task(typed, 1)  #: {all}
    await asyncio.to_thread(typed, 1)  #: {all}
    v = await asyncio.to_thread(typed, 1)  #: {all}
    tasks.add_task(typed, 1); tasks.add_task(typed, 2)  #: {all} | {all}
    tasks.add_task(  # a comment
        typed,
        1,
    )  #: {all}
    tasks.add_task(typed, "wrong")  #: {all}
    tasks.add_task(typed, 1)  # type: ignore  #: ..! ..! aT .. .. ..!
    yield Response(background=BackgroundTask(typed, 1))  #: {all}
def returns(tasks: BackgroundTasks) -> None:
    return tasks.add_task(typed, 1)  #: {all}
def unannotated():
    tasks = BackgroundTasks()
    tasks.add_task(typed, 1)  #: .. aT aT aT aT aT
import sys
sys.exit()
'''.replace("{all}", ALL)


class Corpus(NamedTuple):
    """The corpus, its probed copy, and the folders that they are in."""

    sites: tuple[CallSite, ...]
    probed: ProbedModule
    plain: Path
    copy: Path


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Write the corpus and its probed copy into two folders."""
    module = parse(Path("corpus.py"), SOURCE.encode())
    assert isinstance(module, Module)
    sites = find_sites(module, (*BACKGROUND, declared("asyncio.to_thread")))
    result = probe(module, sites)
    assert not result.unprobeable
    plain, copy = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("probed")
    (plain / "corpus.py").write_bytes(module.encode(module.text))
    (copy / "corpus.py").write_bytes(module.encode(result.text))
    return Corpus(sites, result, plain, copy)


@pytest.mark.parametrize("name", CHECKERS)
def test_checkers_answer(name: str, corpus: Corpus) -> None:
    """Each checker sees the recorded probes, and reports the same about the rest as without."""
    diagnostics = _run(name, corpus.copy)
    (found,) = collect({corpus.copy / "corpus.py": corpus.probed}, diagnostics).values()
    expected = _expected()
    assert len(corpus.sites) == len(expected)
    number = list(CHECKERS).index(name)
    got = [(site.end_line, _written(site, found[site.index])) for site in corpus.sites]
    assert got == [(line, answers[number]) for line, answers in expected]
    assert _facts(_rest(corpus.probed, diagnostics)) == _facts(_run(name, corpus.plain))
    for site in corpus.sites:
        receiver = found[site.index].receiver
        if receiver is not None and site.receiver_kind == "object":
            assert receiver.rpartition(".")[2] in {"BackgroundTasks", "Progress", "Any", "Never"}


def _expected() -> list[tuple[int, list[str]]]:
    """Return the line and the answers of each call, in their order."""
    return [
        (line, answers.split())
        for line, text in enumerate(SOURCE.splitlines(), start=1)
        if "#: " in text
        for answers in text.split("#: ")[1].split("|")
    ]


def _run(name: str, root: Path) -> list[Diagnostic]:
    # pyrefly without a config checks no argument types.
    profile: Profile = "default" if name == "pyrefly" else "project"
    return list(run(CHECKERS[name], root, python=Path(sys.executable), profile=profile).diagnostics)


def _written(site: CallSite, evidence: Evidence) -> str:
    """Write what is seen short: `aTT` is all of a call with two arguments."""
    return (
        ("a" if evidence.arity else ".")
        + "".join("T" if index in evidence.seen else "." for index in range(len(site.arguments)))
        + ("F" if evidence.foreign else "")
        + ("" if evidence.receiver is not None else "!")
    )


def _rest(probed: ProbedModule, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return what is reported about the module itself, at the places of the original."""
    rest: list[Diagnostic] = []
    for found in diagnostics:
        place = probed.original_position(found.line, found.column)
        if place is None or probed.probe_at(found.line, found.column) is not None:
            continue
        end = (found.end_line, found.end_column)
        if found.end_line is not None and found.end_column is not None:
            end = probed.original_end(found.end_line, found.end_column)
        line, column = place
        rest.append(replace(found, line=line, column=column, end_line=end[0], end_column=end[1]))
    return rest


def _facts(diagnostics: list[Diagnostic]) -> list[tuple[object, ...]]:
    return sorted(
        (
            diagnostic.line,
            diagnostic.column,
            diagnostic.end_line or 0,
            diagnostic.end_column or 0,
            diagnostic.severity,
            diagnostic.rule or "",
            diagnostic.message,
        )
        for diagnostic in diagnostics
        # On a line with probes, no ignore comment is unused.
        if diagnostic.rule
        not in {"unused-type-ignore-comment", "reportUnnecessaryTypeIgnoreComment"}
    )
