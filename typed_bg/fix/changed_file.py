"""A file with its edits: what `typed-bg fix` shows as a diff, and writes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typed_bg._source.file_access import exists, read_file, replace_file
from typed_bg._source.files import repository_of
from typed_bg._source.git import run_git
from typed_bg._source.module import Module, parse
from typed_bg.check.results.proposed_fix import FileChange
from typed_bg.fix.line_map import line_edits

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file with its edits.

    Attributes:
        path: The file, from the project's root.
        before: Its content; `None` if it is a new file.
        after: Its new content.
    """

    path: PurePosixPath
    before: bytes | None
    after: bytes

    @property
    def change(self) -> FileChange | None:
        """The change by lines; `None` if the file's encoding cannot be told."""
        texts = _text(self.path, self.before or b""), _text(self.path, self.after)
        if texts[0] is None or texts[1] is None:
            return None
        return FileChange(self.path, line_edits(texts[0], texts[1]))

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before = _lines(self.before or b"")
        name = f"a/{self.path}" if self.before is not None else "/dev/null"
        lines = difflib.unified_diff(before, _lines(self.after), name, f"b/{self.path}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


class WritingError(Exception):
    """A file must not be written, for example because it was changed meanwhile."""


def require_clean(root: Path, paths: Collection[PurePosixPath]) -> None:
    """Check that git has no uncommitted change in files, so that each edit can be undone.

    Raises:
        WritingError: It has.
    """
    repository = repository_of(root)
    if not paths or not exists(repository / ".git"):
        return
    names = (f"./{path}" for path in sorted(paths))
    done = run_git(root, "status", "--porcelain", "--", *names)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        message = f"git status failed: {said}. `--allow-dirty` skips this check"
        raise WritingError(message)
    dirty = [line[3:] for line in done.stdout.decode("utf-8", "replace").splitlines()]
    if dirty:
        message = (
            f"not committed: {', '.join(dirty)}. Commit or stash the changes first, so that you "
            "can undo the fixes, or pass --allow-dirty"
        )
        raise WritingError(message)


def write_changed(root: Path, changed: ChangedFile) -> None:
    """Write a file.

    Raises:
        WritingError: It has changed since it was read.
        OSError: It cannot be written.
    """
    path = root / changed.path
    if changed.before is None:
        if exists(path):
            message = f"{changed.path}: it was created in the meantime: run the command again"
            raise WritingError(message)
        with path.open("xb") as file:
            file.write(changed.after)
        return
    if not path.resolve().is_relative_to(root.resolve()):
        message = f"{changed.path}: it is a link to a file outside the project: fix that file"
        raise WritingError(message)
    if read_file(path) != changed.before:
        message = f"{changed.path}: it was changed in the meantime: run the command again"
        raise WritingError(message)
    replace_file(path, changed.after)


def _text(path: PurePosixPath, content: bytes) -> str | None:
    if path.suffix == ".py":
        module = parse(Path(path), content)
        return module.text if isinstance(module, Module) else None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _lines(content: bytes) -> list[str]:
    """Split where a diff does: at line feeds only."""
    text = content.decode("utf-8", "backslashreplace")
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
