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
    from collections.abc import Generator, Mapping

    from typed_bg.check.results.report import Place

_HUNK = re.compile(rb"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes since a revision, uncommitted changes included.

    Attributes:
        top: The top folder of the repository.
        revision: The name of the revision's commit.
        lines: The changed lines of each file that was changed, by its path from the top. Of lines
            that were deleted, the number of the line before them plus one half.
        new: The new files.
        deleted: The deleted files.
        renamed: The new names of renamed files, by the old ones.
    """

    top: Path
    revision: str
    lines: Mapping[PurePosixPath, list[tuple[float, float]]] = field(
        default_factory=dict[PurePosixPath, list[tuple[float, float]]]
    )
    new: frozenset[PurePosixPath] = frozenset()
    deleted: frozenset[PurePosixPath] = frozenset()
    renamed: Mapping[PurePosixPath, PurePosixPath] = field(
        default_factory=dict[PurePosixPath, PurePosixPath]
    )

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
    try:
        named = _git(
            top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
    except ConfigError as error:
        shallow = _git(top, "rev-parse", "--is-shallow-repository").strip() == b"true"
        fix = (
            "the clone is shallow: fetch the history with `git fetch --unshallow`, or in GitHub "
            "Actions with `fetch-depth: 0`"
            if shallow
            else "name a branch, a tag or a commit of this repository, fetched with `git fetch`"
        )
        message = f"--diff: git does not know the revision {revision!r}: {fix}"
        raise ConfigError(message) from error
    commit = named.decode().strip()
    lines: dict[PurePosixPath, list[tuple[float, float]]] = {}
    untracked = _names(_git(top, "ls-files", "--others", "--exclude-standard", "-z"))
    new = {PurePosixPath(name) for name in untracked}
    names = _names(_git(top, "diff", *_PLAIN, "--name-status", "-z", commit))
    deleted: set[PurePosixPath] = set()
    renamed: dict[PurePosixPath, PurePosixPath] = {}
    while names:
        status, old = names.pop(0), names.pop(0)
        now = names.pop(0) if status[0] in "RC" else old
        if status[0] == "R":
            renamed[PurePosixPath(old)] = PurePosixPath(now)
        if status[0] == "A":
            new.add(PurePosixPath(now))
        elif status[0] == "D":
            deleted.add(PurePosixPath(old))
        else:
            paths = (f":(top,literal){name}" for name in dict.fromkeys((old, now)))
            text = _git(top, "diff", *_PLAIN, "--unified=0", commit, "--", *paths)
            lines[PurePosixPath(now)] = [_range(*found) for found in _HUNK.findall(text)]
    return Changes(top, commit, lines, frozenset(new), frozenset(deleted), renamed)


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
        environ = {"GIT_INDEX_FILE": str(folder / "index")}
        _git(changes.top, "read-tree", changes.revision, **environ)
        tree = folder / "tree"
        tree.mkdir()
        _git(changes.top, "checkout-index", "--all", f"--prefix={tree.as_posix()}/", **environ)
        yield tree


def _git(folder: Path, *arguments: str, **environ: str) -> bytes:
    try:
        # Its messages are read below, so they must not be translated.
        done = run_git(folder, *arguments, LC_ALL="C", **environ)
    except FileNotFoundError as error:
        message = "--diff needs git, which is not installed: install it, or leave out --diff"
        raise ConfigError(message) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"--diff: git {arguments[0]} failed in {folder}: {said}"
        if "not a git repository" in said:
            message = (
                f"--diff: {folder} is not in a git repository: leave out --diff, or use --baseline"
            )
        raise ConfigError(message)
    return done.stdout
