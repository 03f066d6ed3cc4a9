"""Every message of the package is in one file, whose diff shows each change of one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from support.message_texts import TEXTS, message_texts, quoted_texts, rows_of, written

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SOURCE = '''
"""The docstring of a module."""
def send(to: Annotated[str, Doc("Whom to write to.")]):
    """The docstring of a function."""
    code = "from some import thing"
    raise ValueError(f"{to} is not an address: write a name", "a message "
                     "in two parts", "two words", "un-pro-be-able", "{} is not an address")
'''


def test_messages_are_those_of_the_file() -> None:
    hint = "run `python tests/support/message_texts.py --accept`, and review the difference"
    assert written() == TEXTS.read_text("utf-8"), hint


def test_a_message_is_a_literal_of_three_words_that_documents_nothing() -> None:
    assert message_texts(SOURCE) == [
        "{...} is not an address: write a name",
        "a message in two parts",
        "{} is not an address",
    ]


def test_no_test_quotes_a_message() -> None:
    tables = tomllib.loads(TEXTS.read_text("utf-8"))
    known = rows_of(text for table in tables.values() for text in table["texts"])
    folder = Path(__file__).parent
    quoted = [
        f"{path.relative_to(folder).as_posix()}:{line}: {words}"
        for path in sorted(folder.rglob("*.py"))
        for line, words in quoted_texts(path.read_text("utf-8"), known)
    ]
    hint = (
        "These tests would fail if someone improved the wording. Compare a rule, a reason code, "
        "another field, or the values that the message names; if only the message tells two "
        "outcomes apart, quote fewer words. The whole texts are in tests/message_texts.toml."
    )
    assert not quoted, "\n".join([hint, *quoted])


@pytest.mark.parametrize(
    ("literal", "quoted"),
    [
        ("'x is not an address: write a name'", "is not an address write"),
        ("f'{x} is not an address: {y}'", None),
        ("f'{x} Is Not (an `address`, write {y}'", "is not an address write"),
        ("'is not an address:' + 'write a name'", None),
        ("'is not an address:\\nwrite a name'", None),
        ("'import is_not\\nis not an address: write'", None),
    ],
)
def test_a_quote_is_five_words_in_a_row(literal: str, quoted: str | None) -> None:
    known = rows_of(["{...} is not an address: write a name"])
    found = quoted_texts(f"\nx = {literal}\n", known)
    assert found == ([] if quoted is None else [(2, quoted)])
