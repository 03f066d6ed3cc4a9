"""A copy of a project, outside of it, in which some modules have another text.

The copy is what the type checkers run in. It has a real folder wherever one of the given modules is
below, their new text as files, the config files beside them as copies, and symbolic links for all
the rest: a folder in which nothing changes is one link. So it costs as much as the changed modules
have neighbours, however large the project is. Where links are not to be had (Windows), it copies
what a checker can read.

Names and places stay what they are, which the tests show with each of the six checkers:

- The folder keeps its name, and the folders above it up to the repository's top, or to the
  outermost package, are laid out too, so that module names, a config file further up, `.gitignore`,
  and relative paths in a config resolve as they do in the original. Where a config leads out of the
  top by `../`, the folders next to it are linked as well; what is further up is not.
- A link keeps the name that it has in the copy: no checker replaces it by the place it leads to. A
  module behind a link that imports a changed module gets the changed one.
- The copy comes first. Where the project is installed as editable, the `.pth` file in the
  environment leads to the original, but all six look from the root that they run in first, in a
  `src` layout too. pyright and basedpyright forget about `src` when their config has `extraPaths`,
  and take the original, unless `PYTHONPATH` has `Mirror.editable`. Run on test files alone, mypy
  finds a `src` package as it does in the original: by `mypy_path`, or in the original.
- mypy, pyrefly and zuban look for files behind linked folders, the others do not: these report
  nothing about modules there, nor what depends on which modules are the project's own
  (basedpyright's `reportPrivateLocalImportUsage`). ty fails with "No python files found" where its
  `src.include` names nothing but linked folders: then it checks none of the changed modules.

A checker could write through a link. None of the six does when `typed_bg.checkers` runs it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import zlib
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from typed_bg._source.file_access import is_file
from typed_bg._source.files import (
    REPOSITORY,
    SkippedFile,
    is_ignored_folder,
    is_virtual_environment,
    repository_of,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from types import FrameType


# Configs: a checker that looks for a config above it must stay in the copy.
_COPIED = (".toml", ".cfg", ".ini", ".json")
# What a checker can read besides: compiled modules count as present.
_LINKED = (".py", ".pyi", ".pyw", ".ipynb", ".pyd", ".so", ".pth", ".egg-link")
_LINKED_NAMES = frozenset({"py.typed", ".git", ".gitignore", ".ignore", ".hgignore"})
_CACHES = ("__pycache__", ".hypothesis")
_CACHE_ENDING = "_cache"  # .mypy_cache, .pytest_cache, .ruff_cache
_LEADS_OUT = re.compile(rb"\.\.[/\\]|[\"']\.\.[\"']")
_MANY_SIBLINGS = 1000
_DEEP = 100  # beyond, paths get too long for the system
_PREFIX = "typed-bg-"


class MirrorError(Exception):
    """The copy could not be made."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A copy of a project, with some modules changed.

    Attributes:
        path: The copy of the project's root: where to run a checker.
        root: The root itself.
        top: The copy's outermost folder.
        skipped: The files that it should contain, but does not.
    """

    path: Path
    root: Path
    top: Path
    skipped: tuple[SkippedFile, ...]

    def original(self, path: Path) -> PurePosixPath | None:
        """Return where a file of the copy is in the original, from the project's root.

        Args:
            path: As a checker gives it; from the copy of the root if it is relative.

        Returns:
            The path; with `..` for a file beside the root that belongs to the same repository;
            None for a file outside of the copy, such as an installed package's.
        """
        whole = os.path.normpath(self.path / path)
        if not Path(whole).is_relative_to(self.top):
            return None
        return PurePosixPath(Path(os.path.relpath(whole, self.path)).as_posix())

    def in_copy(self, path: Path) -> Path:
        """Return where an absolute path of the original is in the copy; one outside as it is."""
        whole = Path(os.path.normpath(self.path / os.path.relpath(path, self.root)))
        return whole if whole.is_relative_to(self.top) else path

    def editable(self, python: Path) -> tuple[Path, ...]:
        """Return the folders of the copy in place of those that an environment has as editable.

        Args:
            python: The environment's interpreter.

        Returns:
            What to put into `PYTHONPATH` so that the copy comes before the original.
        """
        outside = Path(os.path.normpath(self.root / os.path.relpath(self.top, self.path)))
        # Not resolved: a virtual environment's interpreter is a link out of it.
        environment = python.absolute().parent.parent
        configs = [
            config
            for pattern in ("lib/python3*/site-packages/*.pth", "Lib/site-packages/*.pth")
            for config in sorted(environment.glob(pattern))
        ]
        lines = (
            line.strip()
            for config in configs
            for line in config.read_text(encoding="utf-8", errors="replace").splitlines()
            if not line.startswith(("#", "import ", "import\t"))
        )
        inside = (Path(line).resolve() for line in lines if Path(line).is_absolute())
        return tuple(
            self.top / folder.relative_to(outside)
            for folder in dict.fromkeys(inside)
            if folder.is_relative_to(outside) and not _replaces_standard_library(folder)
        )


@contextlib.contextmanager
def mirror(
    root: Path,
    replaced: Mapping[PurePosixPath, bytes],
    *,
    temporary: Path | None = None,
) -> Generator[Mirror, None, None]:
    """Lay out a copy of a project, and remove it at the end.

    It is removed after an error, Ctrl-C, SIGTERM or SIGHUP too; killed in a harder way, the process
    leaves it in the folder for temporary files. The project's folder is only read in any case.

    Args:
        root: The project's root.
        replaced: The new content of modules, by their path from the root. A path at which there
            is no file yet makes a new one.
        temporary: Where to make the copy. The system's folder for temporary files if None.

    Yields:
        The copy.

    Raises:
        MirrorError: It cannot be written, or the folder for temporary files is inside the project.
    """
    root = root.resolve()
    place = Path(tempfile.gettempdir() if temporary is None else temporary).resolve()
    if place.is_relative_to(root):
        message = (
            f"the folder for temporary files, {place}, is inside the project, {root}, where "
            "typed-bg writes nothing: set the environment variable TMPDIR to another folder"
        )
        raise MirrorError(message)
    top = _top(root, place)
    with ending_by_signal():
        base = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        try:
            # Else ty obeys ignore files and mypy takes configs that lie around the copy.
            (base / REPOSITORY[0]).mkdir()
            yield _lay_out(
                _Plan(root, top, base / (top.parent.name or "root") / top.name), replaced
            )
        finally:
            shutil.rmtree(base, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What goes where.

    Attributes:
        root: The project's root.
        top: The outermost folder that is copied: the root or above.
        copy: Where the copy of `top` goes.
        skipped: Filled while the copy is made.
    """

    root: Path
    top: Path
    copy: Path
    skipped: list[SkippedFile] = field(default_factory=list[SkippedFile])

    def skip(self, path: Path, why: str) -> None:
        relative = os.path.relpath(path, self.root)
        self.skipped.append(SkippedFile(PurePosixPath(Path(relative).as_posix()), why))


def _lay_out(plan: _Plan, replaced: Mapping[PurePosixPath, bytes]) -> Mirror:
    above = plan.root.relative_to(plan.top)
    contents = {Path(above, path): content for path, content in replaced.items()}
    if any(path.is_absolute() or ".." in path.parts for path in contents):
        message = f"not a path within {plan.root}: {[str(path) for path in replaced]}"
        raise ValueError(message)
    changed = {path.parent for path in contents}
    folders = {above, *above.parents, *changed, *(f for path in changed for f in path.parents)}
    try:
        plan.copy.mkdir(parents=True)
        links = _has_links(plan.copy.parent)
        for folder in sorted(folders):  # a folder comes before what is below
            _lay_out_folder(plan, folder, folders, contents, links=links)
        for path, content in contents.items():
            _write(plan.copy / path, content)
        if links and _leads_out(plan, above):
            _link_siblings(plan)
    except OSError as error:
        message = (
            f"the copy of {plan.top} in {plan.copy} could not be made: {error}. "
            "To use another folder for temporary files, set the environment variable TMPDIR"
        )
        raise MirrorError(message) from error
    return Mirror(plan.copy / above, plan.root, plan.copy, tuple(plan.skipped))


def _replaces_standard_library(folder: Path) -> bool:
    """Return whether an interpreter with a folder in its path would run code of the project."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return any(entry.name.partition(".")[0] in sys.stdlib_module_names for entry in entries)
    return False


def _top(root: Path, temporary: Path) -> Path:
    """Return the outermost folder that affects how the root's modules are checked."""
    repository = repository_of(root)
    # A repository around the folder for temporary files, such as one of a whole home folder,
    # is not this project's.
    top = root if temporary.is_relative_to(repository) else repository
    while is_file(top.parent / "__init__.py") and not temporary.is_relative_to(top.parent):
        top = top.parent
    return top


def _lay_out_folder(
    plan: _Plan, folder: Path, real: set[Path], contents: Mapping[Path, bytes], *, links: bool
) -> None:
    copy = plan.copy / folder
    copy.mkdir(exist_ok=True)
    for entry in _entries(plan, plan.top / folder):
        path = folder / entry.name
        if path in real or path in contents or _is_cache(entry.name):
            continue
        if not _is_dir(entry):
            _carry(entry, copy / entry.name, links=links)
        elif links:
            (copy / entry.name).symlink_to(entry.path, target_is_directory=True)
        else:
            _copy_tree(plan, entry.path, copy / entry.name)


def _copy_tree(plan: _Plan, source: str, destination: Path) -> None:
    """Copy what a checker can read."""
    seen: set[str] = set()
    waiting = deque([(source, destination, 0)])
    while waiting:
        folder, copy, depth = waiting.popleft()
        if depth > _DEEP:
            plan.skip(Path(folder), f"more than {_DEEP} folders deep, and it could not be linked")
            continue
        copy.mkdir()
        # An empty one still says that this is a repository.
        if copy.name in REPOSITORY or os.path.realpath(folder) in seen:
            continue
        if is_virtual_environment(Path(folder)):
            plan.skip(Path(folder), "a virtual environment, which could not be linked")
            continue
        seen.add(os.path.realpath(folder))
        for entry in _entries(plan, Path(folder)):
            if not _is_dir(entry):
                _carry(entry, copy / entry.name, links=False)
            elif not is_ignored_folder(entry):
                waiting.append((entry.path, copy / entry.name, depth + 1))


def _carry(entry: os.DirEntry[str], destination: Path, *, links: bool) -> None:
    copied = entry.name.endswith(_COPIED)
    linked = entry.name.endswith(_LINKED) or entry.name in _LINKED_NAMES
    if not (copied or linked) or not _is_file(entry):
        return
    if links and linked:
        destination.symlink_to(entry.path)
        return
    with contextlib.suppress(PermissionError):  # a checker could not read it either
        shutil.copyfile(entry.path, destination)
        # Caches go by it.
        stat = entry.stat()
        os.utime(destination, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    # mypy's cache tells versions of a file by size and time. With a time that comes from the
    # content it is never wrong, and the same probes are fresh in the next run.
    seconds = 1_000_000_000 + zlib.crc32(content) % 500_000_000
    os.utime(path, (seconds, seconds))


def _entries(plan: _Plan, folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except FileNotFoundError:
        return []  # a folder that a new module brings
    except OSError as error:  # no permission, or the path is too long for the system
        plan.skip(folder, f"the folder cannot be read: {error.strerror}")
        return []


def _is_dir(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_cache(name: str) -> bool:
    return name in _CACHES or name.endswith(_CACHE_ENDING)


def _has_links(folder: Path) -> bool:
    # On Windows a checker may turn a link into the place that it leads to: not tried, so not used.
    if os.name == "nt":
        return False
    probe = folder / "link"
    try:
        probe.symlink_to(folder, target_is_directory=True)
    except (OSError, NotImplementedError):
        return False
    probe.unlink()
    return True


def _leads_out(plan: _Plan, above: Path) -> bool:
    return any(
        _LEADS_OUT.search(config.read_bytes()) is not None
        for folder in (above, *above.parents)
        for config in (plan.copy / folder).iterdir()
        if config.suffix in _COPIED and config.is_file()
    )


def _link_siblings(plan: _Plan) -> None:
    siblings = [entry for entry in _entries(plan, plan.top.parent) if _is_dir(entry)]
    if len(siblings) > _MANY_SIBLINGS:
        why = f"a config refers to it, but it contains {len(siblings)} folders, too many to link"
        plan.skip(plan.top.parent, why)
        return
    for entry in siblings:
        if entry.name != plan.top.name:
            (plan.copy.parent / entry.name).symlink_to(entry.path, target_is_directory=True)


_ENDING = ("SIGTERM", "SIGHUP")


@contextlib.contextmanager
def ending_by_signal() -> Generator[None, None, None]:
    """Make the signals that end a process raise an exception, so that the process cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread can be asked to do so
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    # Another handler already decides how this process ends.
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    try:
        for number in ours:
            signal.signal(number, _exit)
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _exit(number: int, frame: FrameType | None) -> NoReturn:
    del frame
    raise SystemExit(128 + number)
