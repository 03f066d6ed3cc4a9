"""Over generated functions: a second run changes nothing, and nothing but docstrings changes."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import griffe
from hypothesis import given
from hypothesis import strategies as st

from typed_bg._source.module import Module, parse
from typed_bg.docstrings.merge import Options
from typed_bg.docstrings.names import Modules
from typed_bg.docstrings.rewrite import rewritten

if TYPE_CHECKING:
    from typed_bg.docstrings.rewrite import Rewritten

HEAD = "from typing import Annotated\nfrom typing_extensions import Doc\n\n"
NAMES = ["a", "b", "name", "x1", "ünï"]

WORDS = st.sampled_from(
    ["The", "value", "of", "it.", "e.g.", "Why?", "`x`", '"""', "\\d", "→", "a:", "b (int):", ":"]
)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    LINES,
    st.sampled_from(
        [
            *("", "", "- one", "* two", "1. three", "    code", "```", "~~~~", "# Title", "---"),
            *("Returns:", "Args:", "Parameters", "----------", ":param x: Hm.", "\ttab"),
            *("Example:", "a: no", ">>> f()"),
        ]
    ),
)
TEXTS = st.lists(BLOCKS, min_size=1, max_size=6).map("\n".join)
SECTIONS = st.sampled_from(
    [
        "Returns:\n    One.",
        "Raises:\n    ValueError: No.",
        "Example:\n    >>> f()",
        "## Examples\n\nOne.",
        "Returns\n-------\nint\n    One.",
        ":returns: One.",
        "Note:\n    Mind.",
        "```\nArgs:\n    a: no\n```",
    ]
)


@dataclass(frozen=True)
class Case:
    """A generated module.

    Attributes:
        source: Its text.
        docs: What its `Doc()`s say.
        by_hand: Lines about parameters without `Doc` that its docstring has.
    """

    source: str
    docs: dict[str, str]
    by_hand: tuple[str, ...]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    docs = {name: draw(TEXTS) for name in names if draw(st.booleans())}
    parameters = [
        f"{name}: Annotated[int, Doc({docs[name]!r})]" if name in docs else name for name in names
    ]
    kind = draw(st.sampled_from(["", "*, ", "*rest, "]))
    entries = draw(st.lists(st.sampled_from(names), unique=True))
    told = {name: draw(LINES) for name in entries}
    by_hand = tuple(f"{name}: {text}" for name, text in told.items() if name not in docs)
    paragraphs = ["Do.", *draw(st.lists(LINES, max_size=2))]
    if entries:
        title = draw(st.sampled_from(["Args:", "Arguments:"]))
        lines = [f"    {name}: {text}" for name, text in told.items()]
        paragraphs.append("\n".join([title, *lines]))
    paragraphs += draw(st.lists(SECTIONS, max_size=2))
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    body = "\n\n".join(paragraphs)
    if len(paragraphs) > 1 and draw(st.booleans()):
        body += "\n"
    inner = "\n".join(f"{indent}{line}" if line else "" for line in body.split("\n"))
    inner = inner.removeprefix(indent) + (indent if body.endswith("\n") else "")
    quoted = inner.replace("\\", "\\\\").replace('"', '\\"')
    signature = f"def f({kind}{', '.join(parameters)})"
    source = f'{HEAD}{signature}:\n{indent}"""{quoted}"""\n{indent}return 1  # end'
    return Case(source, docs, by_hand)


def run(source: str, options: Options) -> tuple[Module, Rewritten]:
    module = parse(Path("nowhere", "module.py"), source.encode())
    assert isinstance(module, Module)
    return module, rewritten(module, Modules(), options)


STYLES = st.sampled_from(["google", "sphinx", "numpy"])
OPTIONS = st.builds(Options, STYLES, overwrite=st.booleans(), add_docstrings=st.booleans())


@given(cases(), OPTIONS, st.sampled_from(["\n", "\r\n"]))
def test_a_second_run_changes_nothing(case: Case, options: Options, newline: str) -> None:
    module, first = run(case.source.replace("\n", newline), options)
    again, second = run(first.text, options)
    assert second.text == first.text
    assert second.findings == first.findings
    before, after = (ast.parse(each.text).body[-1] for each in (module, again))
    assert isinstance(before, ast.FunctionDef)
    assert isinstance(after, ast.FunctionDef)
    start, end = module.span(before.body[0])
    assert first.text.startswith(module.text[:start])
    assert first.text.endswith(module.text[end:])
    assert ast.dump(before.args) == ast.dump(after.args)
    value = ast.get_docstring(after) or ""
    for line in case.by_hand:
        assert line in value


@given(cases())
def test_an_independent_reader_finds_what_doc_says(case: Case) -> None:
    _, result = run(case.source, Options(overwrite=True))
    assert result.findings == ()
    tree = ast.parse(result.text).body[-1]
    assert isinstance(tree, ast.FunctionDef)
    docstring = griffe.Docstring(ast.get_docstring(tree) or "")
    found = {
        each.name: each.description.split()
        for section in docstring.parse("google", warnings=False)
        if isinstance(section, griffe.DocstringSectionParameters)
        for each in section.value
    }
    for name, text in case.docs.items():
        words = inspect.cleandoc(text).split()
        if words:
            assert found[name] == words
