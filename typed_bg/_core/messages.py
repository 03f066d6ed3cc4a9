"""Error messages for rejected tasks: what is wrong, the likely cause, and the fix."""

from __future__ import annotations

import functools
import inspect
import sys
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any, TypeVar

from typed_bg._core.locations import caller
from typed_bg._core.stubs import is_stub, named_stub, stub_of_function, takes_no_arguments
from typed_bg.exceptions import (
    MissingCallError,
    TaskArgumentError,
    TaskError,
    TaskOptionError,
    TaskTargetError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg._core.locations import Location

Error = TypeVar("Error", bound=TaskError)

_SIGNATURE_LIMIT = 300  # characters; a longer one is cut in messages


class MissingTarget:
    """The default of a required target, so that a call without a target is recognized."""

    def __init__(self, caller: str) -> None:
        self.caller = caller

    def __repr__(self) -> str:
        return "<required>"


def rejected(kind: type[Error], fact: str, *details: str, target: object) -> Error:
    """Return the error for a rejected task; its first detail is where the task was added."""
    return kind(fact, target=target, details=(f"added at {caller()}", *details))


def arguments(
    func: object,
    target: FunctionType,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    stub: FunctionType,
) -> TaskArgumentError:
    """Explain why the arguments do not fit `target`.

    Args:
        func: The target, as it was given.
        target: The function that it finally calls, or a stub if that is not a Python function.
        args: The positional arguments of `target`.
        kwargs: Its keyword arguments.
        stub: The stub that rejected them. The function itself may take them by now, because another
            thread can change its code or its defaults.
    """
    stub = target if is_stub(target) else named_stub(stub, target.__qualname__)
    fact = f"{stub.__qualname__}() takes no arguments"  # the interpreter's words for a class
    if not takes_no_arguments(stub):
        try:
            stub(*args, **kwargs)
        except TypeError as error:
            fact = str(error)
    remedies = _remedies(inspect.signature(stub), len(args), kwargs)
    return rejected(TaskArgumentError, fact, _describe(target), *remedies, target=func)


def fastapi_defaults(
    func: object, target: FunctionType, defaults: dict[str, Any]
) -> TaskArgumentError:
    """Reject a call that leaves parameters to defaults that only FastAPI fills."""
    first, value = next(iter(defaults.items()))
    names = ", ".join(f"{name}=..." for name in defaults)
    return TaskArgumentError(
        f"{target.__qualname__}() would get {type(value).__name__} as {first}: only FastAPI "
        "resolves such a default, and it does not call background tasks",
        target=func,
        details=(f"added at {caller()}", _describe(target), f"also pass {names}"),
    )


def argument_type(  # noqa: PLR0913, PLR0917  # the parts of one sentence
    func: object, target: object, parameter: str, value: object, hint: object, why: str
) -> TaskArgumentError:
    """Reject an argument that does not have the type of its parameter."""
    expected = hint.__qualname__ if isinstance(hint, type) else str(hint)
    return TaskArgumentError(
        f"{name_of(func)}() got {repr_of(value)} as {parameter}, whose annotation is {expected}",
        target=func,
        details=(
            f"added at {caller()}",
            *([_describe(target)] if isinstance(target, FunctionType) else []),
            why,
            f"pass a value of that type as {parameter}, or change the annotation",
        ),
    )


def generator_function(func: object, target: object) -> TaskTargetError:
    """Reject a function whose call only makes a generator."""
    return rejected(
        TaskTargetError,
        f"{name_of(target)}() makes a generator: as a task, its body would never run",
        "a background task is only called: its result is not iterated over",
        "pass a function that itself iterates over the generator, or enters it with `with` or "
        "`async with`",
        target=func,
    )


def not_callable(func: Any) -> TaskTargetError:
    """Reject an object that is probably the result of calling the function."""
    made_by = _maker(func)
    if isinstance(func, MissingTarget):
        what = f"{func.caller}() got no task"
        remedy = (
            f"pass it first, by position: {func.caller}(send, to), not {func.caller}(func=send)"
        )
    elif made_by is not None:
        what = f"{made_by}() was called, and its result was passed as the task"
        remedy = f"pass {made_by} itself, without calling it: add_task({made_by}, ...)"
    elif inspect.isawaitable(func):
        what = f"the task is an awaitable ({type(func).__qualname__}), not a function"
        remedy = "pass the function that creates it, without calling it: add_task(send, to)"
    else:
        given = "None" if func is None else repr_of(func)
        what = f"the task is {given}, which is not callable"
        remedy = "pass the function without calling it: add_task(send, to), not add_task(send(to))"
    return rejected(TaskTargetError, what, remedy, target=func)


def websocket(func: object) -> TaskTargetError:
    """Reject a task in a websocket handler, whose background tasks FastAPI never runs."""
    return rejected(
        TaskTargetError,
        f"{name_of(func)}() would never run: FastAPI runs no background tasks for a websocket",
        "await the function in the handler, or start it in a task group that the handler creates",
        target=func,
    )


def on_exception_without_fastapi(func: object) -> TaskOptionError:
    """Reject `on_exception="run"` of a collection that FastAPI did not inject."""
    return TaskOptionError(
        f"{name_of(func)}() cannot run after an exception: FastAPI did not inject its collection",
        target=func,
        details=(
            f"added at {caller()}",
            "only FastAPI, from 0.118 on, lets typed_bg run tasks after a request that raised",
            "add it to a parameter that is annotated with typed_bg.fastapi.BackgroundTasks",
        ),
    )


def missing_call(steps: list[tuple[object, Location]]) -> MissingCallError:
    """Return the error for each `tasks.add(send)` without the second call, with the arguments."""
    names = ", ".join(f"{name_of(func)}()" for func, _ in steps)
    return MissingCallError(
        "tasks that were never added, because the second call, with the arguments, is missing: "
        f"{names}",
        target=steps[0][0],
        details=(
            *(f"add({name_of(func)}) is at {place}" for func, place in steps),
            f"call the result of add: tasks.add({name_of(steps[0][0])})(...)",
        ),
    )


def name_of(func: Any) -> str:
    """Return the target's name, for messages."""
    while isinstance(func, functools.partial):
        func = func.func
    name = getattr(func, "__qualname__", None)
    return name if isinstance(name, str) else type(func).__qualname__


def _maker(func: Any) -> str | None:
    """Return the name of the function whose call made a coroutine or a generator.

    A coroutine that never started is closed, so that Python does not warn about it as well.
    """
    if type(func) not in (CoroutineType, GeneratorType, AsyncGeneratorType):
        return None
    if inspect.iscoroutine(func) and inspect.getcoroutinestate(func) == inspect.CORO_CREATED:
        func.close()
    return str(func.__qualname__)


def repr_of(value: object) -> str:
    """Return a value's repr and its class, for messages."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001  # a broken __repr__ must not hide the error
        text = "..."
    return f"{text[:60]} ({type(value).__qualname__})"


def _describe(target: FunctionType) -> str:
    """Return the target's signature and where it is defined, for messages."""
    if is_stub(target):
        return f"the task is {target.__doc__}"
    code = target.__code__
    signature = _signature_text(target)
    if len(signature) > _SIGNATURE_LIMIT:
        signature = f"{signature[:_SIGNATURE_LIMIT]}..."
    place = f"{code.co_filename}:{code.co_firstlineno}"
    return f"the task is {target.__qualname__}{signature}, defined at {place}"


def _signature_text(target: FunctionType) -> str:
    """Return the parameters as the source has them, without evaluating annotations."""
    shown = stub_of_function(target)
    try:
        if target.__defaults__:
            shown.__defaults__ = target.__defaults__
        shown.__kwdefaults__ = target.__kwdefaults__
        shown.__annotations__ = _annotations(target)
        signature = inspect.signature(shown)
        if sys.version_info >= (3, 14):
            return signature.format(quote_annotation_strings=False)
        return str(signature)
    except Exception:  # noqa: BLE001  # a broken __repr__ of a default or an annotation
        return str(inspect.signature(stub_of_function(target))).replace("=None", "=...")


def _annotations(target: FunctionType) -> dict[str, Any]:
    if sys.version_info >= (3, 14):
        import annotationlib  # noqa: PLC0415  # reads annotations without evaluating them

        return annotationlib.get_annotations(target, format=annotationlib.Format.STRING)
    return target.__annotations__


def _remedies(signature: inspect.Signature, count: int, kwargs: dict[str, Any]) -> Iterator[str]:
    """Suggest what to write instead, as far as the signature allows.

    Args:
        signature: The target's parameters.
        count: How many positional arguments were given, including a bound first one.
        kwargs: The keyword arguments that were given.
    """
    import difflib  # noqa: PLC0415  # only rejected calls need it

    parameters = list(signature.parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    by_keyword = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    filled = {p.name for p in positional[:count]}
    free = [name for name in by_keyword if name not in filled and name not in kwargs]
    suggested: set[str] = set()

    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        for name in kwargs:
            if name in by_keyword:
                continue
            if name in signature.parameters:
                yield f"pass {name} by position: it cannot be passed by keyword"
            elif close := difflib.get_close_matches(name, free, n=1):
                suggested.update(close)
                yield f"write {close[0]}=... instead of {name}=..."
            else:
                yield f"remove {name}=..., or add a parameter for it"
    for name in filled.intersection(kwargs, by_keyword):
        yield f"pass {name} once: it is given by position and by keyword"
    if count > len(positional) and not any(p.kind is p.VAR_POSITIONAL for p in parameters):
        if free:
            suggested.add(free[0])
            yield f"pass {free[0]} by keyword: {free[0]}=..."
        else:
            extra = count - len(positional)
            yield f"remove the last {extra} positional argument{'s' * (extra > 1)}"
    missing = [
        f"{p.name}=..." if p.name in by_keyword else p.name
        for p in parameters
        if _is_required(p) and p.name not in filled | suggested and p.name not in kwargs
    ]
    if missing:
        yield f"also pass {', '.join(missing)}"


def _is_required(parameter: inspect.Parameter) -> bool:
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return parameter.default is parameter.empty and parameter.kind not in variadic
