"""Hover documents keyword arguments and `Doc`; completion offers the target's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

if TYPE_CHECKING:
    from window import Window

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")

RETRIES = "How often a failed delivery is tried again."


@pytest.mark.parametrize(
    ("code", "shown", "documentation"),
    [
        ("tasks.add_task(send_email, 'a', 'b', retr‸ies=2)", "retries: int = 3", RETRIES),
        ("tasks.add_task(send_email, ret‸ries=", "retries: int = 3", RETRIES),
        ("tasks.add(send_email)('a', 'b', retries‸=2)", "retries: int = 3", RETRIES),
        ("send_email('a', 'b', ‸retries=2)", "retries: int = 3", RETRIES),
        ("google(‸a=1)", "a: int", "The first one."),
        ("google(1, ‸b='c')", 'b: str = "x"', "The second one,\non two lines."),
        ("mailer.send(su‸bject='')", 'subject: str = ""', ""),
        ("Mailer('', po‸rt=3)", "port: int = 25", "The server's port."),
        ("Letter(t‸o='')", "to: str", "Who gets it."),
        ("tas‸ks.add_task(google)", "tasks: CheckedBackgroundTasks",
         "Background tasks that run after the response is sent, checked when they are added."),
    ],
)  # fmt: skip
def test_hover(window: Window, code, shown, documentation):
    answer = window.hover(code)
    assert (answer.code, answer.prose) == (shown, documentation)


def test_hover_on_the_injected_parameter(window: Window):
    answer = window.hover("def f(ta‸sks: BackgroundTasks): ...", "from typed_bg.fastapi import *\n")
    assert answer.code == "tasks: CheckedBackgroundTasks"
    assert answer.prose.startswith("Background tasks that run after the response is sent")


def test_hover_on_a_parameter_of_a_function(window: Window):
    head = "from annotated_doc import Doc as D\nfrom typing import Annotated as A\n"
    answer = window.hover("def f(x: A[int, D('An *x*.')]):\n    return ‸x + 1\n", head)
    assert (answer.code, answer.prose) == ("x: int", "An *x*.")


def test_hover_on_what_is_documented_with_doc(window: Window):
    assert window.hover("send_‸email").prose == (
        "- `to`: The address that gets the email.\n\n"
        "- `subject`: The email's first line.\n\n"
        f"- `retries`: {RETRIES}"
    )
    assert window.hover("Mail‸er").prose == "- `port`: The server's port."
    # Its first character is as good as another, also where another token ends.
    assert window.hover("fastapi.‸Query(") == window.hover("fastapi.Que‸ry(")
    query = window.hover("fastapi.Que‸ry(").prose
    assert query.startswith("- `default`: Default value if the parameter field is not set.")
    assert "\n  [FastAPI docs " in query  # a link in the second line of a parameter's text
    title = window.hover("fastapi.FastAPI(tit‸le='')")
    assert title.code == 'title: str = "FastAPI"'
    assert title.prose.startswith("The title of the API.\n\nIt will be added")


@pytest.mark.parametrize(
    "code",
    [
        "goo‸gle",  # its docstring has everything, and other servers show it
        "tasks.add_ta‸sk(google)",
        "ema‸il",
        "x == ema‸il",
        "‸",
        "1 + ‸",
        "miss‸ing",
    ],
)
def test_no_hover_elsewhere(window: Window, code):
    assert window.ask("hover", code) is None


@pytest.mark.parametrize(
    ("code", "labels"),
    [
        ("tasks.add_task(send_email, ‸", ["to=", "subject=", "retries="]),
        ("tasks.add_task(send_email, 'a', 'b', ret‸)", ["retries="]),
        ("tasks.add_task(send_email, 'a', retries=1, s‸)", ["subject="]),
        ("tasks.add_task(send_email, s‸, retries=1)", ["to=", "subject="]),
        ("tasks.add(send_email)('a', ‸", ["subject=", "retries="]),
        ("tasks.add_task(either, '', ‸", ["b="]),
        ("tasks.add_task(send_email, 'a'‸", []),
        ("tasks.add_task(send_email, email.‸", []),
        ("tasks.add_task(send_email, retries=‸", []),
        ("tasks.add_task(send_email, *‸", []),
        ("tasks.add_task(‸", []),
        ("anyio.to_thread.run_sync(send_email, ‸", []),  # passes no keyword arguments on
        ("print(‸", []),
    ],
)
def test_completion(window: Window, code, labels):
    assert sorted(window.offered(code)) == sorted(labels)


def test_completion_shows_type_and_documentation(window: Window):
    item = window.offered("tasks.add_task(send_email, ret‸")["retries="]
    assert item["detail"] == "retries: int = 3"
    assert item["documentation"] == {"kind": "markdown", "value": RETRIES}
