"""Signature help inside the call of a forwarder shows the parameters of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls")

from window import HEAD

if TYPE_CHECKING:
    from window import Window

# One server answers them all, in this order.
pytestmark = pytest.mark.xdist_group("lsp")

SEND = "send_email(to: str, subject: str, *, retries: int = 3) -> None"
TO = "The address that gets the email."


@pytest.mark.parametrize(
    ("code", "signature", "marked", "documentation"),
    [
        ("tasks.add_task(send_email, ‸", SEND, "to: str", TO),
        ("tasks.add_task(send_email,‸\n    return {'a': 1}\n", SEND, "to: str", TO),
        ("tasks.add_task(\n        send_email,\n        ‸\n    )\n", SEND, "to: str", TO),
        ("tasks.add_task(send_email, ‸)", SEND, "to: str", TO),
        ("tasks.add_task(mail.send_email, 'a', ‸", SEND, "subject: str", "The email's first line."),
        ("tasks.add_task(func=send_email, to=‸", SEND, "to: str", TO),
        ("tasks.add_task(send_email, 'a, b(', [1, (2, 3)], retries=‸", SEND, "retries: int = 3",
         "How often a failed delivery is tried again."),
        ("tasks.add_task(send_email, subject='', ‸", SEND, "to: str", TO),
        ("tasks.add(send_email)(‸", SEND, "to: str", TO),
        ("tasks.add(send_email, name='x')('a', ‸", SEND, "subject: str", "The email's first line."),
        ("step = tasks.add(send_email)\n    step(‸", SEND, "to: str", TO),
        ("add = tasks.add_task\n    add(send_email, ‸", SEND, "to: str", TO),
        ("theirs.add_task(send_email, ‸", SEND, "to: str", TO),
        ("q.background_tasks.add_task(send_email, ‸", SEND, "to: str", TO),
        ("BackgroundTasks.add_task(tasks, send_email, ‸", SEND, "to: str", TO),
        ("BackgroundTask(send_email, ‸", SEND, "to: str", TO),
        ("await asyncio.to_thread(send_email, ‸", SEND, "to: str", TO),
        ("await anyio.to_thread.run_sync(send_email, ‸", SEND, "to: str", TO),
        ("asyncio.get_event_loop().run_in_executor(None, send_email, ‸", SEND, "to: str", TO),
        ("queue_of.put(send_email, ‸", SEND, "to: str", TO),
        ("queue_of.put('mail:send_email', ‸", SEND, "to: str", TO),
        ("tasks.add_task(bound, ‸", "send_email(subject: str) -> None", "subject: str",
         "The email's first line."),
        ("tasks.add_task(functools.partial(send_email, 'a'), ‸",
         "send_email(subject: str, *, retries: int = 3) -> None", "subject: str",
         "The email's first line."),
        ("tasks.add_task(google, 1, ‸", 'google(a: int, b: str = "x") -> None', 'b: str = "x"',
         "The second one,\non two lines."),
        ("tasks.add_task(numpy, ‸", 'numpy(a: int, b: str = "x") -> None', "a: int",
         "The first one."),
        ("tasks.add_task(sphinx, 1, ‸", 'sphinx(a: int, b: str = "x") -> None', 'b: str = "x"',
         "The second one."),
        ("tasks.add_task(alias, ‸", 'alias(to: Address, n: "int | None" = None) -> None',
         "to: Address", "An address with an @."),
        ("tasks.add_task(decorated, ‸", 'decorated(a: int, b: str = "x") -> None', "a: int", ""),
        ("tasks.add_task(keywords, ‸", 'keywords(*, a: int, b: str = "x") -> None', "a: int", ""),
        ("theirs.add_task(‸",
         "add_task(func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None",
         "func: Callable[P, Any]", ("The function to call after the response is sent."
         "\n\nIt can be a regular `def` function or an `async def` function.")),
        ("tasks.add_task(either, '', ‸", "either(a: str, b: int) -> None", "b: int", ""),
        ("tasks.add_task(Mailer, ‸", "Mailer(host: str, *, port: int = 25)", "host: str",
         "The server's name."),
        ("tasks.add_task(Mailer, port=‸", "Mailer(host: str, *, port: int = 25)",
         "port: int = 25", "The server's port."),
        ("tasks.add_task(mailer.send, ‸", 'send(to: str, subject: str = "") -> None', "to: str",
         ""),
        ("tasks.add_task(Mailer.make, ‸", "make(x: int) -> None", "x: int", ""),
        ("tasks.add_task(Mailer.static, ‸", "static(x: int) -> None", "x: int", ""),
        ("tasks.add_task(mailer, ‸", "Mailer(letter: bytes)", "letter: bytes", ""),
        ("tasks.add_task(Letter, ‸", 'Letter(to: str, body: str = "")', "to: str",
         "Who gets it."),
        ("tasks.add_task(short, ‸", "short(to: str, n: int = 1) -> None", "to: str",
         "In the short form."),
    ],
)  # fmt: skip
def test_the_parameters_of_the_target(window: Window, code, signature, marked, documentation):
    answer = window.signature(code)
    assert (answer.code, answer.marked, answer.marked_prose) == (signature, marked, documentation)


@pytest.mark.parametrize(
    ("code", "signature", "marked", "documentation"),
    [
        ("tasks.add_task(send_email if email else google, ‸", SEND, "to: str", TO),
        ("tasks.add_task(google or send_email, 1, subject=‸", SEND, "subject: str",
         "The email's first line."),
        ("tasks.add_task((send_email), ‸", SEND, "to: str", TO),
        ("tasks.add_task(send_email, # (see\n        'a', # to\n        ‸\n        )\n", SEND,
         "subject: str", "The email's first line."),
        ("str(print(tasks.add_task(send_email, *q, retries=‸", SEND, "retries: int = 3",
         "How often a failed delivery is tried again."),
        ("tasks.add_task(logging.getLogger().info, ‸",
         ("info(msg: object, *args: object, exc_info: _ExcInfoType = None, stack_info: bool = False"
          ", stacklevel: int = 1, extra: Mapping[str, object] | None = None) -> None"),
         "msg: object", ""),
        ("tasks.add_task(Path('x').unlink, ‸", "unlink(missing_ok: bool = False) -> None",
         "missing_ok: bool = False", ""),
        ("tasks.add_task(models.cached, ‸", "cached(a: int) -> None", "a: int", ""),
        ("tasks.add_task(models.single, 1, ‸", 'single(a: int, b: str = "") -> None',
         'b: str = ""', ""),
        ("tasks.add_task(models.Store().load, ‸", "load(key: int) -> None", "key: int",
         "The key."),
        ("tasks.add_task(models.Base, ‸",
         'Base(a: int, b: str = "x", c: list[int] = ..., *, d: int = 0)', "a: int", ""),
        ("tasks.add_task(models.Derived, 1, 'b', [], ‸",
         'Derived(a: int, b: str = "y", c: list[int] = ..., e: int = 1, *, d: int = 0)',
         "e: int = 1", "The e."),
        ("tasks.add_task(functools.partial(models.Base, 1, d=2), ‸",
         'Base(b: str = "x", c: list[int] = ...)', 'b: str = "x"', ""),
        ("tasks.add_task(models.Keywords, ‸", "Keywords(b: int, *, a: int)", "b: int", ""),
        ("tasks.add_task(models.Own, ‸", "Own(text: str)", "text: str", ""),
        ("tasks.add_task(models.Attrs, 1, y=‸", 'Attrs(x: int, *, y: str = "a")',
         'y: str = "a"', ""),
        ("tasks.add_task(models.Model, age=‸",
         'Model(*, name: str, age: int = 3, tag: str = "x")', "age: int = 3", "The age."),
        ("tasks.add_task(models.Larger, much=‸",
         'Larger(*, name: str, age: int = 3, tag: str = "x", much: int)', "much: int", ""),
        ("tasks.add_task(models.Explicit, ‸", "Explicit(text: str, **data: object)",
         "text: str", ""),
        ("tasks.add_task(models.Point, ‸", "Point(x: int, y: int = 0)", "x: int", "The x."),
        ("tasks.add_task(models.Point, 1, ‸", "Point(x: int, y: int = 0)", "y: int = 0",
         "The y."),
        ("tasks.add_task(models.Named, y=‸", "Named(x: int, y: int = 0)", "y: int = 0",
         "The y."),
        ("tasks.add_task(models.Point(1).moved, ‸", 'moved(by: int) -> "Point"', "by: int", ""),
        ("tasks.add_task(models.Pair, 1, ‸", "Pair(left, right=1)", "right=1", ""),
        ("tasks.add_task(models.Triple, 1, ‸", "Triple(one: int, two: str, three: bytes)",
         "two: str", ""),
        ("tasks.add_task(models.Options, retries=‸", "Options(*, to: str, retries: int)",
         "retries: int", "How often."),
        ("tasks.add_task(models.MoreOptions, copies=‸",
         ("MoreOptions(*, to: str, retries: int, subject: str = ..., size: int"
          ", copies: int = ...)"), "copies: int = ...", "How many."),
        ("tasks.add_task(models.Short, b=‸", "Short(*, a: int, b: str = ...)", "b: str = ...",
         ""),
        ("tasks.add_task(models.fetch, '', ‸", "fetch(a: str, b: int) -> None", "b: int", ""),
        ("tasks.add_task(models.Client().get, '', ‸", "get(a: str, b: int) -> None", "b: int",
         ""),
        ("tasks.add_task(functools.partial(send_email, *email), ‸", SEND, "", ""),
        ("tasks.add_task(functools.partial(send_email, *email), retries=‸", SEND,
         "retries: int = 3", "How often a failed delivery is tried again."),
        ("tasks.add_task(functools.partial(send_email, 'a', *email), ‸",
         "send_email(subject: str, *, retries: int = 3) -> None", "", ""),
        ("tasks.add_task(functools.partial(send_email, **q), ‸", SEND, "to: str", TO),
        ("tasks.add_task(functools.partial(send_email, **q), retries=‸", SEND,
         "retries: int = 3", "How often a failed delivery is tried again."),
    ],
)  # fmt: skip
def test_what_people_pass(window: Window, code, signature, marked, documentation):
    head = HEAD.replace("import mail\n", "import mail\nimport models\n")
    answer = window.signature(code, head)
    assert (answer.code, answer.marked, answer.marked_prose) == (signature, marked, documentation)


def test_a_named_tuple_with_its_own_new(window: Window):
    """Its fields are not its parameters, and which they are is not known."""
    head = HEAD.replace("import mail\n", "import mail\nimport models\n")
    answer = window.signature("theirs.add_task(models.Text, ‸", head)
    assert answer.code.startswith("add_task(func: ")


@pytest.mark.parametrize(
    "target", ["lambda: send_email", "not send_email", "await send_email", "[send_email][0]"]
)
def test_a_target_that_is_another_expression(window: Window, target):
    """The method's own signature is shown, not that of the last name in the expression."""
    assert window.signature(f"theirs.add_task({target}, ‸").code.startswith("add_task(func: ")


@pytest.mark.parametrize(
    "code",
    [
        "print(‸",
        "tasks.add_task(send_email, str(‸",
        "tasks.add_task(send_email, 'a')‸",
        "tasks.add_task(send_email, 'a'  # then (‸",
        "q.add_task(send_email, ‸",
        "def f(‸",
        "(‸",
    ],
)
def test_no_answer_elsewhere(window: Window, code):
    assert window.signature(code).code == ""


def test_a_call_of_what_is_documented_with_doc(window: Window):
    answer = window.signature("send_email('a', ‸")
    assert (answer.code, answer.marked) == (SEND, "subject: str")
    assert answer.marked_prose == "The email's first line."


def test_the_functions_of_fastapi(window: Window):
    answer = window.signature("fastapi.FastAPI(title=‸")
    assert answer.marked == 'title: str = "FastAPI"'
    assert answer.marked_prose.startswith("The title of the API.")
    answer = window.signature("fastapi.Query(‸")
    assert answer.marked_prose.startswith("Default value if the parameter field is not set.")
