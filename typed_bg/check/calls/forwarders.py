"""Callables that take a function and its arguments, and call it later or elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["function", "method", "class"]


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A callable that passes the arguments of its call to a target.

    Attributes:
        name: `module.qualname`, where it is defined.
        form: How a call is recognised: a function by what its name was imported from, a method by
            its own name alone (the type of its receiver decides later), a class by its own name
            or that of a subclass in the same module.
        target: The index of the target among the positional arguments, receiver not counted;
            `None` where the receiver itself is the target, as in `task.kiq(1)`.
        keyword: The name by which the target may be passed.
        two_step: Whether it takes the target alone and returns what takes the arguments, as in
            `docket.add(f)(1)`.
        called: What a project calls it: a subclass, an alias.
        owner_names: What a project calls the class whose method it is, and what derives from it.
        givers: What a project calls objects of that class, and functions that return one.
    """

    name: str
    form: Form
    target: int | None = 0
    keyword: str | None = None
    two_step: bool = False
    called: str | None = None
    owner_names: frozenset[str] = frozenset()
    givers: frozenset[str] = frozenset()

    @property
    def last_name(self) -> str:
        """The last part of the name, or the project's name for it."""
        if self.called is not None:
            return self.called
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> tuple[str, str] | None:
        """The module and the qualified name of the class whose objects have the method."""
        if self.form == "function":
            return None
        parts = self.name.split(".")
        if self.form == "method":
            del parts[-1]
        count = next((i for i, part in enumerate(parts) if part[0].isupper()), len(parts) - 1)
        return ".".join(parts[:count]), ".".join(parts[count:])

    @property
    def owner_name(self) -> str | None:
        """The last part of the name of that class."""
        return None if self.owner is None else self.owner[1].rpartition(".")[2]

    @property
    def class_names(self) -> frozenset[str]:
        """The last parts of all names of that class and of the project's subclasses."""
        names = {self.owner_name, self.called, *self.owner_names}
        return frozenset(name for name in names if name is not None)


ADD_TASK = Forwarder("starlette.background.BackgroundTasks.add_task", "method", keyword="func")
BACKGROUND_TASK = Forwarder("starlette.background.BackgroundTask", "class", keyword="func")
ADD = Forwarder("typed_bg.background.BackgroundTasks.add", "method", two_step=True)

# The calls that `typed-bg check` looks for by default.
BACKGROUND = (ADD_TASK, BACKGROUND_TASK, ADD)

# What can be asked for by name.
KNOWN = (
    Forwarder("asyncio.to_thread", "function", keyword="func"),
    Forwarder("asyncio.AbstractEventLoop.run_in_executor", "method", target=1, keyword="func"),
    Forwarder("concurrent.futures.Executor.submit", "method"),
    Forwarder("anyio.to_thread.run_sync", "function", keyword="func"),
    Forwarder("starlette.concurrency.run_in_threadpool", "function", keyword="func"),
    Forwarder("fastapi.concurrency.run_in_threadpool", "function", keyword="func"),
    Forwarder("docket.Docket.add", "method", keyword="function", two_step=True),
    Forwarder("taskiq.AsyncTaskiqDecoratedTask.kiq", "method", target=None),
)

_DECLARED = re.compile(r"(?P<name>\w+(?:\.\w+)+)(?::(?P<index>\d+|receiver))?(?P<two>\(\))?")


def declared(text: str) -> Forwarder:
    """Read a forwarder as a user declares it.

    Args:
        text: `module.qualname`, then `:INDEX` of the target if it is not the first argument, or
            `:receiver`, then `()` where the arguments go into a second call. The name of one of
            `KNOWN` needs neither. `app.jobs.Queue.push:1` is a method, for its owner's name starts
            with a capital, and so is a class.

    Raises:
        ValueError: The text has another form.
    """
    match = _DECLARED.fullmatch(text.strip())
    if match is None:
        message = (
            f"{text!r} names no forwarder. It takes the form module.qualname, module.qualname:1 "
            "where the target is the second positional argument, or module.qualname() where the "
            "arguments go into a second call. Write for example asyncio.to_thread."
        )
        raise ValueError(message)
    name, index = match["name"], match["index"]
    if index is None and match["two"] is None:
        known = next((forwarder for forwarder in KNOWN if forwarder.name == name), None)
        if known is not None:
            return known
    *_, owner, last = name.split(".")
    form: Form = "method" if owner[0].isupper() else "class" if last[0].isupper() else "function"
    target = None if index == "receiver" else int(index or 0)
    return Forwarder(name, form, target, two_step=match["two"] is not None)
