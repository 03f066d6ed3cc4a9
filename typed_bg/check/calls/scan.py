"""Search a source tree for the modules that contain call sites."""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.files import source_files
from typed_bg._source.module import Module, Sources, Unreadable
from typed_bg.check.calls.aliases import with_derived
from typed_bg.check.calls.call_sites import CallSite, find_sites, may_hold_sites
from typed_bg.check.calls.forwarders import BACKGROUND, Forwarder
from typed_bg.check.calls.receivers import is_proven
from typed_bg.check.calls.registered import with_registered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path


class ModuleSites(NamedTuple):
    """A module and the call sites in it, at least one."""

    module: Module
    sites: tuple[CallSite, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """The results of searching a source tree.

    Attributes:
        modules: The modules with call sites, in the order of their paths.
        unreadable: The files that may hold call sites and could not be looked into.
        files: How many Python files there are.
        others: The calls of other forwarders, of which the source shows that they are.
    """

    modules: tuple[ModuleSites, ...]
    unreadable: tuple[Unreadable, ...]
    files: int
    others: tuple[CallSite, ...] = ()


def scan(
    paths: Iterable[Path],
    forwarders: Sequence[Forwarder] = BACKGROUND,
    *,
    module_name: Callable[[Path], str | None] = lambda _: None,
    sources: Sources | None = None,
    others: Sequence[Forwarder] = (),
) -> Scan:
    """Find the call sites in files and folders.

    Args:
        paths: The files and folders.
        forwarders: What calls to look for.
        module_name: Gives the dotted name of the module in a file, where it is known.
        sources: What holds the files, for more than one search in them.
        others: What calls to count besides.
    """
    files = [file for path in paths for file in source_files(path)]
    sources = sources or Sources()
    with _no_collection():
        modules, failures = _look(files, forwarders, module_name, sources)
        modules = _with_registered(modules, files, sources, module_name)
        found = tuple(_others(files, others, sources)) if others else ()
    count = sum(file.suffix == ".py" for file in files)
    return Scan(tuple(modules), tuple(failures), count, found)


def _with_registered(
    modules: list[ModuleSites],
    files: Sequence[Path],
    sources: Sources,
    module_name: Callable[[Path], str | None],
) -> list[ModuleSites]:
    all_sites = [site for _, sites in modules for site in sites]
    known = iter(with_registered(all_sites, files, sources, module_name))
    return [ModuleSites(module, tuple(next(known) for _ in sites)) for module, sites in modules]


def _others(
    files: Sequence[Path], forwarders: Sequence[Forwarder], sources: Sources
) -> Iterator[CallSite]:
    """Yield the calls of other forwarders, of which the source shows that they are.

    Parsing takes most of the time, so only files are parsed that name a forwarder and import its
    package. A task can be imported from any module, if a module of the project imports the package.
    """
    raws = {file: raw for file in files if not isinstance(raw := sources.raw(file), Unreadable)}
    needed = [
        (forwarder, forwarder.package, _name_in_source(forwarder)) for forwarder in forwarders
    ]
    packages = {package for _, package, _ in needed}
    imported = [
        {package for package in packages if _imports(raw, package)} for raw in raws.values()
    ]
    used = set[str]().union(*imported)
    for (file, raw), imported_here in zip(raws.items(), imported, strict=True):
        named = [
            forwarder
            for forwarder, package, name in needed
            if package in (used if forwarder.target is None else imported_here) and name in raw
        ]
        module = sources.module(file) if named else None
        if module is not None and not isinstance(module, Unreadable):
            yield from filter(is_proven, find_sites(module, named))


def _imports(raw: bytes, package: str) -> bool:
    name = package.encode()
    return name in raw and re.search(rb"\b(?:import|from)\b[^\n]*\b%s\b" % name, raw) is not None


def _name_in_source(forwarder: Forwarder) -> bytes:
    name = forwarder.last_name.encode()
    return b".%s(" % name if forwarder.form == "method" else name


@contextmanager
def _no_collection() -> Generator[None, None, None]:
    """Keep the interpreter from looking for cycles.

    Syntax trees have none, and going through them again and again takes as long as parsing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _look(
    files: Sequence[Path],
    forwarders: Sequence[Forwarder],
    module_name: Callable[[Path], str | None],
    sources: Sources,
) -> tuple[list[ModuleSites], list[Unreadable]]:
    forwarders = with_derived(files, forwarders, sources)
    modules: list[ModuleSites] = []
    failures: list[Unreadable] = []
    for file in files:
        raw = sources.raw(file)
        if isinstance(raw, Unreadable):
            failures.append(raw)
            continue
        if not may_hold_sites(raw, forwarders):
            continue
        module = sources.module(file)
        if isinstance(module, Unreadable):
            failures.append(module)
            continue
        sites = find_sites(module, forwarders, module_name=module_name(file))
        if sites:
            modules.append(ModuleSites(module, sites))
    return modules, failures
