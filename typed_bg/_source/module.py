"""Python source as the interpreter reads it, without any normalization.

All three kinds of newlines, tabs and form feeds stay as they are. Offsets count code points from
the start of the text, after a byte order mark. Lines and columns are 1-based.
"""

from __future__ import annotations

import ast
import codecs
import re
import sys
import tokenize
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from typed_bg._source.file_access import read_file
from typed_bg._source.newer_syntax import version_needed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UnreadableKind = Literal[
    "unreadable", "undecodable", "null-bytes", "syntax", "too-deep", "notebook"
]

# The ends of lines for the interpreter. `str.splitlines` has seven more.
NEWLINE = re.compile(r"\r\n|\r|\n")
_NEWLINE_BYTES = re.compile(rb"\r\n|\r|\n")


def line_starts(text: str) -> tuple[int, ...]:
    """Return the offset at which each line starts."""
    return (0, *(newline.end() for newline in NEWLINE.finditer(text)))


def newline_of(text: str) -> str:
    """Return how the lines of a text end: as its first one does."""
    newline = NEWLINE.search(text)
    return newline[0] if newline else "\n"


class Span(NamedTuple):
    """A range of text: offsets from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that cannot be parsed, and why.

    Attributes:
        path: The file.
        kind: The kind of failure.
        detail: What is wrong.
        line: The line at which it is wrong, if it is known.
        python: The Python version that it needs, if it is newer than the running one.
    """

    path: Path
    kind: UnreadableKind
    detail: str
    line: int | None = None
    python: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A parsed file.

    Attributes:
        path: The file.
        text: Its text, without the byte order mark.
        encoding: The codec that it declares, or `utf-8`.
        bom: The byte order mark that it starts with, or nothing.
        tree: The syntax tree.
        starts: The offset at which each line starts.
    """

    path: Path
    text: str
    encoding: str
    bom: bytes
    tree: ast.Module
    starts: tuple[int, ...]

    def offset(self, line: int, byte_column: int) -> int:
        """Return the offset of a position as `ast` gives it: the column in bytes of UTF-8."""
        start = self.starts[line - 1]
        if self.text.isascii():
            return start + byte_column
        # No character takes less than one byte, so the wanted ones are all in this slice.
        head = self.text[start : start + byte_column].encode("utf-8", "surrogatepass")
        return start + len(head[:byte_column].decode("utf-8", "surrogatepass"))

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Return the range of a node."""
        end_line = node.end_lineno or node.lineno
        end_column = node.end_col_offset or node.col_offset
        return Span(self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column))

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, in code points, of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]

    def encode(self, text: str) -> bytes:
        """Return another text as a file of the same encoding and byte order mark."""
        return self.bom + text.encode(self.encoding)


class Sources:
    """A cache of files: each is read and parsed at most once."""

    def __init__(self, contents: Mapping[Path, bytes] | None = None) -> None:
        """Create a cache.

        Args:
            contents: The content of files that are read as if they had it.
        """
        self._raw: dict[Path, bytes | Unreadable] = {**(contents or {})}
        self._modules: dict[Path, Module | Unreadable] = {}

    def raw(self, path: Path) -> bytes | Unreadable:
        """Return the content of a file."""
        if path not in self._raw:
            try:
                self._raw[path] = read_file(path)
            except OSError as error:
                self._raw[path] = unreadable(path, error)
        return self._raw[path]

    def module(self, path: Path) -> Module | Unreadable:
        """Return a parsed file."""
        if path not in self._modules:
            raw = self.raw(path)
            if isinstance(raw, Unreadable):
                self._modules[path] = raw
            else:
                is_notebook = path.suffix == ".ipynb"
                self._modules[path] = notebook(path) if is_notebook else parse(path, raw)
        return self._modules[path]


def read(path: Path) -> Module | Unreadable:
    """Read and parse a file. Problems are returned, not raised."""
    if path.suffix == ".ipynb":
        return notebook(path)
    try:
        raw = read_file(path)
    except OSError as error:
        return unreadable(path, error)
    return parse(path, raw)


def notebook(path: Path) -> Unreadable:
    """Return that a file is a notebook."""
    return Unreadable(path, "notebook", "notebooks are not checked; export them to .py files")


def unreadable(path: Path, error: OSError) -> Unreadable:
    """Return that a file could not be read."""
    return Unreadable(path, "unreadable", error.strerror or str(error))


def parse(path: Path, raw: bytes) -> Module | Unreadable:
    """Parse the content of a file as the running interpreter would."""
    null = raw.find(b"\0")
    if null >= 0:
        return Unreadable(path, "null-bytes", "it contains null bytes", _line_of(raw, null))
    bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding = _encoding(raw)
        text = raw[len(bom) :].decode(encoding)
        if encoding != "utf-8" and text.encode(encoding) != raw[len(bom) :]:
            detail = f"its encoding, {encoding}, cannot be written back as it was"
            return Unreadable(path, "undecodable", detail, 1)
    except SyntaxError as error:
        return Unreadable(path, "undecodable", error.msg, 1)
    except UnicodeDecodeError as error:
        line = _line_of(raw, len(bom) + error.start)
        return Unreadable(path, "undecodable", f"it is not {error.encoding}: {error.reason}", line)
    except (LookupError, ValueError) as error:
        # A codec that is not for text, such as rot13, or that accepts no text at all.
        return Unreadable(path, "undecodable", f"its encoding cannot be used: {error}", 1)
    try:
        with warnings.catch_warnings():
            # Warnings about the code, such as for an invalid escape, are not ours to print.
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        needed = version_needed(text)
        return Unreadable(path, "syntax", _explained(error.msg, needed), error.lineno, needed)
    except (RecursionError, MemoryError):
        return Unreadable(path, "too-deep", "its expressions are nested too deeply to parse")
    except ValueError as error:  # characters that an escape in an odd encoding stands for
        return Unreadable(path, "undecodable", f"it is not text: {error}", 1)
    return Module(path, text, encoding, bom, tree, line_starts(text))


def _explained(message: str, needed: tuple[int, int] | None) -> str:
    """Add the Python version that a file needs to a syntax error, if it is newer than this one."""
    if needed is None:
        return message
    running = f"typed-bg runs on Python {sys.version_info[0]}.{sys.version_info[1]}"
    return f"{message} (this file needs Python {needed[0]}.{needed[1]} or newer; {running})"


def _encoding(raw: bytes) -> str:
    head = _NEWLINE_BYTES.split(raw[:10_000], maxsplit=2)[:2]
    lines = iter(line + b"\n" for line in head)
    encoding, _ = tokenize.detect_encoding(lambda: next(lines, b""))
    # The mark is kept separately, so that offsets start after it, as the interpreter's do.
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _line_of(raw: bytes, index: int) -> int:
    return len(_NEWLINE_BYTES.findall(raw[:index])) + 1
