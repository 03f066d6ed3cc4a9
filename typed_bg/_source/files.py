"""A project's root and its own Python files."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.file_access import exists, is_dir, is_file
from typed_bg._source.globs import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file or folder that was skipped, and why.

    Attributes:
        path: The path, from the project's root. Control characters in it are escaped.
        why: The reason.
    """

    path: PurePosixPath
    why: str


# The first of these upwards makes a folder a project's root.
_MARKS = (
    *("pyproject.toml", "setup.cfg", "setup.py", "mypy.ini", ".mypy.ini", "pyrightconfig.json"),
    *("ty.toml", "pyrefly.toml", ".git", ".hg"),
)
_SOURCES = (".py", ".ipynb")


# A newline in a printed path could start a command of a CI service, an escape sequence one of the
# terminal.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Emacs marks an edited file by a link of this name that leads nowhere.
_LOCK_PREFIX = ".#"


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a project.

    Attributes:
        files: Python files and notebooks, sorted by path, without duplicates.
        skipped: The files and folders that cannot be read or checked.
    """

    files: tuple[Path, ...]
    skipped: tuple[SkippedFile, ...]


def find_root(paths: Sequence[Path], folder: Path) -> Path:
    """Find the root of the project that some files and folders belong to.

    Args:
        paths: The files and folders. If empty, `folder`.
        folder: The current folder.

    Returns:
        The closest common folder that contains a config or a repository. If there is none, `folder`
        if it contains all paths, else the closest common folder.
    """
    folder = folder.resolve()
    wholes = [(folder / path).resolve() for path in paths] or [folder]
    folders = [whole if is_dir(whole) else whole.parent for whole in wholes]
    common = Path(os.path.commonpath(folders))
    for candidate in (common, *common.parents):
        if any(exists(candidate / mark) for mark in _MARKS):
            return candidate
    return folder if common.is_relative_to(folder) else common


def python_files(root: Path, paths: Iterable[Path] = (), exclude: Sequence[str] = ()) -> Files:
    """List the Python files and notebooks in some files and folders of a project.

    Hidden folders, environments, installed packages and build output are left out unless they are
    named. Links to folders are not followed.

    Args:
        root: The project's root.
        paths: The files and folders, from the root. If empty, the root.
        exclude: Globs of files and folders to leave out, from the root.
    """
    search = _Search(root, exclude, {}, [])
    for path in list(paths) or [Path()]:
        whole = Path(os.path.normpath(root / path))
        try:
            mode = whole.stat().st_mode
        except FileNotFoundError:
            search.skip(whole, "there is no such file")
        except OSError as error:
            search.skip(whole, f"it cannot be read: {error.strerror}")
        else:
            if stat.S_ISDIR(mode):
                _walk(search, whole)
            elif stat.S_ISREG(mode):
                search.take(whole)
            else:
                search.skip(whole, "it is not a regular file")
    files = sorted(search.found.values(), key=lambda path: path.parts)
    return Files(tuple(files), tuple(search.skipped))


@dataclass(frozen=True, slots=True)
class _Search:
    root: Path
    exclude: Sequence[str]
    found: dict[str, Path]
    skipped: list[SkippedFile]

    def relative(self, path: str | Path) -> PurePosixPath:
        return PurePosixPath(Path(os.path.relpath(path, self.root)).as_posix())

    def skip(self, path: str | Path, why: str) -> None:
        escaped = _CONTROL.sub(lambda found: ascii(found[0])[1:-1], str(self.relative(path)))
        self.skipped.append(SkippedFile(PurePosixPath(escaped), why))

    def excludes(self, path: str) -> bool:
        return bool(self.exclude) and any(
            covers(glob, self.relative(path), anywhere=True) for glob in self.exclude
        )

    def has_usable_name(self, path: str) -> bool:
        """Return whether checkers can report a path; if not, skip it."""
        name = Path(path).name
        try:
            name.encode()
        except UnicodeEncodeError:
            self.skip(path, "its name is not UTF-8, so checkers cannot report it: rename it")
            return False
        if _CONTROL.search(name):
            self.skip(path, "its name contains control characters: rename it")
            return False
        return True

    def take(self, path: Path) -> None:
        if self.has_usable_name(str(path)):
            self.found[str(path)] = path


def _walk(search: _Search, start: Path) -> None:
    waiting = [str(start)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:  # no permission, or the path is too long for the system
            search.skip(folder, f"the folder cannot be read: {error.strerror}")
            continue
        for entry in found:
            if _is_folder(entry):
                if (
                    not is_ignored_folder(entry)
                    and not search.excludes(entry.path)
                    and not is_virtual_environment(entry)
                    and search.has_usable_name(entry.path)
                ):
                    waiting.append(entry.path)
            elif (
                entry.name.endswith(_SOURCES)
                and not entry.name.startswith(_LOCK_PREFIX)
                and not search.excludes(entry.path)
            ):
                _take(search, entry)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # some file systems need a second query for it
        return False


def _take(search: _Search, entry: os.DirEntry[str]) -> None:
    try:
        regular = entry.is_file()
    except OSError as error:  # a link that leads to itself
        search.skip(entry.path, f"it cannot be read: {error.strerror}")
        return
    if regular:
        search.take(Path(entry.path))
    else:
        search.skip(entry.path, "it is not a regular file, or a link that leads nowhere")


REPOSITORY = (".git", ".hg")
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_GENERATED = frozenset({"build", "dist"})


def is_ignored_folder(folder: Path | os.DirEntry[str]) -> bool:
    """Return whether a folder is hidden, generated or contains installed packages."""
    name = folder.name
    if name.startswith(".") or name in _NEVER or name.endswith(".egg-info"):
        return True
    # A project may have a package named `build`.
    return name in _GENERATED and not is_file(Path(folder, "__init__.py"))


def is_virtual_environment(folder: Path | os.DirEntry[str]) -> bool:
    """Return whether a folder is a virtual or conda environment, whatever its name."""
    return is_file(Path(folder, "pyvenv.cfg")) or is_dir(Path(folder, "conda-meta"))


def repository_of(root: Path) -> Path:
    """Return the top folder of the repository that contains a folder, else the folder itself."""
    for folder in (root, *root.parents):
        if any(exists(folder / name) for name in REPOSITORY):
            return folder
    return root


def folders_upwards(folder: Path) -> Iterator[Path]:
    """Yield a folder and those above it, up to the top folder of its repository."""
    top = repository_of(folder)
    for above in (folder, *folder.parents):
        yield above
        if above == top:
            return


def source_files(path: Path) -> Iterator[Path]:
    """Yield the Python files and notebooks in a folder, or a file itself.

    `python_files` also reports what cannot be read.
    """
    if is_file(path):
        yield path
    else:
        yield from python_files(path).files
