"""The parameters of a function and their types, to check or convert the arguments of a task."""

from __future__ import annotations

import functools
import inspect
import sys
import weakref
from dataclasses import dataclass
from types import MethodType, SimpleNamespace
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    ParamSpecArgs,
    ParamSpecKwargs,
    TypeVar,
    get_args,
    get_origin,
)

from typing_extensions import Unpack, get_type_hints

from typed_bg._core.signatures import signature_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ANY: Any = Any
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Unresolved:
    """Replaces an annotation that cannot be evaluated."""

    why: str


class Parameters:
    """A function's parameters and types; for a wrapper, those of the wrapped function.

    Attributes:
        signature: The parameters.
        described: The function in whose module the names in the annotations are defined.
        types: The types by parameter name; `*args` has its star, and `**kwargs` is `**`.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        """Read the parameters.

        Raises:
            ValueError: The callable has no signature.
        """
        self.signature: inspect.Signature = signature_of(func)
        self.described: Any = _described(func)
        self.types: dict[str, Any] = _types(self.signature, self.described)
        self._names_by_count: dict[int, tuple[tuple[str, str], ...]] = {}

    def type_of(self, parameter: str) -> Any:
        """Return the type of a parameter, or `Unresolved`; `Any` if it has no annotation."""
        return self.types.get(parameter, self.types.get("**", _ANY) if parameter else _ANY)

    def positional_names(self, count: int) -> tuple[tuple[str, str], ...]:
        """Return the parameter and the displayed name of each positional argument."""
        names = self._names_by_count.get(count)
        if names is None:
            names = tuple(self._names(count))
            if count <= len(self.signature.parameters):  # `*args` can have any number
                self._names_by_count[count] = names
        return names

    def _names(self, count: int) -> Iterator[tuple[str, str]]:
        left = count
        for parameter in self.signature.parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                yield from (
                    (f"*{parameter.name}", f"{parameter.name}[{index}]") for index in range(left)
                )
                return
            if left and parameter.kind in _BY_POSITION:
                left -= 1
                yield parameter.name, parameter.name
        # Of a decorator's, or more than the function takes by now, as its call will say.
        yield from (("", f"args[{count - left_over}]") for left_over in range(left, 0, -1))


class PerFunction(Generic[_Result]):
    """What is worked out once for each function, and kept as long as the function."""

    def __init__(self, make: Callable[[Callable[..., Any]], _Result]) -> None:
        self._make: Callable[[Callable[..., Any]], _Result] = make
        self._of_functions: weakref.WeakKeyDictionary[Any, _Result] = weakref.WeakKeyDictionary()
        self._of_methods: weakref.WeakKeyDictionary[Any, _Result] = weakref.WeakKeyDictionary()

    def __call__(self, func: Callable[..., Any]) -> _Result:
        """Return the result for a function, and make it first if needed."""
        known, key = self._of_functions, func
        if isinstance(func, MethodType):  # made anew each time it is asked for
            known, key = self._of_methods, func.__func__
        try:
            return known[key]
        except TypeError:  # neither hashed nor weakly held
            return self._make(func)
        except KeyError:
            result = known[key] = self._make(func)
            return result


def _types(signature: inspect.Signature, described: Any) -> dict[str, Any]:
    types: dict[str, Any] = {}
    for name, parameter in signature.parameters.items():
        hint = _evaluated(parameter.annotation, described)
        if parameter.kind is parameter.VAR_POSITIONAL:
            types[f"*{name}"] = hint
        elif parameter.kind is not parameter.VAR_KEYWORD:
            types[name] = hint
        elif get_origin(hint) is Unpack:
            types |= get_type_hints(get_args(hint)[0], include_extras=True)
        else:
            types["**"] = hint
    return types


def _described(func: Any) -> Any:
    func = inspect.unwrap(func)
    while isinstance(func, functools.partial):
        func = inspect.unwrap(func.func)
    if isinstance(func, type):
        return inspect.unwrap(func.__init__)  # type: ignore[misc]
    return func if hasattr(func, "__globals__") else inspect.unwrap(type(func).__call__)


def _evaluated(annotation: Any, described: Any) -> Any:
    """Return the type of one annotation, so that a bad return annotation does not matter."""
    if annotation is inspect.Parameter.empty:
        return _ANY
    names = getattr(described, "__globals__", None)
    if names is None:
        names = vars(sys.modules.get(getattr(described, "__module__", ""), SimpleNamespace()))
    holder: Any = SimpleNamespace(
        __annotations__={"it": annotation},
        __type_params__=getattr(described, "__type_params__", ()),
    )
    try:
        hint = get_type_hints(holder, names, include_extras=True)["it"]
    except Exception as error:  # noqa: BLE001  # an annotation can be any expression
        return Unresolved(f"{type(error).__name__}: {error}")
    return _ANY if isinstance(hint, (ParamSpecArgs, ParamSpecKwargs)) else hint
