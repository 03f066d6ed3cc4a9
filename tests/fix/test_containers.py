"""Celery calls get the arguments of their tasks one by one, and send the same messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from fix_runs import fix, unchecked
from support.check_command import write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_HEAD = """\
from celery import Celery, shared_task
from celery.app.task import Task

app = Celery("shop")
OPTIONS = {"countdown": 1}


@shared_task
def send(to: str, *, n: int = 0) -> None: ...


@shared_task(bind=True)
def bound(self: Task, to: str, n: int = 0) -> None: ...


@app.task
def of_app(to: str, n: int = 0) -> None: ...


def handler(values: tuple[str], names: dict[str, int]) -> None:
"""
_FIXED = {
    'send.apply_async(args=("a",), kwargs={"n": 1}, countdown=1)': (
        'send.si("a", n=1).apply_async(countdown=1)'
    ),
    "send.apply_async(('b',))": "send.delay('b')",
    'send.apply_async(\n        ["c"],\n        kwargs={"n": 1},\n    )': 'send.delay("c", n=1)',
    'send.apply_async(["d"], kwargs=dict_of)': "",
    'send.apply_async(\n        ["e"],\n        kwargs={"n": 1},\n        queue="q",  # q\n    )': (
        'send.si("e", n=1).apply_async(\n        queue="q",  # q\n    )'
    ),
    'send.apply_async(kwargs={"to": "f", "n": 2}, link=send.si("x"))': (
        'send.si(to="f", n=2).apply_async(link=send.si("x"))'
    ),
    'send.apply_async(("g",), None, expires = 3, )': 'send.si("g").apply_async(expires = 3, )',
    'send.apply(("h",), {"n": 2})': 'send.si("h", n=2).apply()',
    "send.apply_async(values)": "",
    'send.apply_async(["l"], queue="q",  # q\n        kwargs={})': "",
    'send.apply_async(("i",), names)': "",
    'send.apply_async(("j",), **OPTIONS)': "",
    'send.apply_async(("k",  # why\n    ))': "",
    'send.apply_async(("l",), {"if": 1})': "",
    "send.apply_async((3,), countdown=2)": "",  # wrong
    'of_app.apply_async(("m", 1), countdown=1)': "",  # its type has no parameters
}


@pytest.mark.full
def test_only_literal_arguments_of_typed_tasks(tmp_path: Path) -> None:
    before = _HEAD.replace("def handler(", "dict_of = {'n': 1}\n\n\ndef handler(")
    text = before + "".join(f"    {call}\n" for call in _FIXED)
    root = write(tmp_path, {"app.py": text})
    options = ("--family", "celery", "--checker", "ty")
    assert fix(root, *options)["fixes"] == []
    result = fix(root, "--unsafe", "--write", *options)
    assert {each["reason"] for each in result["fixes"]} == {"argument-container"}
    after = before + "".join(f"    {new or call}\n" for call, new in _FIXED.items())
    assert (root / "app.py").read_text("utf-8") == after
    whys = " ".join(each["why"] for each in result["rejected"])
    assert "only a tuple" in whys
    assert "Expected `str`, found `Literal[3]`" in whys
    assert "check more calls" in whys
    assert fix(root, "--unsafe", *options)["fixes"] == []


@pytest.mark.full
def test_a_bound_task(tmp_path: Path) -> None:
    """ty does not know the parameters of its methods."""
    text = f'{_HEAD}    bound.apply_async(("a", 1), countdown=1)\n'
    root = write(tmp_path, {"app.py": text})
    options = ("--unsafe", "--family", "celery")
    assert fix(root, *options, "--checker", "ty")["fixes"] == []
    assert len(fix(root, *options, "--write", "--checker", "pyright")["fixes"]) == 1
    expected = f'{_HEAD}    bound.si("a", 1).apply_async(countdown=1)\n'
    assert (root / "app.py").read_text("utf-8") == expected
    assert unchecked(root, "--family", "celery", "--checker", "pyright") == []


@pytest.mark.parametrize("kind", ["app", "bound"])
def test_the_same_message_is_sent(kind: str) -> None:
    app = Celery("shop", broker="memory://")

    def send(to: str, *, n: int = 0) -> None: ...
    def bound(self: Any, to: str, *, n: int = 0) -> None: ...

    task = app.task(bind=True)(bound) if kind == "bound" else app.task(send)
    before = [
        _sent(app, lambda: task.apply_async(("a",), {"n": 1}, countdown=9, priority=3)),
        _sent(app, lambda: task.apply_async(("a",), {"n": 1})),
    ]
    after = [
        _sent(app, lambda: task.si("a", n=1).apply_async(countdown=9, priority=3)),
        _sent(app, lambda: task.delay("a", n=1)),
    ]
    assert before == after
    assert before[0][1:] == (True, 3)


def _sent(app: Celery, send: Any) -> tuple[Any, bool, int]:
    """Return the arguments in the message that is sent, and its options."""
    send()
    with app.connection_for_read() as connection:
        message = connection.default_channel.basic_get("celery", no_ack=True)
    assert message is not None
    return message.decode(), message.headers["eta"] is not None, message.properties["priority"]
