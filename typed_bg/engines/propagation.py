"""The part of a request's context sent with its tasks: the trace and selected variables."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

from typed_bg._core.messages import rejected
from typed_bg.exceptions import TaskPayloadError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from contextvars import ContextVar

# By name: in a worker, the module makes another variable.
_carried: dict[str, ContextVar[Any]] = {}


def carry(variables: Iterable[ContextVar[Any]]) -> None:
    """Send these variables with every task.

    Raises:
        ValueError: Two of them have the same name.
    """
    for variable in variables:
        if _carried.setdefault(variable.name, variable) is not variable:
            msg = (
                f"two context variables are named {variable.name!r}: a worker could not tell them "
                "apart; give one of them another name"
            )
            raise ValueError(msg)


def captured() -> dict[str, Any]:
    """Return the context to send with a task that is added now.

    Raises:
        TaskPayloadError: A variable holds what JSON cannot carry.
    """
    context: dict[str, Any] = {}
    trace: dict[str, str] = {}
    if "opentelemetry.trace" in sys.modules:  # otherwise, nothing has begun a trace
        propagate: Any = importlib.import_module("opentelemetry.propagate")
        propagate.inject(trace)
    if trace:
        context["trace"] = trace
    values = {name: variable.get() for name, variable in _carried.items() if _is_set(variable)}
    for name, value in values.items():
        _check(name, value)
    if values:
        context["variables"] = values
    return context


@contextlib.contextmanager
def restored(context: dict[str, Any]) -> Generator[None]:
    """Restore the captured context while a task runs."""
    with contextlib.ExitStack() as stack:
        for name, value in context.get("variables", {}).items():
            if variable := _carried.get(name):
                stack.callback(variable.reset, variable.set(value))
        if trace := context.get("trace"):
            stack.enter_context(_tracing(trace))
        yield


@contextlib.contextmanager
def _tracing(trace: dict[str, str]) -> Generator[None]:
    try:
        otel: Any = importlib.import_module("opentelemetry.context")
        propagate: Any = importlib.import_module("opentelemetry.propagate")
    except ImportError:  # a worker without OpenTelemetry still runs the task
        yield
        return
    token = otel.attach(propagate.extract(trace))
    try:
        yield
    finally:
        otel.detach(token)


def _is_set(variable: ContextVar[Any]) -> bool:
    try:
        variable.get()
    except LookupError:
        return False
    return True


def _check(name: str, value: Any) -> None:
    try:
        same = json.loads(json.dumps(value)) == value
    except (TypeError, ValueError):
        same = False
    if not same:
        raise rejected(
            TaskPayloadError,
            f"the context variable {name} cannot be sent to a worker: it is {value!r:.60}",
            "a context variable can be sent with tasks only if its value is JSON; omit it, or "
            "pass what the task needs as an argument",
            target=name,
        )
