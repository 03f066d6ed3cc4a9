"""Every message of the package is in one file, whose diff shows each change of one."""

from __future__ import annotations

from support.message_texts import TEXTS, message_texts, written

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
