"""Whatever is typed, each request gets an answer, and nothing is an internal error."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

import fastapi.background
import fastapi.routing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from window import CURSOR, HEAD

if TYPE_CHECKING:
    from window import Window

pytestmark = pytest.mark.xdist_group("lsp")

# Real files of the kinds that people edit: calls and parameters with `Doc`, decorators, a package.
TEXTS = [
    HEAD + "tasks.add_task(send_email, 'a', subject='b')\n    tasks.add(google)(1, b='😋')\n",
    Path(str(inspect.getsourcefile(fastapi.background))).read_text("utf-8"),
    inspect.getsource(fastapi.routing.APIRoute),
]
PIECES = st.sampled_from(
    [
        *("(", ")", "[", "{", "'", '"""', "\\", "#", ",", "=", ".", "*", "**", ":", "@", "\n"),
        *("\r\n", "\r", "\f", "\t", "    ", "\u2028", "\0", "😋", "é", "e\u0301"),
        *("tasks.add_task(", "tasks.add(mail.send_email)(", "mail.", "retries=", "lambda: ("),
        *(
            "def f(",
            "class C:",
            "async ",
            "await ",
            "from mail import ",
            "match x:\n case {",
            "f'{",
        ),
        *(
            'Annotated[str, Doc("',
            "send_email(to=",
            "functools.partial(send_email, ",
            "x: T @ Doc(",
        ),
    ]
)
EDITS = st.lists(
    # Where, how many characters go, and what comes instead.
    st.tuples(st.floats(0, 1), st.integers(0, 30), PIECES | st.text(max_size=4)),
    min_size=1,
    max_size=6,
)
ASKED = st.lists(
    st.tuples(
        st.sampled_from(["hover", "signatureHelp", "completion", "codeAction"]),
        st.sampled_from(["edit", "end", "beyond the line", "beyond the end", "start"]),
    ),
    min_size=1,
    max_size=4,
)


def edited(text: str, edits: list[tuple[float, int, str]]) -> tuple[str, int]:
    """Apply edits, and return where the last one ends."""
    end = 0
    for share, removed, added in edits:
        start = int(share * len(text))
        text = text[:start] + added + text[start + removed :]
        end = start + len(added)
    # JSON cannot carry half of a pair, and no editor sends it.
    return text.encode("utf-8", "replace").decode("utf-8"), end


def position(text: str, offset: int) -> dict[str, int]:
    """Return the position of a character, in UTF-16, with three kinds of newlines."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    width = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
    return {"line": before.count("\n"), "character": width}


@given(text=st.sampled_from(TEXTS), edits=EDITS, asked=ASKED, crlf=st.booleans())
@settings(
    max_examples=max(20, settings.default.max_examples // 10),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_request_is_answered(
    window: Window,
    text: str,
    edits: list[tuple[float, int, str]],
    asked: list[tuple[str, str]],
    crlf: bool,  # noqa: FBT001
) -> None:
    assert CURSOR not in text
    text, end = edited(text.replace("\n", "\r\n") if crlf else text, edits)
    uri = (window.folder / "fuzzed.py").as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": TEXTS[0]}
    window.server.tell("textDocument/didOpen", {"textDocument": document})
    changed = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]}
    window.server.tell("textDocument/didChange", changed)
    here = position(text, end)
    places = {
        "edit": here,
        "end": position(text, len(text)),
        "beyond the line": {**here, "character": here["character"] + 10_000},
        "beyond the end": {"line": here["line"] + 100_000, "character": 3},
        "start": {"line": 0, "character": 0},
    }
    for method, place in asked:
        params = {"textDocument": {"uri": uri}, "position": places[place]}
        if method == "codeAction":
            span = {"start": places[place], "end": places[place]}
            params = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": []}}
        answer = window.server.ask(f"textDocument/{method}", params)
        assert answer is None or isinstance(answer, (dict, list))
    window.server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert [entry for entry in window.server.log if "internal error" in entry] == []
