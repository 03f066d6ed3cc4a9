"""The changes since a git revision, and a copy of the project at that revision."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from typed_bg._source.git import run_git
from typed_bg.check.project.toml_lines import ConfigError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from typed_bg.check.results.report import Place

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
# `ls-tree` writes the type of an entry before its commit, and `ls-files` the stage after it.
_SUBMODULE = re.compile(rb"160000 (?:commit )?([0-9a-f]+)(?: \d)?\t(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes since a revision, uncommitted changes and those in submodules included.

    Attributes:
        top: The top folder of the repository.
        revision: The name of the revision's commit.
        lines: The changed lines of each file that was changed, by its path from the top. Of lines
            that were deleted, the number of the line before them plus one half.
        new: The new files.
        deleted: The deleted files and submodules.
        renamed: The new names of renamed files, by the old ones.
        commits: Of each repository in the copy of the revision, by its path from the top, the
            commit whose files are copied.
        notes: What could not be compared.
    """

    top: Path
    revision: str
    lines: dict[PurePosixPath, list[tuple[float, float]]] = field(
        default_factory=dict[PurePosixPath, list[tuple[float, float]]]
    )
    new: set[PurePosixPath] = field(default_factory=set[PurePosixPath])
    deleted: set[PurePosixPath] = field(default_factory=set[PurePosixPath])
    renamed: dict[PurePosixPath, PurePosixPath] = field(
        default_factory=dict[PurePosixPath, PurePosixPath]
    )
    commits: dict[PurePosixPath, str] = field(default_factory=dict[PurePosixPath, str])
    notes: list[str] = field(default_factory=list[str])

    @property
    def is_any(self) -> bool:
        """Whether anything has changed."""
        return bool(self.lines or self.new or self.deleted)

    def today(self, root: Path, path: PurePosixPath) -> PurePosixPath:
        """Return the current name of a file; both names are relative to a project's root."""
        now = self.renamed.get(PurePosixPath((root / path).relative_to(self.top).as_posix()))
        return path if now is None else PurePosixPath(os.path.relpath(self.top / now, root))

    def touch(self, root: Path, place: Place) -> bool:
        """Return whether a line of a place, which is relative to a project's root, has changed."""
        path = PurePosixPath((root / place.path).relative_to(self.top).as_posix())
        if path in self.new:
            return True
        last = place.end_line or place.line
        return any(first <= last and place.line <= end for first, end in self.lines.get(path, ()))


def changes_since(root: Path, revision: str) -> Changes:
    """Return the changes in the repository that contains a folder.

    Raises:
        ConfigError: git is not installed, or the repository or the revision does not exist.
    """
    top = Path(os.fsdecode(_git(root, "rev-parse", "--show-toplevel").rstrip(b"\n"))).resolve()
    commit = _commit(top, revision)
    if commit is None:
        shallow = _git(top, "rev-parse", "--is-shallow-repository").strip() == b"true"
        fix = (
            "the clone is shallow: fetch the history with `git fetch --unshallow`, or in GitHub "
            "Actions with `fetch-depth: 0`"
            if shallow
            else "name a branch, a tag or a commit of this repository, fetched with `git fetch`"
        )
        message = f"--diff: git does not know the revision {revision!r}: {fix}"
        raise ConfigError(message)
    changes = Changes(top, commit)
    _add_changes(changes, PurePosixPath(), commit)
    return changes


def _commit(folder: Path, revision: str) -> str | None:
    name = f"{revision}^{{commit}}"
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    except ConfigError:
        return None
    return found.decode().strip()


def _add_changes(changes: Changes, path: PurePosixPath, commit: str) -> None:
    """Add the changes in a repository and its submodules.

    Args:
        changes: The changes that are known so far.
        path: The path of the repository from the top.
        commit: Its commit that is compared with its files.
    """
    folder = changes.top / path
    changes.commits[path] = commit
    untracked = _names(_git(folder, "ls-files", "--others", "--exclude-standard", "-z"))
    changes.new.update(path / name for name in untracked)
    names = _names(_git(folder, "diff", *_PLAIN, "--name-status", "-z", commit))
    while names:
        status, old = names.pop(0), names.pop(0)
        now = names.pop(0) if status[0] in "RC" else old
        if status[0] == "R":
            changes.renamed[path / old] = path / now
        if status[0] == "A":
            changes.new.add(path / now)
        elif status[0] == "D":
            changes.deleted.add(path / old)
        else:
            paths = (f":(top,literal){name}" for name in dict.fromkeys((old, now)))
            text = _git(folder, "diff", *_PLAIN, "--unified=0", commit, "--", *paths)
            changes.lines[path / now] = [_range(*found) for found in _HUNK.findall(text)]
    was = dict(_submodules(_git(folder, "ls-tree", "-r", "-z", commit)))
    now_there = dict(_submodules(_git(folder, "ls-files", "--stage", "-z")))
    for name in {**was, **now_there}:
        _add_submodule(changes, path / name, was.get(name), is_there=name in now_there)


def _add_submodule(
    changes: Changes, path: PurePosixPath, commit: str | None, *, is_there: bool
) -> None:
    """Add the changes in a submodule.

    Args:
        changes: The changes that are known so far.
        path: Its path from the top.
        commit: The commit that the revision records; `None` if the submodule is new.
        is_there: Whether it is still a submodule.
    """
    if not is_there:
        changes.deleted.add(path)
        changes.notes.append(
            f"--diff: {path} was a submodule and is not in the copy of {changes.revision[:12]}: "
            "findings that its removal causes in other files are not reported"
        )
    elif not (folder := changes.top / path).joinpath(".git").exists():
        return  # it is not checked out, so nothing in it is checked
    elif commit is None:
        _add_all(changes, path)
    elif _commit(folder, commit) is not None:
        _add_changes(changes, path, commit)
    else:
        changes.notes.append(
            f"--diff: commit {commit[:12]} of the submodule {path} is not in your clone, so all "
            f"findings in it are reported: fetch it with `git -C {path} fetch origin {commit}`"
        )
        # Compared with today's submodule, calls in other files can still become unchecked.
        changes.commits[path] = _git(folder, "rev-parse", "HEAD").decode().strip()
        _add_all(changes, path)


def _add_all(changes: Changes, path: PurePosixPath) -> None:
    """Count all files of a submodule, and of the submodules in it, as new."""
    folder = changes.top / path
    listing = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    changes.new.update(path / name for name in _names(_git(folder, *listing)))
    for name, _ in _submodules(_git(folder, "ls-files", "--stage", "-z")):
        _add_submodule(changes, path / name, None, is_there=True)


def _submodules(listing: bytes) -> Iterator[tuple[str, str]]:
    """Yield the path and the commit of each submodule in a listing of git."""
    for entry in listing.split(b"\0"):
        if found := _SUBMODULE.match(entry):
            yield os.fsdecode(found[2]), found[1].decode()


_PLAIN = (
    *("--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--ignore-cr-at-eol"),
    *("--ignore-submodules", "--inter-hunk-context=0"),
)


def _range(start: bytes, count: bytes) -> tuple[float, float]:
    first, number = int(start), int(count or b"1")
    return (first + 0.5, first + 0.5) if number == 0 else (first, first + number - 1)


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]


@contextmanager
def checked_out(changes: Changes) -> Generator[Path, None, None]:
    """Write the files of the revision into a temporary folder; the repository stays as it is."""
    with TemporaryDirectory(prefix="typed-bg-") as name:
        # Resolved, as the project's root is.
        folder = Path(name).resolve()
        tree = folder / "tree"
        for count, (path, commit) in enumerate(changes.commits.items()):
            environ = {"GIT_INDEX_FILE": str(folder / f"index{count}")}
            of_path = tree / path
            of_path.mkdir(parents=True, exist_ok=True)
            _git(changes.top / path, "read-tree", commit, **environ)
            to = f"--prefix={of_path.as_posix()}/"
            _git(changes.top / path, "checkout-index", "--all", to, **environ)
        yield tree


def _git(folder: Path, *arguments: str, **environ: str) -> bytes:
    try:
        # Its messages are read below, so they must not be translated.
        done = run_git(folder, *arguments, LC_ALL="C", **environ)
    except FileNotFoundError as error:
        message = "--diff needs git, which is not installed: install it, or omit --diff"
        raise ConfigError(message) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"--diff: git {arguments[0]} failed in {folder}: {said}"
        if "not a git repository" in said:
            message = f"--diff: {folder} is not in a git repository: omit --diff, or use --baseline"
        raise ConfigError(message)
    return done.stdout
