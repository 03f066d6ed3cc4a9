"""The steps from source to report: sites, probes, a copy, checkers, conclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg._source.module import Sources, Unreadable
from typed_bg.check.checker_runs import Runner
from typed_bg.check.job import Probing, from_root, project_files, scan_of
from typed_bg.check.probes.declarations import declarations
from typed_bg.check.probes.insertions import insert
from typed_bg.check.probes.probe import probe
from typed_bg.check.project.module_bases import module_bases
from typed_bg.check.project.workspace import mirror
from typed_bg.check.reasons.checker_config import reasons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from pathlib import Path, PurePosixPath

    from typed_bg._source.module import Module
    from typed_bg.check.calls.project_scan import Scan
    from typed_bg.check.checker_runs import Part
    from typed_bg.check.conclusions import Checked
    from typed_bg.check.job import Job
    from typed_bg.check.probes.declarations import Declarations
    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.project.workspace import Mirror


def check(
    job: Job, progress: Callable[[str, str | None], None] = lambda _phase, _end: None
) -> Checked:
    """Find the calls of a project and what its checkers see of them.

    Args:
        job: What to check.
        progress: Is told of a phase that begins, and again with its outcome when it ends.
    """
    progress("finding calls", None)
    sources = Sources(job.edits)
    scanned = scan_of(job, job.forwarders, sources)
    count = sum(len(sites) for _, sites in scanned.modules)
    progress("finding calls", f"{count} in {scanned.files} files")
    declared = _declared(job, scanned, sources)
    probed = {
        from_root(job.root, module.path): probe(module, sites, declared)
        for module, sites in scanned.modules
    }
    if not probed:
        from typed_bg.check.conclusions import also_found, no_calls  # noqa: PLC0415  # is slow to import

        return no_calls(job, scanned, also_found(job, sources))
    probing = Probing(job, sources, scanned, declared, probed, job.parts(sorted(probed)))
    replaced = {from_root(job.root, path): content for path, content in job.edits.items()}
    for path, module in probed.items():
        replaced[path] = module.content
    replaced |= _with_declarations(job, declared, sources, replaced)
    with mirror(job.root, replaced) as copy:
        runner = _runner(probing, copy, progress)
        with runner.started(probing.parts) as results:
            # While the checkers run:
            from typed_bg.check.conclusions import also_found, conclude  # noqa: PLC0415

            others = also_found(job, sources)
            return conclude(probing, runner, results(), others)


def _declared(job: Job, scanned: Scan, sources: Sources) -> Declarations:
    """Return the functions to declare without their decorators, in files of the project."""

    def module_at(path: Path) -> Module | None:
        if not path.is_relative_to(job.root) or path.is_symlink():
            return None
        module = sources.module(path)
        return None if isinstance(module, Unreadable) else module

    return declarations([site for _, sites in scanned.modules for site in sites], module_at)


def _with_declarations(
    job: Job, declared: Declarations, sources: Sources, probed: Container[PurePosixPath]
) -> dict[PurePosixPath, bytes]:
    """Return the text of the modules that have declarations and no probes."""
    replaced: dict[PurePosixPath, bytes] = {}
    for path, insertions in declared.insertions.items():
        module, relative = sources.module(path), from_root(job.root, path)
        if relative not in probed and not isinstance(module, Unreadable):
            replaced[relative] = module.encode(insert(module, insertions).text)
    return replaced


def _runner(probing: Probing, copy: Mirror, progress: Callable[[str, str | None], None]) -> Runner:
    job = probing.job

    def excluded(checker: CheckerToRun, folder: PurePosixPath, path: PurePosixPath) -> bool:
        reasons = reasons_of(checker.name, checker.config, job.root, path, folder=folder)
        return any(reason.code == "config-excluded" for reason in reasons)

    def bases(part: Part, checker: CheckerToRun) -> list[PurePosixPath]:
        trees = {path: probing.modules[path].original.tree for path in part.paths}
        files = project_files(job)
        return [
            base
            for base, below in module_bases(job.root, part.folder, trees, files).items()
            if not all(excluded(checker, part.folder, path) for path in below)
        ]

    return Runner(copy, excluded, bases, progress, job.options)
