"""Reads the snippets: their subjects, and the errors that checkers must report in them."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

Kind = Literal["good", "bad", "cookbook"]
KINDS: tuple[Kind, ...] = ("good", "bad", "cookbook")

_EXPECTATION = re.compile(
    r"# E(?P<optional>\?)?(?:\[(?P<tag>\w+)(?P<several>\+)?\])?"
    r"(?::[ \t]*(?P<reason>[a-z]+(?:-[a-z]+)*)?(?P<prose>.*))?"
)
_STARTS_EXPECTATION = re.compile(r"# E(?!\w)")
_GROUP = re.compile(r"^Subject: (.+)$", re.MULTILINE)
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Expectation:
    """The lines where a checker must (or may) report an error, and the expected reason.

    A single line has `# E` or `# E?`. Several lines share a tag: exactly one of them must be
    reported (`# E[tag]`), or at least one (`# E[tag+]`).
    """

    lines: tuple[int, ...]
    reason: str
    optional: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """One file of `good/`, `bad/` or `cookbook/`."""

    name: str
    kind: Kind
    title: str
    group: str
    expectations: tuple[Expectation, ...]

    @property
    def path(self) -> str:
        """The path, relative to the suite's folder."""
        return f"{self.kind}/{self.name}.py"


class SnippetError(Exception):
    """Some snippets are invalid. The message has one problem per line."""


def read_snippets(folder: Path, reasons: Collection[str]) -> list[Snippet]:
    """Read all snippets of a suite, by kind and name.

    Args:
        folder: The suite's folder, with `good/`, `bad/` and `cookbook/`, or some of these.
        reasons: The allowed reason words.

    Raises:
        SnippetError: A snippet does not follow README.md. The message lists all problems.
    """
    snippets: list[Snippet] = []
    problems: list[str] = []
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.py")):
            try:
                snippet = read_snippet(path, kind)
            except (SnippetError, SyntaxError, tokenize.TokenError) as error:  # noqa: PERF203
                problems.append(f"{kind}/{path.name}: {error}")
            else:
                snippets.append(snippet)
                problems += (f"{snippet.path}: {text}" for text in _problems(snippet, reasons))
    problems += _shared_names(snippets)
    if not snippets:
        problems.append(f"{folder}: no snippets in good/, bad/ and cookbook/")
    if problems:
        raise SnippetError("\n".join(problems))
    return snippets


def read_snippet(path: Path, kind: Kind) -> Snippet:
    """Read one file.

    Raises:
        SnippetError: Its title or group is missing, or one of its comments is invalid.
    """
    text = path.read_text(encoding="utf-8")
    docstring = _docstring(text)
    group = _GROUP.search(docstring)
    if group is None:
        problem = "its docstring needs a line `Subject: <group>`"
        raise SnippetError(problem)
    return Snippet(
        name=path.stem,
        kind=kind,
        title=docstring.splitlines()[0].strip(),
        group=group[1].strip(),
        expectations=tuple(_expectations(text)),
    )


def _docstring(text: str) -> str:
    # ast.parse() could fail here, because the snippet's syntax may be newer than the interpreter.
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            value: object = ast.literal_eval(token.string)
            if isinstance(value, str) and value.strip():
                return value
        if token.type not in {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING}:
            break
    problem = "it needs a docstring: its subject in one sentence, then a line `Subject: <group>`"
    raise SnippetError(problem)


def _expectations(text: str) -> Iterator[Expectation]:
    tagged: dict[str, list[tuple[int, str, bool]]] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start = _STARTS_EXPECTATION.search(token.string) if token.type == tokenize.COMMENT else None
        if start is None:
            continue
        line = token.start[0]
        found = _EXPECTATION.fullmatch(token.string[start.start() :])
        if found is None or not found["reason"] or (found["prose"] or " ")[0] not in " \t":
            problem = f"line {line}: write `# E: reason-word`, not `{token.string}`"
            raise SnippetError(problem)
        if found["tag"]:
            entry = (line, found["reason"], bool(found["several"]))
            tagged.setdefault(found["tag"], []).append(entry)
        else:
            yield Expectation((line,), found["reason"], optional=bool(found["optional"]))
    for tag, entries in tagged.items():
        lines, reasons, several = zip(*entries, strict=True)
        if len(lines) == 1 or len(set(reasons)) > 1 or len(set(several)) > 1:
            problem = f"the tag {tag} must be on several lines with the same reason"
            raise SnippetError(problem)
        yield Expectation(lines, reasons[0], several=several[0])


def _problems(snippet: Snippet, reasons: Collection[str]) -> Iterator[str]:
    required = [entry for entry in snippet.expectations if not entry.optional]
    if snippet.kind != "good" and not required:
        yield f"a {snippet.kind} snippet needs a line with `# E`"
    if snippet.kind == "good" and required:
        yield "a good snippet cannot have a line with `# E`"
    for expectation in snippet.expectations:
        if expectation.reason not in reasons:
            known = ", ".join(sorted(reasons))
            yield f"line {expectation.lines[0]}: {expectation.reason} is not a reason ({known})"
    if not _SNAKE_CASE.fullmatch(snippet.name):
        yield "its name must be in snake_case"
    if snippet.name in sys.stdlib_module_names:
        yield "its name would hide a module of the standard library"


def _shared_names(snippets: list[Snippet]) -> list[str]:
    first: dict[str, Kind] = {}
    return [
        f"{snippet.path}: {kind}/ also has a snippet with this name"
        for snippet in reversed(snippets)
        if (kind := first.setdefault(snippet.name, snippet.kind)) != snippet.kind
    ]
