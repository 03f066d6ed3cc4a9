"""Search a source tree for the modules that contain call sites."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.files import source_files
from typed_bg._source.module import Module, Sources, Unreadable
from typed_bg.check.calls.aliases import with_derived
from typed_bg.check.calls.call_sites import CallSite, find_sites, may_hold_sites
from typed_bg.check.calls.forwarders import BACKGROUND, Forwarder
from typed_bg.check.calls.registered import with_registered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
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
    """

    modules: tuple[ModuleSites, ...]
    unreadable: tuple[Unreadable, ...]
    files: int


def scan(
    paths: Iterable[Path],
    forwarders: Sequence[Forwarder] = BACKGROUND,
    *,
    module_name: Callable[[Path], str | None] = lambda _: None,
    sources: Sources | None = None,
) -> Scan:
    """Find the call sites in files and folders.

    Args:
        paths: The files and folders.
        forwarders: What calls to look for.
        module_name: Gives the dotted name of the module in a file, where it is known.
        sources: What holds the files, for more than one search in them.
    """
    files = [file for path in paths for file in source_files(path)]
    sources = sources or Sources()
    with no_collection():
        modules, failures = _look(files, forwarders, module_name, sources)
        modules = _with_registered(modules, files, sources, module_name)
    count = sum(file.suffix == ".py" for file in files)
    return Scan(tuple(modules), tuple(failures), count)


def _with_registered(
    modules: list[ModuleSites],
    files: Sequence[Path],
    sources: Sources,
    module_name: Callable[[Path], str | None],
) -> list[ModuleSites]:
    all_sites = [site for _, sites in modules for site in sites]
    known = iter(with_registered(all_sites, files, sources, module_name))
    return [ModuleSites(module, tuple(next(known) for _ in sites)) for module, sites in modules]


@contextmanager
def no_collection() -> Generator[None, None, None]:
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
