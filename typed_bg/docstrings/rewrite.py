"""Make the docstrings of a file agree with its `Doc()`s."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.module import Module, Span, newline_of, parse
from typed_bg.docstrings import literals
from typed_bg.docstrings.documented import Documented, Owner, docstring_of, read_documented
from typed_bg.docstrings.literals import Form
from typed_bg.docstrings.merge import Options, Whitespace, merged

if TYPE_CHECKING:
    from typed_bg.docstrings.names import Modules


@dataclass(frozen=True, slots=True)
class DocstringFinding:
    """Something that is wrong and was not changed.

    Attributes:
        line: The line, 1-based.
        name: The function or class.
        message: What is wrong, and how to fix it.
    """

    line: int
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The new content of a file.

    Attributes:
        text: Its text, with the same newlines as before.
        docstrings: How many docstrings changed.
        findings: What is wrong and was not changed.
        notes: What was skipped. This is not a failure.
    """

    text: str
    docstrings: int
    findings: tuple[DocstringFinding, ...]
    notes: tuple[DocstringFinding, ...]


@dataclass(frozen=True, slots=True)
class _SourceEdit:
    span: Span
    text: str


class RewritingError(Exception):
    """A file must not be written, for example because an edit would change more than docstrings."""


def rewritten(
    module: Module, modules: Modules, options: Options, only: str | None = None
) -> Rewritten:
    """Return the content of a file whose docstrings agree with its `Doc()`s.

    Args:
        module: The file.
        modules: The modules that were read.
        options: How to write docstrings.
        only: The function or class to write, by its qualified name. None: all.

    Raises:
        RewritingError: The new text would change more than docstrings.
    """
    reading = read_documented(module, modules)
    form = _form(module)
    edits: list[_SourceEdit] = []
    findings: list[DocstringFinding] = []
    for documented in reading.documented:
        if only is not None and documented.name != only:
            continue
        docstring = docstring_of(documented.node)
        if docstring is None:
            if options.add_docstrings and documented.addable:
                edits += _added(module, documented, form, options)
            continue
        changes, wrong = _merged(module, documented, docstring, form, options)
        edits += changes
        findings += [
            DocstringFinding(docstring.lineno, documented.name, message) for message in wrong
        ]
    notes = tuple(
        DocstringFinding(
            computed.line,
            computed.name,
            f"the Doc() of `{computed.parameter}` was skipped: its text, {computed.source}, is not "
            "a literal",
        )
        for computed in reading.computed
    )
    text = module.text
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    if edits:
        _verify(module, text)
    return Rewritten(text, len(edits), tuple(findings), notes)


def _merged(
    module: Module, documented: Documented, docstring: ast.Constant, form: Form, options: Options
) -> tuple[list[_SourceEdit], list[str]]:
    old = str(docstring.value)
    whitespace = _shape(module, documented.node, docstring, old)
    value = old
    findings: list[str] = []
    for wanted in documented.wanted:
        value, wrong = merged(value, wanted, whitespace, options)
        findings += wrong
    if value == old:
        return [], findings
    span = module.span(docstring)
    return [_SourceEdit(span, literals.edited(module.slice(span), value, form))], findings


def _added(
    module: Module, documented: Documented, form: Form, options: Options
) -> list[_SourceEdit]:
    whitespace = Whitespace(_body_indent(module, documented.node), _unit(module, documented.node))
    value = ""
    for wanted in documented.wanted:
        value, _ = merged(value, wanted, whitespace, options)
    if not value:
        return []
    first = documented.node.body[0]
    decorators = first.decorator_list if isinstance(first, Owner) else []
    start = module.span(first).start
    if decorators:
        start = module.text.rindex("@", 0, module.span(decorators[0]).start)
    line_start = module.starts[module.position(start)[0] - 1]
    written = literals.literal(value, form)
    before = module.text[line_start:start]
    own_line = not before.strip() and not _is_continued(module, line_start)
    separator = f"{form.newline}{before}" if own_line else "; "
    return [_SourceEdit(Span(start, start), written + separator)]


def _is_continued(module: Module, line_start: int) -> bool:
    return re.search(r"\\(?:\r\n|\r|\n)$", module.text[:line_start][-3:]) is not None


def _shape(module: Module, node: Owner, docstring: ast.Constant, value: str) -> Whitespace:
    unit = _unit(module, node)
    further = [line for line in value.split("\n")[1:] if line.strip()]
    if not further:
        return Whitespace(_body_indent(module, node, docstring), unit)
    margin = further[0]
    for line in further:
        while not line.startswith(margin) or margin.strip():
            margin = margin[:-1]
    return Whitespace(margin, unit)


def _unit(module: Module, node: Owner) -> str:
    """Return one step of indentation: that of the function's own body."""
    outer, inner = _indent_of_line(module, node.lineno), _body_indent(module, node)
    return inner[len(outer) :] if inner.startswith(outer) and len(inner) > len(outer) else "    "


def _body_indent(module: Module, node: Owner, first: ast.expr | None = None) -> str:
    first_node = first or node.body[0]
    start = module.span(first_node).start
    line = module.position(start)[0]
    before = module.text[module.starts[line - 1] : start]
    if not before.strip("( \t\f"):
        return _indent_of_line(module, line)
    return _indent_of_line(module, node.lineno) + "    "


def _indent_of_line(module: Module, line: int) -> str:
    start = module.starts[line - 1]
    blank = re.compile(r"[ \t\f]*").match(module.text, start)
    return blank[0].rpartition("\f")[2] if blank else ""


def _form(module: Module) -> Form:
    return Form(module.encoding, newline_of(module.text))


def _verify(module: Module, text: str) -> None:
    """Check that only docstrings changed and that the file can still be parsed."""
    try:
        again = parse(module.path, module.encode(text))
    except UnicodeEncodeError as error:
        msg = f"its encoding, {module.encoding}, cannot represent the text: {error.reason}"
        raise RewritingError(msg) from error
    if not isinstance(again, Module) or again.text != text:
        msg = "the result cannot be parsed again (a bug in typed-bg)"
        raise RewritingError(msg)
    if _without_docstrings(again) != _without_docstrings(module):
        msg = "the result changes more than docstrings (a bug in typed-bg)"
        raise RewritingError(msg)


def _without_docstrings(module: Module) -> str:
    tree = ast.parse(module.text)
    for node in ast.walk(tree):
        if isinstance(node, Owner) and docstring_of(node) is not None:
            del node.body[0]
    return ast.dump(tree)
