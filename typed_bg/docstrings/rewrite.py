"""The docstrings of a file, made to agree with its `Doc()`s: its new text and what is wrong."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typed_bg._source.module import NEWLINE, Module, Span, parse
from typed_bg.docstrings import literals
from typed_bg.docstrings.documented import Owner, Target, docstring_of, read_targets
from typed_bg.docstrings.literals import Form
from typed_bg.docstrings.merge import Options, Shape, merged

if TYPE_CHECKING:
    from typed_bg.docstrings.names import Modules


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong and was left as it is.

    Attributes:
        line: Where, 1-based.
        name: The function or class.
        message: What is wrong, and the remedy.
    """

    line: int
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file as it should be.

    Attributes:
        text: Its text, newlines as they were.
        docstrings: How many docstrings changed.
        findings: What was left as it is.
        notes: What could not be looked at; no reason to fail.
    """

    text: str
    docstrings: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    span: Span
    text: str


class RewritingError(Exception):
    """An edit changed more of a file than its docstrings; nothing of it may be written."""


def rewritten(module: Module, modules: Modules, options: Options) -> Rewritten:
    """Return a file whose docstrings say what its `Doc()`s say.

    Raises:
        RewritingError: The new text would differ in more than docstrings.
    """
    reading = read_targets(module, modules)
    form = _form(module)
    edits: list[_Edit] = []
    findings: list[Finding] = []
    for target in reading.targets:
        docstring = docstring_of(target.node)
        if docstring is None:
            if options.add_docstrings and target.addable:
                edits += _added(module, target, form, options)
            continue
        edit, wrong = _merged(module, target, docstring, form, options)
        edits += edit
        findings += [Finding(docstring.lineno, target.name, message) for message in wrong]
    notes = tuple(
        Finding(
            each.line,
            each.name,
            f"the Doc() of `{each.parameter}` was passed over: its text, {each.source}, is no "
            "literal",
        )
        for each in reading.unreadable
    )
    text = module.text
    for each in sorted(edits, key=lambda each: each.span, reverse=True):
        text = text[: each.span.start] + each.text + text[each.span.end :]
    if edits:
        _verify(module, text)
    return Rewritten(text, len(edits), tuple(findings), notes)


def _merged(
    module: Module, target: Target, docstring: ast.Constant, form: Form, options: Options
) -> tuple[list[_Edit], list[str]]:
    old = str(docstring.value)
    shape = _shape(module, target.node, docstring, old)
    value = old
    findings: list[str] = []
    for wanted in target.wanted:
        value, wrong = merged(value, wanted, shape, options)
        findings += wrong
    if value == old:
        return [], findings
    span = module.span(docstring)
    return [_Edit(span, literals.edited(module.slice(span), value, form))], findings


def _added(module: Module, target: Target, form: Form, options: Options) -> list[_Edit]:
    shape = Shape(_body_indent(module, target.node), _unit(module, target.node))
    value = ""
    for wanted in target.wanted:
        value, _ = merged(value, wanted, shape, options)
    if not value:
        return []
    first = target.node.body[0]
    decorators = first.decorator_list if isinstance(first, Owner) else []
    start = module.span(first).start
    if decorators:
        start = module.text.rindex("@", 0, module.span(decorators[0]).start)
    line_start = module.starts[module.position(start)[0] - 1]
    written = literals.literal(value, form)
    before = module.text[line_start:start]
    own_line = not before.strip() and not _is_continued(module, line_start)
    separator = f"{form.newline}{before}" if own_line else "; "
    return [_Edit(Span(start, start), written + separator)]


def _is_continued(module: Module, line_start: int) -> bool:
    return re.search(r"\\(?:\r\n|\r|\n)$", module.text[:line_start][-3:]) is not None


def _shape(module: Module, node: Owner, docstring: ast.Constant, value: str) -> Shape:
    unit = _unit(module, node)
    further = [line for line in value.split("\n")[1:] if line.strip()]
    if not further:
        return Shape(_body_indent(module, node, docstring), unit)
    margin = further[0]
    for line in further:
        while not line.startswith(margin) or margin.strip():
            margin = margin[:-1]
    return Shape(margin, unit)


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
    newline = NEWLINE.search(module.text)
    return Form(module.encoding, newline[0] if newline else "\n")


def _verify(module: Module, text: str) -> None:
    """Prove that nothing but docstrings changed, and that the file can still be read."""
    try:
        again = parse(module.path, module.encode(text))
    except UnicodeEncodeError as error:
        msg = f"its encoding, {module.encoding}, cannot hold the text: {error.reason}"
        raise RewritingError(msg) from error
    if not isinstance(again, Module) or again.text != text:
        msg = "the result could not be read again"
        raise RewritingError(msg)
    if _without_docstrings(again) != _without_docstrings(module):
        msg = "the result differs in more than docstrings"
        raise RewritingError(msg)


def _without_docstrings(module: Module) -> str:
    tree = ast.parse(module.text)
    for node in ast.walk(tree):
        if isinstance(node, Owner) and docstring_of(node) is not None:
            del node.body[0]
    return ast.dump(tree)
