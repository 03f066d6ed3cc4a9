"""Start each checker on the files that contain calls, from the folder that its config is in."""

from __future__ import annotations

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg.check.project.cache_lock import own_cache
from typed_bg.check.project.import_roots import pyrefly_search_path, write_pyright_config
from typed_bg.checkers import CHECKERS, CheckerError, Run, run
from typed_bg.checkers.runner import end_running, version_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from typed_bg.check.project.checker_choice import CheckerToRun
    from typed_bg.check.project.workspace import Mirror

_A_MOMENT = 0.05


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run checkers.

    Attributes:
        timeout: How long one process may run, in seconds.
        cache: The folder, outside the project, for data about all projects; `None` for no cache.
        untrusted: Whether nothing of the project may be executed.
    """

    timeout: float = 600
    cache: Path | None = None
    untrusted: bool = False


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
    checkers: tuple[CheckerToRun, ...]
    instead: tuple[CheckerToRun, ...] = ()
    import_roots: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


Results = dict[str, "Run | CheckerError"]
"""The results of a part's checkers, by checker name."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How the checkers of all parts are run.

    Attributes:
        copy: The copy of the project that they run in.
        excluded: Returns whether a checker's config excludes a file, given the checker, the folder
            that it runs in, and the file.
        bases: Returns more folders in which mypy finds modules that the files of a part import.
        progress: Is called when a run begins, and again with its outcome when it ends.
        options: How to run the checkers.
    """

    copy: Mirror
    excluded: Callable[[CheckerToRun, PurePosixPath, PurePosixPath], bool]
    bases: Callable[[Part, CheckerToRun], Sequence[PurePosixPath]]
    progress: Callable[[str, str | None], None]
    options: RunOptions
    _editable: dict[Path, tuple[Path, ...]] = field(default_factory=dict[Path, tuple[Path, ...]])

    @contextmanager
    def started(self, parts: Sequence[Part]) -> Generator[Callable[[], list[Results]], None, None]:
        """Run all checkers of all parts side by side, until the block ends.

        Args:
            parts: The parts.

        Yields:
            A function that waits for the results of each part.
        """
        jobs = [(index, checker) for index, part in enumerate(parts) for checker in part.checkers]
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            futures = [pool.submit(self.run_one, parts[index], checker) for index, checker in jobs]

            def results() -> list[Results]:
                found: list[Results] = [{} for _ in parts]
                for (index, checker), future in zip(jobs, futures, strict=True):
                    found[index][checker.name] = future.result()
                return found

            try:
                # What the block does would delay their start: it needs the interpreter's lock.
                wait(futures, _A_MOMENT)
                yield results
            except BaseException:  # Ctrl-C, SIGTERM
                pool.shutdown(wait=False, cancel_futures=True)
                # Again and again: one of them may be about to start its checker.
                while not all(future.done() for future in futures):
                    end_running()
                    time.sleep(_A_MOMENT)
                raise

    def run_one(self, part: Part, checker: CheckerToRun) -> Run | CheckerError:
        """Run one checker of a part."""
        shown = (
            checker.name if part.folder == PurePosixPath() else f"{checker.name} in {part.folder}"
        )
        self.progress(shown, None)
        try:
            result = self._started(part, checker)
        except CheckerError as error:
            if error.kind != "empty":
                self.progress(shown, "failed")
                return error
            result = _nothing(part, checker, error)
        self.progress(shown, f"{result.seconds:.1f} s")
        return result

    def _started(self, part: Part, checker: CheckerToRun) -> Run:
        covered = [path for path in part.paths if not self.excluded(checker, part.folder, path)]
        files = [path.relative_to(part.folder).as_posix() for path in covered]
        if len(covered) == len(part.paths) and not checker.skips_imports:
            return self._run(part, checker, files)
        # Only the checker itself knows what happens to a file that its config excludes: mypy
        # checks it if another one imports it.
        try:
            return self._run(part, checker, checker.whole_project)
        except CheckerError as error:
            if error.kind != "blocked" or not files:
                raise
            return self._run(part, checker, files)

    def _run(self, part: Part, checker: CheckerToRun, paths: Sequence[str]) -> Run:
        with own_cache(self._cache(part, checker)) as cache:
            return run(
                CHECKERS[checker.name],
                self.copy.path / part.folder,
                paths=[f"./{path}" if path.startswith("-") else path for path in paths],
                python=part.python,
                search=() if self.options.untrusted else self._in_copy(part.python),
                bases=self._bases(part, checker),
                config=self._config(part, checker),
                cache_dir=cache,
                timeout=self.options.timeout,
                trusted=not self.options.untrusted,
            )

    def _cache(self, part: Part, checker: CheckerToRun) -> Path | None:
        if self.options.cache is None or checker.name != "mypy":  # the others keep none
            return None
        root = self.copy.root
        digest = hashlib.sha256(str(root).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return self.options.cache / f"{root.name}-{digest}" / checker.name / part.folder

    def _bases(self, part: Part, checker: CheckerToRun) -> list[Path]:
        found = self._import_roots(part)
        if checker.name == "mypy":
            found += [self.copy.path / base for base in self.bases(part, checker)]
        if checker.name == "pyrefly" and found:
            found += pyrefly_search_path(self.copy, checker.config)
        return found

    def _config(self, part: Part, checker: CheckerToRun) -> Path | None:
        roots = self._import_roots(part)
        if not roots or checker.name not in {"pyright", "basedpyright"}:
            return None
        return write_pyright_config(self.copy, part.folder, checker.name, checker.config, roots)

    def _import_roots(self, part: Part) -> list[Path]:
        return [self.copy.in_copy(folder) for folder in part.import_roots]

    def _in_copy(self, python: Path) -> tuple[Path, ...]:
        if python not in self._editable:
            self._editable[python] = self.copy.editable(python)
        return self._editable[python]


def _nothing(part: Part, checker: CheckerToRun, error: CheckerError) -> Run:
    """Return an empty run, for a checker whose config excludes every file that contains a call."""
    return Run(
        checker=checker.name,
        version=version_in(CHECKERS[checker.name], part.python),
        command=error.command,
        diagnostics=(),
        warnings=(),
        seconds=0,
        returncode=error.returncode or 0,
    )


def configs_of(root: Path, parts: Sequence[Part]) -> Mapping[str, str]:
    """Return the config files that each checker uses, as the report shows them."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for checker in (*part.checkers, *part.instead):
            configs = found.setdefault(checker.name, {})
            if checker.config is not None:
                configs[Path(os.path.relpath(checker.config.path, root)).as_posix()] = None
    return {name: ", ".join(configs) for name, configs in found.items()}
