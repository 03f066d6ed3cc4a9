"""What a check is about: the job, and the calls and probes that were made for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.calls.forwarders import BACKGROUND
from typed_bg.check.calls.project_scan import scan
from typed_bg.check.checker_runs import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typed_bg._source.module import Sources
    from typed_bg.check.calls.forwarders import Forwarder
    from typed_bg.check.calls.project_scan import Scan
    from typed_bg.check.checker_runs import Part
    from typed_bg.check.probes.declarations import Declarations
    from typed_bg.check.probes.probe import ProbedModule


@dataclass(frozen=True, slots=True)
class Job:
    """What to check, and how.

    Attributes:
        root: The project's root.
        shown_root: The root as the user named it.
        paths: The files in which calls are looked for.
        parts: Divides the files that contain calls by the folder to check them from, and chooses
            the checkers. All paths are from the root.
        project: Returns all files of the project; nothing for those of `paths`.
        forwarders: What calls to look for.
        others: What calls to count besides.
        options: How to run the checkers.
        edits: The content of files that are checked as if they had it, by their paths.
    """

    root: Path
    paths: tuple[Path, ...]
    parts: Callable[[Sequence[PurePosixPath]], Sequence[Part]]
    shown_root: str = "."
    project: Callable[[], Sequence[Path]] = tuple
    forwarders: tuple[Forwarder, ...] = BACKGROUND
    others: tuple[Forwarder, ...] = ()
    options: RunOptions = field(default_factory=RunOptions)
    edits: Mapping[Path, bytes] = field(default_factory=dict[Path, bytes])


@dataclass(frozen=True, slots=True)
class Probing:
    """The calls of a job, and the modules whose probes the checkers answer.

    Attributes:
        job: The job.
        sources: Its files.
        scanned: The calls in them.
        declared: The functions to declare without their decorators.
        modules: The modules with probes, by their paths from the root.
        parts: The modules, divided by the folder to check them from.
    """

    job: Job
    sources: Sources
    scanned: Scan
    declared: Declarations
    modules: Mapping[PurePosixPath, ProbedModule]
    parts: Sequence[Part]


def project_files(job: Job) -> list[PurePosixPath]:
    """Return all files of a job's project, from its root."""
    return [from_root(job.root, path) for path in job.project() or job.paths]


def scan_of(job: Job, forwarders: Sequence[Forwarder], sources: Sources) -> Scan:
    """Find the calls in a job's files.

    Args:
        job: The job.
        forwarders: What calls to look for.
        sources: The files.
    """

    def name(path: Path) -> str:
        return module_name(job.root, path)

    return scan(job.paths, forwarders, module_name=name, sources=sources)


def from_root(root: Path, path: Path) -> PurePosixPath:
    """Return a path from the project's root."""
    if path.is_relative_to(root):  # not resolved: a file may be a link that leads out
        return PurePosixPath(path.relative_to(root).as_posix())
    return PurePosixPath(path.resolve().relative_to(root.resolve()).as_posix())


def module_name(root: Path, path: Path) -> str:
    """Return the dotted name of a module: from where its outermost package lies."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while folder != root and (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)
