"""What `typed-bg docs` does to the source of a docstring, and leaves of everything else."""

from __future__ import annotations

import ast
import codecs
from typing import TYPE_CHECKING

import pytest
from docs_runs import IMPORTS, docs, written
from hypothesis import given
from hypothesis import strategies as st

from typed_bg.docstrings.literals import Form, edited, evaluated, literal

if TYPE_CHECKING:
    from pathlib import Path

HEAD = IMPORTS + 'def f(x: Annotated[int, Doc("The x.")]):\n'
ENTRY = "\n\n    Args:\n        x: The x.\n    "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"""Do."""', f'"""Do.{ENTRY}"""'),
        ("'''Do.'''", f"'''Do.{ENTRY}'''"),
        ('"Do."', f'"""Do.{ENTRY}"""'),
        ("'Say \"x\".'", f'"""Say "x".{ENTRY}"""'),
        ('"Do" " it."', f'"""Do it.{ENTRY}"""'),
        ('("""Do."""  # why\n    )', f'("""Do.{ENTRY}"""  # why\n    )'),
        ('r"""Do \\d."""', f'r"""Do \\d.{ENTRY}"""'),
        ('R"Do \\d."', f'"""Do \\\\d.{ENTRY}"""'),
        ('u"""Do."""', f'u"""Do.{ENTRY}"""'),
        (
            '"""Caf\\xe9 \\\n  \\u2028 \\N{BULLET}.  """',
            f'"""Caf\\xe9 \\\n  \\u2028 \\N{{BULLET}}.{ENTRY}"""',
        ),
        ('""""""', '"""\n    Args:\n        x: The x.\n    """'),
        ('"""\n    Do.\n    """', f'"""\n    Do.{ENTRY}"""'),
        ('"""Do.\n\n    More."""', f'"""Do.\n\n    More.{ENTRY}"""'),
        ('"""Do.\n\n    More.\n\n\n    """; y = 1', f'"""Do.\n\n    More.{ENTRY}"""; y = 1'),
        (
            '"""Do.\n\n      More.\n    """',
            '"""Do.\n\n      More.\n\n      Args:\n          x: The x.\n    """',
        ),
    ],
)  # fmt: skip
def test_forms_of_docstrings(tmp_path: Path, before: str, after: str) -> None:
    rest = "\n    return '''  a\\\n'''  \n\n\n# end"
    result = written(tmp_path, f"{HEAD}    {before}{rest}")
    assert result == f"{HEAD}    {after}{rest}"


def test_tabs(tmp_path: Path) -> None:
    source = HEAD + '\t"""Do."""\n'
    assert written(tmp_path, source) == HEAD + '\t"""Do.\n\n\tArgs:\n\t\tx: The x.\n\t"""\n'


def test_two_columns(tmp_path: Path) -> None:
    source = HEAD + '  """Do."""\n'
    assert written(tmp_path, source) == HEAD + '  """Do.\n\n  Args:\n    x: The x.\n  """\n'


def test_on_the_line_of_def(tmp_path: Path) -> None:
    assert written(tmp_path, HEAD[:-1] + ' "Do."') == f'{HEAD[:-1]} """Do.{ENTRY}"""'


def test_windows_newlines_and_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    source = HEAD + '    """Do é.\n\n    More.\n    """\n    y = "é"\n'
    path.write_bytes(codecs.BOM_UTF8 + source.replace("\n", "\r\n").encode())
    assert docs(path).code == 0
    expected = source.replace("More.\n    ", f"More.{ENTRY}").replace("\n", "\r\n")
    assert path.read_bytes() == codecs.BOM_UTF8 + expected.encode()
    assert docs("--check", path).code == 0


def test_an_encoding_that_lacks_characters(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    head = "# coding: latin-1\n" + IMPORTS
    source = head + 'def f(x: Annotated[int, Doc("\\u2192 é")]):\n    """Dö."""\n'
    path.write_bytes(source.encode("latin-1"))
    assert docs(path).code == 0
    expected = source.replace('Dö."', 'Dö.\n\n    Args:\n        x: \\u2192 é\n    "')
    assert path.read_bytes() == expected.encode("latin-1")
    assert docs("--check", path).code == 0


def test_a_raw_docstring_that_cannot_hold_the_text(tmp_path: Path) -> None:
    head = IMPORTS + 'def f(x: Annotated[int, Doc(\'\\x07 """\')]):\n'
    result = written(tmp_path, head + '    r"""Do \\d."""\n')
    entry = ENTRY.replace("The x.", '\\x07 \\"\\"\\"')
    assert result == f'{head}    """Do \\\\d.{entry}"""\n'


TEXTS = st.text(
    st.one_of(
        st.sampled_from("\\\"'\n\r\t\f\0\x7f\x85 {}Nxu0'é→😀\u2028\ud800"),
        st.characters(exclude_categories=[]),
    )
)
ENCODINGS = st.sampled_from(["utf-8", "ascii", "latin-1"])
FORMS = st.builds(Form, ENCODINGS, st.sampled_from(["\n", "\r\n"]))


@given(TEXTS, FORMS)
def test_a_new_literal_has_its_value(value: str, form: Form) -> None:
    source = literal(value, form)
    assert ast.literal_eval(source) == value
    source.encode(form.encoding)


@given(
    TEXTS,
    TEXTS,
    FORMS,
    st.sampled_from(['"""', "'''", '"', "'"]),
    st.sampled_from(["", "r"]),
)
def test_an_edited_literal_has_its_value(
    body: str, value: str, form: Form, quote: str, prefix: str
) -> None:
    source = f"{prefix}{quote}{body}{quote}"
    old = evaluated(source)
    if old is None or "\0" in source or "\r" in source:
        return
    for new in (value, old + value, value + old, old[:3] + value + old[3:]):
        result = edited(source, new, form)
        assert evaluated(result) == new
        result.encode(form.encoding)
