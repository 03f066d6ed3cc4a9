"""Changes of files that fix a finding, as reports carry them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import PurePosixPath


class LineEdit(NamedTuple):
    """New text for some lines of a file.

    Attributes:
        line: The first line that is replaced, 1-based; the text is inserted before it.
        end_line: The line up to which text is replaced.
        end_column: The column of that line up to which text is replaced; mostly 1, which keeps
            the line.
        text: What replaces it.
    """

    line: int
    end_line: int
    end_column: int
    text: str


class FileChange(NamedTuple):
    """What changes in a file.

    Attributes:
        path: The file, from the project's root. It may be a new one.
        edits: The changes, in the order of their lines.
    """

    path: PurePosixPath
    edits: Sequence[LineEdit]


class ProposedFix(NamedTuple):
    """Changes that belong together.

    Attributes:
        description: What they do, in one sentence.
        changes: The files that change.
    """

    description: str
    changes: Sequence[FileChange]
