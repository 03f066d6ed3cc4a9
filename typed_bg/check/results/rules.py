"""Every rule of `typed-bg check`, declared once.

Reports, SARIF, exit codes, the documentation's pages and its tables are made from `RULES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

RuleId = Literal[
    "wrong-argument",
    "called-target",
    "never-runs",
    "plain-class",
    "fastapi-default",
    "unchecked-call",
    "checked-directly",
    "unchecked-argument",
    "unprobeable-call",
    "untyped-forwarder",
    "handed-on-method",
    "forgotten-call",
    "request-session",
    "stale-baseline",
]
"""The name of a rule, in every report."""

Level = Literal["error", "warning", "note"]
"""`error`: fails at run time. `warning`: no checker would report a mistake. `note`: nothing would
report it but `typed-bg check`, or it is unknown."""

FailOn = Literal["wrong", "unchecked", "checked-directly", "arity-only"]
"""The value of `--fail-on`, from the least strict to the strictest."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a kind of finding means.

    Attributes:
        id: Its name in every report.
        summary: What is wrong, in one sentence.
        why: Why it matters, in a few sentences of Markdown.
        fix: What to change, in one or two sentences of Markdown.
        level: How its findings are shown.
        fails_on: The least strict `--fail-on` under which a finding makes the exit code 1.
        since: The version of typed_bg that introduced it.
        wrong: An example that has the finding: one Python module.
        right: The same module without it.
        reported: What a report calls the checkers that a finding names.
        silent: What a report calls the other checkers.
    """

    id: RuleId
    summary: str
    why: str
    fix: str
    level: Level
    fails_on: FailOn | None
    since: str = "0.1.0"
    wrong: str = ""
    right: str = ""
    reported: str = "reported by"
    silent: str = "not reported by"


_HANDLER = """\
from starlette.background import BackgroundTasks


def send_email(to: str, *, retries: int = 3) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    {}
"""

_DEPENDENCY = """\
from fastapi import BackgroundTasks, Depends


class Settings: ...


def get_settings() -> Settings:
    return Settings()


def notify(to: str, settings: Settings = Depends(get_settings)) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    {}
"""

_DECLARED = (
    Rule(
        "wrong-argument",
        "The arguments do not fit the target.",
        "At least one type checker reports the call. Starlette only queues the function and its "
        "arguments, so the `TypeError` is raised after the client has received its response, and "
        "the work is lost.",
        "Change the arguments, or the signature of the target, until they fit.",
        "error",
        "wrong",
        wrong=_HANDLER.format("tasks.add_task(send_email, to, retry=1)"),
        right=_HANDLER.format("tasks.add_task(send_email, to, retries=1)"),
    ),
    Rule(
        "called-target",
        "The target is called instead of being passed.",
        "Python calls `send_email(to)` first, during the request, and only its result is added as "
        "the task. If the result is `None` or another value that can't be called, the task fails "
        "after the response. If it is a coroutine, its body never runs.",
        "Pass the function and its arguments separately: `send_email, to`.",
        "error",
        "wrong",
        wrong=_HANDLER.format("tasks.add_task(send_email(to))"),
        right=_HANDLER.format("tasks.add_task(send_email, to)"),
    ),
    Rule(
        "never-runs",
        "Type checkers accept the target, but its body never runs.",
        "Calling a generator function only creates a generator, and calling a coroutine function "
        "without awaiting the result only creates a coroutine. As a task, neither does anything, "
        "and Starlette reports nothing.",
        "Pass a function that does the work itself, or the coroutine function instead of a lambda.",
        "error",
        "wrong",
        wrong="""\
from collections.abc import Iterator

from starlette.background import BackgroundTasks


def send_emails(to: str) -> Iterator[str]:
    yield to


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_emails, to)
""",
        right="""\
from collections.abc import Iterator

from starlette.background import BackgroundTasks


def send_emails(to: str) -> Iterator[str]:
    yield to


def send_all(to: str) -> None:
    for _ in send_emails(to):
        pass


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_all, to)
""",
    ),
    Rule(
        "plain-class",
        "FastAPI injects its own, unchecked class for this annotation.",
        "FastAPI creates a `fastapi.BackgroundTasks` for every parameter annotated with a class "
        "derived from Starlette's. The annotation promises run-time checks that never happen.",
        "Annotate the parameter with `typed_bg.fastapi.BackgroundTasks`.",
        "error",
        "wrong",
        wrong="""\
from fastapi import FastAPI
from typed_bg import BackgroundTasks

app = FastAPI()


def send_email(to: str) -> None: ...


@app.post("/signup")
def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_email, to)
""",
        right="""\
from fastapi import FastAPI
from typed_bg.fastapi import BackgroundTasks

app = FastAPI()


def send_email(to: str) -> None: ...


@app.post("/signup")
def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_email, to)
""",
    ),
    Rule(
        "fastapi-default",
        "The call omits an argument whose default only FastAPI can resolve.",
        "FastAPI resolves defaults such as `Depends(...)` and `Query(...)` when it calls a "
        "function for a request. It does not call background tasks, so the task receives the "
        "default itself, for example a `Depends` object instead of a session. Type checkers accept "
        "the call, because the parameter has a default. typed_bg's `add_task` rejects it.",
        "Pass the argument yourself.",
        "error",
        "wrong",
        wrong=_DEPENDENCY.format("tasks.add_task(notify, to)"),
        right=_DEPENDENCY.format("tasks.add_task(notify, to, settings=get_settings())"),
    ),
    Rule(
        "forgotten-call",
        "The second call, which takes the task's arguments, is missing.",
        "`tasks.add(send_email)` adds nothing. It returns a callable that adds the task when you "
        "call it with the task's arguments.",
        "Write the second call: `tasks.add(send_email)(to)`, or `()` if there are no arguments.",
        "error",
        "wrong",
        wrong="""\
from typed_bg import BackgroundTasks


def send_email(to: str) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add(send_email)
""",
        right="""\
from typed_bg import BackgroundTasks


def send_email(to: str) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add(send_email)(to)
""",
    ),
    Rule(
        "request-session",
        "A task receives an object that is closed when the request ends.",
        "FastAPI closes the session of a `yield` dependency before or while the task runs, "
        "depending on its version. The task then uses a closed session. The same applies to an "
        "uploaded file, to the request itself, to objects of the session, and to anything else "
        "that a dependency yields. The finding is a warning and does not change the exit code.",
        "Pass an id or the data instead, and open what the task needs inside the task.",
        "warning",
        None,
    ),
    Rule(
        "stale-baseline",
        "The baseline contains a finding that no longer occurs.",
        "An entry that matches nothing would silently accept the same mistake if it came back.",
        "Update the file: `typed-bg check --baseline FILE --update-baseline`.",
        "warning",
        "wrong",
    ),
    Rule(
        "unchecked-call",
        "At least one type checker does not check this call.",
        "The checker accepts the call with any arguments. CI is green even if a keyword is wrong "
        "or an argument is missing. The finding names the checkers, the reason and the line to "
        "change.",
        "Change the line that the reason names. From then on, the checker checks the call.",
        "warning",
        "unchecked",
        wrong="""\
from collections.abc import Callable

from starlette.background import BackgroundTasks


def notify(tasks: BackgroundTasks, hook: Callable[..., None], user: str) -> None:
    tasks.add_task(hook, user)
""",
        right="""\
from collections.abc import Callable

from starlette.background import BackgroundTasks


def notify(tasks: BackgroundTasks, hook: Callable[[str], None], user: str) -> None:
    tasks.add_task(hook, user)
""",
        reported="not checked by",
        silent="checked by",
    ),
    Rule(
        "checked-directly",
        "At least one type checker checks this call only as a direct call.",
        "The checker accepts the call with any arguments. `typed-bg check` therefore adds "
        "`send_email(to)`, the call that the framework makes later, to its copy of the project, "
        "and the checker checks that call. A wrong argument is reported as "
        "[wrong-argument](wrong-argument.md), but only by `typed-bg check`: neither your editor "
        "nor the checker's own run in CI reports it. The finding names the reason and the line "
        "to change.",
        "Change the line that the reason names. From then on, the checker checks the call itself.",
        "note",
        "checked-directly",
        wrong="""\
from typing import Any


def send_email(to: str) -> None: ...


def signup(background_tasks: Any, to: str) -> None:
    background_tasks.add_task(send_email, to)
""",
        right="""\
from starlette.background import BackgroundTasks


def send_email(to: str) -> None: ...


def signup(background_tasks: BackgroundTasks, to: str) -> None:
    background_tasks.add_task(send_email, to)
""",
        reported="checked directly with",
        silent="checked by",
    ),
    Rule(
        "unprobeable-call",
        "No type checker can be tested on this call.",
        "`typed-bg check` writes probes next to a call, in a copy of the project. In some places "
        "there is no room for a probe, so nothing is known about the call.",
        "Move the call to a statement of its own.",
        "note",
        "unchecked",
        reported="cannot be tested with",
        silent="checked by",
    ),
    Rule(
        "untyped-forwarder",
        "A function passes arguments on without their types.",
        "The function takes a target and its arguments, and its signature accepts anything. None "
        "of its calls is checked, in any file.",
        "Annotate the function with a `ParamSpec`. From then on, all of its callers are checked.",
        "warning",
        "unchecked",
        wrong="""\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks


def later(tasks: BackgroundTasks, func: Callable[..., Any], *args: Any) -> None:
    tasks.add_task(func, *args)
""",
        right="""\
from collections.abc import Callable

from starlette.background import BackgroundTasks
from typing_extensions import ParamSpec

P = ParamSpec("P")


def later(
    tasks: BackgroundTasks, func: Callable[P, object], *args: P.args, **kwargs: P.kwargs
) -> None:
    tasks.add_task(func, *args, **kwargs)
""",
    ),
    Rule(
        "handed-on-method",
        "A method that adds tasks is passed to other code, where its calls cannot be followed.",
        "A bound method such as `tasks.add_task` can be called from anywhere. Those calls are "
        "neither found nor checked.",
        "Pass the collection instead, or call the method where its arguments are known.",
        "warning",
        "unchecked",
        wrong="""\
from collections.abc import Callable

from starlette.background import BackgroundTasks


def send_email(to: str) -> None: ...


def notify(add: Callable[..., None], to: str) -> None:
    add(send_email, to)


def signup(tasks: BackgroundTasks, to: str) -> None:
    notify(tasks.add_task, to)
""",
        right="""\
from starlette.background import BackgroundTasks


def send_email(to: str) -> None: ...


def notify(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_email, to)


def signup(tasks: BackgroundTasks, to: str) -> None:
    notify(tasks, to)
""",
    ),
    Rule(
        "unchecked-argument",
        "At least one type checker does not check the type of an argument.",
        "The checker reports a wrong name or number of arguments, but accepts a value of any type "
        "for this one.",
        "Annotate the parameter that the reason names.",
        "warning",
        "arity-only",
        wrong="""\
from starlette.background import BackgroundTasks


def send_email(to, retries: int = 3) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_email, to)
""",
        right="""\
from starlette.background import BackgroundTasks


def send_email(to: str, retries: int = 3) -> None: ...


def signup(tasks: BackgroundTasks, to: str) -> None:
    tasks.add_task(send_email, to)
""",
        reported="type not checked by",
        silent="checked by",
    ),
)

RULES: dict[RuleId, Rule] = {rule.id: rule for rule in _DECLARED}
"""The rules by id."""

_STRICTNESS: tuple[FailOn, ...] = get_args(FailOn)


def fails(rule: RuleId, fail_on: FailOn) -> bool:
    """Decide whether a finding makes the exit code 1.

    Args:
        rule: The finding's rule.
        fail_on: The value of `--fail-on`.
    """
    least = RULES[rule].fails_on
    return least is not None and _STRICTNESS.index(least) <= _STRICTNESS.index(fail_on)
