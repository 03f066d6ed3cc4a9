"""Where a project begins, and which files are its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from typed_bg._source.globs import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not looked at, and why."""

    path: PurePosixPath
    why: str


# The first of these upwards makes a folder a project's root.
_MARKS = (
    *("pyproject.toml", "setup.cfg", "setup.py", "mypy.ini", ".mypy.ini", "pyrightconfig.json"),
    *("ty.toml", "pyrefly.toml", ".git", ".hg"),
)
_SOURCES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a project.

    Attributes:
        files: Python files and notebooks, in the order of their paths, each once.
        skipped: What could not be looked at.
    """

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


def find_root(paths: Sequence[Path], folder: Path) -> Path:
    """Find the root of the project that some files and folders are in.

    Args:
        paths: The files and folders; none stands for `folder`.
        folder: The current folder.

    Returns:
        The closest folder around all of them that holds a config or a repository; where there is
        none, `folder` if they are all in it, else the closest folder around them.
    """
    folder = folder.resolve()
    wholes = [(folder / path).resolve() for path in paths] or [folder]
    folders = [whole if whole.is_dir() else whole.parent for whole in wholes]
    common = Path(os.path.commonpath(folders))
    for candidate in (common, *common.parents):
        if any((candidate / mark).exists() for mark in _MARKS):
            return candidate
    return folder if common.is_relative_to(folder) else common


def python_files(root: Path, paths: Iterable[Path] = (), exclude: Sequence[str] = ()) -> Files:
    """List the Python files and notebooks in some files and folders of a project.

    Hidden folders, environments, installed packages and what a build makes are left out, unless
    they are named. Links to folders are not followed: what they lead to is found where it is, or is
    not the project's.

    Args:
        root: The project's root.
        paths: The files and folders, from the root; none stands for the root.
        exclude: Globs of files and folders to leave out, from the root.
    """
    search = _Search(root, exclude, {}, [])
    for path in list(paths) or [Path()]:
        whole = Path(os.path.normpath(root / path))
        if whole.is_dir():
            _walk(search, whole)
        elif whole.is_file():
            search.found[str(whole)] = whole
        else:
            search.skip(whole, "there is no such file")
    files = sorted(search.found.values(), key=lambda path: path.parts)
    return Files(tuple(files), tuple(search.skipped))


@dataclass(frozen=True, slots=True)
class _Search:
    root: Path
    exclude: Sequence[str]
    found: dict[str, Path]
    skipped: list[Skipped]

    def relative(self, path: str | Path) -> PurePosixPath:
        return PurePosixPath(Path(os.path.relpath(path, self.root)).as_posix())

    def skip(self, path: str | Path, why: str) -> None:
        self.skipped.append(Skipped(self.relative(path), why))

    def excludes(self, path: str) -> bool:
        return bool(self.exclude) and any(
            covers(glob, self.relative(path), anywhere=True) for glob in self.exclude
        )


def _walk(search: _Search, start: Path) -> None:
    waiting = [str(start)]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError as error:  # unreadable, or its path is too long for the system
            search.skip(folder, f"the folder cannot be read: {error.strerror}")
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if not left_out(entry) and not search.excludes(entry.path):
                    waiting += [] if is_virtual_environment(entry) else [entry.path]
            elif entry.name.endswith(_SOURCES) and not search.excludes(entry.path):
                _take(search, entry)


def _take(search: _Search, entry: os.DirEntry[str]) -> None:
    try:
        entry.name.encode()
        regular = entry.is_file()
    except UnicodeEncodeError:
        search.skip(entry.path, "its name is not UTF-8, in which checkers give theirs")
    except OSError as error:  # a link that leads to itself
        search.skip(entry.path, f"it cannot be read: {error.strerror}")
    else:
        if regular:
            search.found[entry.path] = Path(entry.path)
        else:
            search.skip(entry.path, "it is no file, or a link that leads nowhere")


REPOSITORY = (".git", ".hg")
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages"})
_GENERATED = frozenset({"build", "dist"})


def left_out(folder: Path | os.DirEntry[str]) -> bool:
    """Tell whether a folder holds no code of the project's: hidden, foreign, or generated."""
    name = folder.name
    if name.startswith(".") or name in _NEVER or name.endswith(".egg-info"):
        return True
    # A project may well have a package that is called `build`.
    return name in _GENERATED and not Path(folder, "__init__.py").is_file()


def is_virtual_environment(folder: Path | os.DirEntry[str]) -> bool:
    """Tell whether a folder is an environment's, whatever its name."""
    return Path(folder, "pyvenv.cfg").is_file() or Path(folder, "conda-meta").is_dir()


def repository_of(root: Path) -> Path:
    """Return the top of the repository that a folder is in; the folder itself outside of one."""
    around = (root, *root.parents)
    return next((f for f in around if any((f / name).exists() for name in REPOSITORY)), root)


def source_files(path: Path) -> Iterator[Path]:
    """Yield the Python files and notebooks of the project that a folder is, or a file itself.

    `python_files` reports what cannot be read.
    """
    if path.is_file():
        yield path
    else:
        yield from python_files(path).files
