"""Comments such as `# type: ignore` that are not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg._source.ignore_comments import IGNORE
from typed_bg._source.module import Span
from typed_bg.fix.edits import Edit, Replacement, python_change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._source.ignore_comments import IgnoreComment
    from typed_bg._source.module import Module
    from typed_bg.fix.measure import MeasuredCall


def without_ignore(call: MeasuredCall) -> Iterator[Edit]:
    """Yield the edits that remove the comments of a call's lines, each of one line."""
    module = call.site.module
    for comment in call.site.comments:
        if comment.scope != "line" or comment.own_line:
            continue
        text = _line(module, comment.line)
        # Of equal lines, another edit may have changed the first.
        code = _code(text)
        number = [_code(_line(module, line)) for line in range(1, comment.line)].count(code)

        def replacements(
            module: Module, code: str = code, number: int = number, comment: IgnoreComment = comment
        ) -> list[Replacement] | None:
            every = range(1, len(module.starts) + 1)
            lines = [line for line in every if _code(_line(module, line)) == code]
            return _removed(module, lines[number], comment) if number < len(lines) else None

        yield Edit(
            "ignore-comment",
            call.reported.place.path,
            f"{text} {number} {comment.tool}",
            f"remove `# {comment.tool}: ignore`",
            variants=(python_change(replacements),),
        )


def _line(module: Module, number: int) -> str:
    """Return a line, without its end."""
    starts = (*module.starts, len(module.text))
    return module.text[starts[number - 1] : starts[number]].rstrip("\r\n")


def _code(text: str) -> str:
    """Return a line without its suppressions."""
    return IGNORE.sub("", text).rstrip("# \t")


def _removed(module: Module, line: int, comment: IgnoreComment) -> list[Replacement] | None:
    """Return the removal of one suppression; what else is in the comment stays."""
    text, whole = _line(module, line), comment.text
    at = text.find(whole)
    found = (each for each in IGNORE.finditer(whole) if each["tool"] == comment.tool)
    match = next(found, None)
    if at < 0 or match is None:
        return None
    rest = f"{whole[: match.start()]}{whole[match.end() :]}".strip()
    if rest and not rest.startswith("#"):
        rest = f"# {rest}"
    before = text[:at] if rest else text[:at].rstrip()
    start = module.starts[line - 1]
    return [Replacement(Span(start + len(before), start + at + len(whole)), rest)]
