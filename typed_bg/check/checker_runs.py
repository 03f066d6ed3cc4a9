"""Start each checker on the files that contain calls, from the folder that its config is in."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.project.cache_lock import own_cache
from typed_bg.check.project.import_roots import pyrefly_search_path, write_pyright_config
from typed_bg.checkers import CHECKERS, CheckerError, Run, run
from typed_bg.checkers.runner import end_running, version_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typed_bg.check.project.workspace import Mirror

_A_MOMENT = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """A checker to run.

    Attributes:
        name: Its name.
        config: The config file that it uses, from the project's root; `None` for none.
        whole: The command-line paths with which it checks all that its config says.
        optional: Whether the check goes on without it if it fails: the project does not use it.
        skips_imports: Whether its config lets it take nothing from files that it is not started on.
    """

    name: str
    config: PurePosixPath | None = None
    whole: tuple[str, ...] = ()
    optional: bool = False
    skips_imports: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The files of a project that are checked from one folder.

    Attributes:
        folder: The folder to run the checkers in, from the project's root.
        paths: The files that contain calls, from the project's root.
        python: The interpreter of the environment that the code runs in.
        checkers: The checkers to run.
        instead: The checkers to try, one after the other, while none of `checkers` works.
        import_roots: More folders in which the checkers look for modules.
        notes: What the user should know about these choices.
    """

    folder: PurePosixPath
    paths: tuple[PurePosixPath, ...]
    python: Path
    checkers: tuple[Asked, ...]
    instead: tuple[Asked, ...] = ()
    import_roots: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


Results = dict[str, "Run | CheckerError"]
"""The results of a part's checkers, by checker name."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How the checkers of all parts are run.

    Attributes:
        copy: The copy of the project that they run in.
        excluded: Tells whether a checker's config leaves a file out, by the checker's name, the
            folder that it runs in and the file.
        bases: Returns more folders in which mypy finds modules that a file imports.
        progress: Is told of a run that begins, and again with its outcome when it ends.
        cache: A folder outside the project for mypy's cache; `None` for none.
        timeout: How long one process may run, in seconds.
        trusted: Whether checkers may run what the project's configs name.
    """

    copy: Mirror
    excluded: Callable[[str, PurePosixPath, PurePosixPath], bool]
    bases: Callable[[Part], Sequence[PurePosixPath]]
    progress: Callable[[str, str | None], None]
    cache: Path | None = None
    timeout: float = 600
    trusted: bool = True
    _editable: dict[Path, tuple[Path, ...]] = field(default_factory=dict[Path, tuple[Path, ...]])

    def run_all(self, parts: Sequence[Part]) -> list[Results]:
        """Run all checkers of all parts side by side."""
        jobs = [(index, asked) for index, part in enumerate(parts) for asked in part.checkers]
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            futures = [pool.submit(self.run_one, parts[index], asked) for index, asked in jobs]
            try:
                outcomes = [future.result() for future in futures]
            except BaseException:  # Ctrl-C, SIGTERM
                pool.shutdown(wait=False, cancel_futures=True)
                # Again and again: one of them may be about to start its checker.
                while not all(future.done() for future in futures):
                    end_running()
                    time.sleep(_A_MOMENT)
                raise
        results: list[Results] = [{} for _ in parts]
        for (index, asked), outcome in zip(jobs, outcomes, strict=True):
            results[index][asked.name] = outcome
        return results

    def run_one(self, part: Part, asked: Asked) -> Run | CheckerError:
        """Run one checker of a part."""
        shown = asked.name if part.folder == PurePosixPath() else f"{asked.name} in {part.folder}"
        self.progress(shown, None)
        try:
            result = self._started(part, asked)
        except CheckerError as error:
            if error.kind != "empty":
                self.progress(shown, "failed")
                return error
            result = _nothing(part, asked, error)
        self.progress(shown, f"{result.seconds:.1f} s")
        return result

    def _started(self, part: Part, asked: Asked) -> Run:
        covered = [it for it in part.paths if not self.excluded(asked.name, part.folder, it)]
        files = [it.relative_to(part.folder).as_posix() for it in covered]
        if len(covered) == len(part.paths) and not asked.skips_imports:
            return self._run(part, asked, files)
        # Only the checker itself knows what becomes of a file that its config leaves out: mypy
        # checks it if another one imports it.
        try:
            return self._run(part, asked, asked.whole)
        except CheckerError as error:
            if error.kind != "blocked" or not files:
                raise
            return self._run(part, asked, files)

    def _run(self, part: Part, asked: Asked, paths: Sequence[str]) -> Run:
        with own_cache(self._cache(part, asked)) as cache:
            return run(
                CHECKERS[asked.name],
                self.copy.path / part.folder,
                paths=[f"./{path}" if path.startswith("-") else path for path in paths],
                python=part.python,
                search=self._in_copy(part.python) if self.trusted else (),
                bases=self._bases(part, asked.name),
                config=self._config(part, asked.name),
                cache_dir=cache,
                timeout=self.timeout,
                trusted=self.trusted,
            )

    def _cache(self, part: Part, asked: Asked) -> Path | None:
        if self.cache is None or asked.name != "mypy":  # the others keep none
            return None
        return self.cache / asked.name / part.folder

    def _bases(self, part: Part, checker: str) -> list[Path]:
        found = self._import_roots(part)
        if checker == "mypy":
            found += [self.copy.path / base for base in self.bases(part)]
        if checker == "pyrefly" and found:
            found += pyrefly_search_path(self.copy, part.folder)
        return found

    def _config(self, part: Part, checker: str) -> Path | None:
        roots = self._import_roots(part)
        if not roots or checker not in {"pyright", "basedpyright"}:
            return None
        return write_pyright_config(self.copy, part.folder, checker, roots)

    def _import_roots(self, part: Part) -> list[Path]:
        return [self.copy.in_copy(folder) for folder in part.import_roots]

    def _in_copy(self, python: Path) -> tuple[Path, ...]:
        if python not in self._editable:
            self._editable[python] = self.copy.editable(python)
        return self._editable[python]


def _nothing(part: Part, asked: Asked, error: CheckerError) -> Run:
    """Return what a checker says whose config leaves out every file that has a call: nothing."""
    return Run(
        checker=asked.name,
        version=version_in(CHECKERS[asked.name], part.python),
        command=error.command,
        diagnostics=(),
        warnings=(),
        seconds=0,
        returncode=error.returncode or 0,
    )


def undivided(
    python: Path, checkers: Sequence[Asked]
) -> Callable[[Sequence[PurePosixPath]], Sequence[Part]]:
    """Return what makes one part of all files of a project."""
    return lambda paths: [Part(PurePosixPath(), tuple(paths), python, tuple(checkers))]


def configs_of(parts: Sequence[Part]) -> Mapping[str, str]:
    """Return the config files that each checker uses, as the report shows them."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for asked in (*part.checkers, *part.instead):
            configs = found.setdefault(asked.name, {})
            if asked.config is not None:
                configs[str(asked.config)] = None
    return {name: ", ".join(configs) for name, configs in found.items()}
