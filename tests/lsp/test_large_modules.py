"""A large module that is being written holds nobody up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls")

from window import HEAD, MAIL, Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsp_client import LanguageServer

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")

FUNCTION = '''\
def function_{number}(first: int, second: str = "x", *, third: float = 1.0) -> dict[str, object]:
    """Do number {number}."""
    value = first * {number}
    for item in range(value):
        print(item, second, third, sep=", ")
    return {{"value": value, "second": second, "third": third}}


'''
LARGE = "".join(FUNCTION.format(number=number) for number in range(1_000)) + HEAD
HELP = "textDocument/signatureHelp"


class Typist:
    """Somebody who writes the last line of a module, and does not wait for answers."""

    def __init__(self, server: LanguageServer, path: Path) -> None:
        self.server = server
        self._uri = path.as_uri()
        self._version = 0
        self._document = {"uri": self._uri, "languageId": "python", "version": 0, "text": LARGE}
        server.tell("textDocument/didOpen", {"textDocument": self._document})

    def type(self, code: str) -> int:
        """Write a line instead of the one before, and ask for signature help at its end."""
        self._version += 1
        changed = {"uri": self._uri, "version": self._version}
        changes = [{"text": LARGE + code}]
        params = {"textDocument": changed, "contentChanges": changes}
        self.server.tell("textDocument/didChange", params)
        line, column = (LARGE + code).count("\n"), 4 + len(code)
        position = {"line": line, "character": column}
        where = {"textDocument": {"uri": self._uri}, "position": position}
        return self.server.start(HELP, where)

    def answers(self, last: int) -> dict[int, Any]:
        """Return the answers up to that to a request, by request."""
        found: dict[int, Any] = {}

        def is_last(message: dict[str, Any]) -> bool:
            if "method" not in message:
                assert "error" not in message
                found[message["id"]] = message["result"]
            return message.get("id") == last

        self.server.hear(is_last, HELP)
        return found


@pytest.fixture
def server(tmp_path: Path, start: Callable[..., LanguageServer]):
    """A server in a folder with a task."""
    (tmp_path / "mail.py").write_text(MAIL, encoding="utf-8")
    with start(tmp_path) as server:
        yield server
        assert server.log == []


def test_only_what_is_typed_last_is_answered(tmp_path: Path, server: LanguageServer):
    typist = Typist(server, tmp_path / "large.py")
    letters = "tasks.add_task(function_7, 1, third="
    requests = [typist.type(letters[:end]) for end in range(5, len(letters) + 1)]
    answers = typist.answers(requests[-1])
    assert list(answers) == requests
    shown = answers[requests[-1]]["signatures"][0]
    assert shown["label"].startswith("function_7(")
    assert shown["label"][slice(*shown["parameters"][2]["label"])] == "third: float = 1.0"
    assert shown["activeParameter"] == 2
    # Those before waited while the module was parsed: others had been asked by then.
    answered = [answer for answer in answers.values() if answer is not None]
    assert len(answered) < len(letters[letters.index("(") :]) / 2


@pytest.mark.full
def test_other_documents_are_answered_while_a_large_one_is_parsed(
    tmp_path: Path, server: LanguageServer
):
    window = Window(server, tmp_path)
    code = "tasks.add_task(send_email, ‸"
    assert window.signature(code).marked == "to: str"  # what it imports is known
    typist = Typist(server, tmp_path / "large.py")
    request = typist.type("tasks.add_task(function_7, ")
    # It is open: its answer would have been heard first if this one had waited for it.
    heard: list[dict[str, Any]] = []
    hear = server.hear

    def listen(wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        return hear(lambda message: heard.append(message) or wanted(message), what)

    server.hear = listen  # type: ignore[method-assign]
    assert window.signature(code).marked == "to: str"
    server.hear = hear  # type: ignore[method-assign]
    assert request not in [message.get("id") for message in heard if "method" not in message]
    assert typist.answers(request)[request]["signatures"][0]["activeParameter"] == 0
