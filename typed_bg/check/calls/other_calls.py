"""Count calls of forwarders that the user did not choose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typed_bg._source.files import source_files
from typed_bg._source.module import Unreadable
from typed_bg.check.calls.call_sites import find_sites
from typed_bg.check.calls.project_scan import no_collection
from typed_bg.check.calls.receivers import is_proven

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from typed_bg._source.module import Sources
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.forwarders import Forwarder


def other_calls(
    paths: Iterable[Path], forwarders: Sequence[Forwarder], sources: Sources
) -> tuple[CallSite, ...]:
    """Return the calls of forwarders, of which the source shows that they are.

    Args:
        paths: The files and folders.
        forwarders: The forwarders.
        sources: The files' contents.
    """
    files = [file for path in paths for file in source_files(path)]
    with no_collection():
        return tuple(_found(files, forwarders, sources)) if forwarders else ()


def _found(
    files: Sequence[Path], forwarders: Sequence[Forwarder], sources: Sources
) -> Iterator[CallSite]:
    """Yield the calls.

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
