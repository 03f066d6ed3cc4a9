"""What a person wants to see in an editor, and where."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

import fastapi
from editor_answers import Answer, Place, plain

from typed_bg import BackgroundTasks
from typed_bg.fastapi import CheckedBackgroundTasks

if TYPE_CHECKING:
    from collections.abc import Callable

Part = Literal["code", "prose", "marked", "marked_prose"]


@dataclass(frozen=True)
class Question:
    """Something to see at a place."""

    name: str
    wanted: str
    place: Place
    part: Part
    """Where in the answer it is looked for."""
    texts: tuple[str, ...]

    def is_seen(self, answer: Answer) -> bool:
        """Whether the answer shows it."""
        text: str = getattr(answer, self.part)
        if self.part == "prose" and self.place.kind == "signature help":
            text = f"{text} {answer.marked_prose}"  # somewhere in the answer
        shown = plain(text)
        if self.part == "marked":
            return shown.partition(":")[0] in self.texts
        return all(text in shown for text in self.texts)

    def is_seen_together(self, theirs: Answer, ours: Answer) -> bool:
        """Whether it is shown if `typed-bg lsp` runs next to a server.

        Editors show all hovers and completions, but one signature at a time: here ours, if there is
        one.
        """
        if self.place.kind == "signature help":
            return self.is_seen(ours if ours.code else theirs)
        return self.is_seen(ours) or self.is_seen(theirs)


def _first_line(function: Callable[..., Any], parameter: str) -> str:
    """Read the first line of what `Doc` says about a parameter."""
    hint = get_type_hints(function, include_extras=True)[parameter]
    return inspect.cleandoc(hint.__metadata__[0].documentation).splitlines()[0]


FUNC_OF_ADD_TASK = _first_line(BackgroundTasks.add_task, "func")
FUNC_OF_ADD = _first_line(BackgroundTasks.add, "func")
NAME_OF_ADD = _first_line(BackgroundTasks.add, "name")
FUNC_OF_FASTAPI = _first_line(fastapi.BackgroundTasks.add_task, "func")
CLASS = (inspect.getdoc(CheckedBackgroundTasks) or "").splitlines()[0]
TO = "The address that gets the email."
RETRIES = "How often a failed delivery is tried again."

METHOD = (
    Question(
        "add_task-hover",
        "hover on `add_task`: the documentation of `func`",
        Place("hover", 'background_tasks.add_|task(send_email, email, "Hi")'),
        "prose",
        (FUNC_OF_ADD_TASK,),
    ),
    Question(
        "add_task-offered",
        "completion of `add_t`: the documentation of `func` next to the entry",
        Place("completion", "background_tasks.add_t|", offered="add_task"),
        "prose",
        (FUNC_OF_ADD_TASK,),
    ),
    Question(
        "add-hover",
        "hover on `add`: the documentation of `func`",
        Place("hover", 'background_tasks.ad|d(send_email)(email, "Hi")'),
        "prose",
        (FUNC_OF_ADD,),
    ),
    Question(
        "add-offered",
        "completion of `ad`: the documentation of `func` next to the entry",
        Place("completion", "background_tasks.ad|", offered="add"),
        "prose",
        (FUNC_OF_ADD,),
    ),
)


def _first_argument(name: str, method: str, func: str) -> tuple[Question, ...]:
    """Ask about `func`, in the parentheses of a method."""
    place = Place("signature help", f"background_tasks.{method}(|)")
    return (
        Question(
            f"{name}-func",
            f"signature help at `{method}(`: the documentation of `func` somewhere in the answer",
            place,
            "prose",
            (func,),
        ),
        Question(
            f"{name}-func-marked",
            f"signature help at `{method}(`: `func` is highlighted, with its documentation",
            place,
            "marked_prose",
            (func,),
        ),
        Question(
            f"{name}-target",
            "hover on `send_email` in the call: the documentation of its parameter `to`",
            Place("hover", f"background_tasks.{method}(send_em|ail"),
            "prose",
            (TO,),
        ),
    )


def _task_arguments(name: str, call: str) -> tuple[Question, ...]:
    """Ask about the task's own parameters; a call begins with what comes before its arguments."""
    at_to = Place("signature help", f"background_tasks.{call}|)")
    at_retries = Place("signature help", f'background_tasks.{call}email, "Hi", retries=|)')
    on_retries = Place("hover", f'background_tasks.{call}email, "Hi", retr|ies=2)')
    return (
        Question(
            f"{name}-solved",
            f"signature help at `{call}`: the task's own parameters, with their types",
            at_to,
            "code",
            ("to: str", "subject: str", "retries: int"),
        ),
        Question(
            f"{name}-to-marked",
            f"signature help at `{call}`: `to` is highlighted as the next parameter",
            at_to,
            "marked",
            ("to",),
        ),
        Question(
            f"{name}-to-documented",
            f"signature help at `{call}`: the documentation of `to` next to it",
            at_to,
            "marked_prose",
            (TO,),
        ),
        Question(
            f"{name}-keyword-offered",
            f'completion at `{call}email, "Hi", ret`: `retries=`',
            Place(
                "completion",
                f'background_tasks.{call}email, "Hi", ret|)',
                offered="retries=",
            ),
            "code",
            ("retries=",),
        ),
        Question(
            f"{name}-keyword-marked",
            "signature help at `retries=`: `retries` is highlighted",
            at_retries,
            "marked",
            ("retries",),
        ),
        Question(
            f"{name}-keyword-documented",
            "signature help at `retries=`: its documentation next to it",
            at_retries,
            "marked_prose",
            (RETRIES,),
        ),
        Question(
            f"{name}-keyword-type",
            "hover on `retries`: its type",
            on_retries,
            "code",
            ("retries: int",),
        ),
        Question(
            f"{name}-keyword-hover",
            "hover on `retries`: its documentation",
            on_retries,
            "prose",
            (RETRIES,),
        ),
    )


OPTIONS = (
    Question(
        "option-offered",
        "completion at `add(send_email, na`: the option `name=`",
        Place("completion", "background_tasks.add(send_email, na|)", offered="name="),
        "code",
        ("name=",),
    ),
    Question(
        "option-documented",
        "signature help at `add(send_email, name=`: its documentation next to it",
        Place("signature help", "background_tasks.add(send_email, name=|)"),
        "marked_prose",
        (NAME_OF_ADD,),
    ),
    Question(
        "option-hover",
        "hover on `name`: its documentation",
        Place("hover", 'background_tasks.add(send_email, na|me="hi")(email, "Hi")'),
        "prose",
        (NAME_OF_ADD,),
    ),
)


def _injected(parameter: str, annotation: str) -> str:
    return f"async def signup(email: str, {parameter}: {annotation}) -> None:"


INJECTED = (
    Question(
        "parameter-type",
        "hover on `background_tasks` in the handler's signature: its class",
        Place("hover", "...", _injected("background_|tasks", "BackgroundTasks")),
        "code",
        ("BackgroundTasks",),
    ),
    Question(
        "parameter-hover",
        "hover on `background_tasks` in the handler's signature: a description",
        Place("hover", "...", _injected("background_|tasks", "BackgroundTasks")),
        "prose",
        (CLASS,),
    ),
    Question(
        "annotation-hover",
        "hover on its annotation `BackgroundTasks`: a description",
        Place("hover", "...", _injected("background_tasks", "Background|Tasks")),
        "prose",
        (CLASS,),
    ),
    Question(
        "use-hover",
        "hover on `background_tasks` in front of the method: a description",
        Place("hover", 'background_|tasks.add_task(send_email, email, "Hi")'),
        "prose",
        (CLASS,),
    ),
)

_FASTAPI = _injected("tasks", "fastapi.BackgroundTasks")
UNCHECKED = (
    Question(
        "fastapi-hover",
        "hover on `add_task`: the documentation of `func`",
        Place("hover", 'tasks.add_|task(send_email, email, "Hi")', _FASTAPI),
        "prose",
        (FUNC_OF_FASTAPI,),
    ),
    Question(
        "fastapi-func-marked",
        "signature help at `add_task(`: the documentation of `func` next to it",
        Place("signature help", "tasks.add_task(|)", _FASTAPI),
        "marked_prose",
        (FUNC_OF_FASTAPI,),
    ),
)

QUERY = _first_line(fastapi.Query, "default")
TITLE = _first_line(fastapi.FastAPI.__init__, "title")
FASTAPI = (
    Question(
        "query-hover",
        "hover on `Query`: the documentation of `default`",
        Place("hover", "fastapi.Que|ry()"),
        "prose",
        (QUERY,),
    ),
    Question(
        "query-marked",
        "signature help at `Query(`: the documentation of `default` next to it",
        Place("signature help", "fastapi.Query(|)"),
        "marked_prose",
        (QUERY,),
    ),
    Question(
        "title-hover",
        "hover on `title` in `FastAPI(title=...)`: its documentation",
        Place("hover", 'fastapi.FastAPI(ti|tle="Shop")'),
        "prose",
        (TITLE,),
    ),
    Question(
        "title-marked",
        "signature help at `FastAPI(title=`: its documentation next to it",
        Place("signature help", "fastapi.FastAPI(title=|)"),
        "marked_prose",
        (TITLE,),
    ),
)

SECTIONS = {
    "On the method": METHOD,
    "Inside `add_task(func, ...)`": (
        Question(
            "add_task-whole",
            "signature help at `add_task(`: the whole signature, including the return type",
            Place("signature help", "background_tasks.add_task(|)"),
            "code",
            ("-> None",),
        ),
        *_first_argument("add_task", "add_task", FUNC_OF_ADD_TASK),
        *_task_arguments("add_task", "add_task(send_email, "),
    ),
    "Inside `add(func, ...)(...)`, first parentheses": (
        *_first_argument("add", "add", FUNC_OF_ADD),
        *OPTIONS,
    ),
    "Inside `add(func)(...)`, second parentheses": _task_arguments("call", "add(send_email)("),
    "On the injected parameter": INJECTED,
    "For comparison, FastAPI's own class": UNCHECKED,
    "FastAPI's own functions": FASTAPI,
}
QUESTIONS = {question.name: question for group in SECTIONS.values() for question in group}
PLACES = tuple(dict.fromkeys(question.place for question in QUESTIONS.values()))
