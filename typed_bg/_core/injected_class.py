"""A metaclass whose classes FastAPI injects through a dependency, although they are classes.

FastAPI injects its own class for an annotation that is derived from Starlette's `BackgroundTasks`,
and never asks that class. It does ask an alias, such as `Annotated[Tasks, Depends(inject)]`, but an
alias is not a class: it cannot be mocked, patched, subclassed or used in `isinstance`.

A class of this metaclass is a real class. Only its `__class__` attribute claims to be an alias, as
mocks claim to be what they replace. Which alias depends on the FastAPI that is installed:

- A `TypeAliasType`, which FastAPI replaces with its `__value__`. `typing.get_type_hints` and others
  that read types leave it as it is.
- `Annotated`, if FastAPI does not know type aliases. Its first part cannot be the class, because
  these releases do not accept Starlette's classes next to `Depends`. A stand-in takes its place,
  and `typing.get_type_hints` returns that stand-in.
"""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Annotated, Any

import fastapi
import typing_extensions
from fastapi.dependencies.utils import get_dependant
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

_AnnotatedAlias: Any = type(Annotated[int, None])
_TypeAlias: Any = getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType)


def _fastapi_knows_type_aliases() -> bool:
    def handler(tasks: object) -> None: ...

    alias = _TypeAlias("alias", Annotated[object, fastapi.Depends(lambda: None)])
    handler.__annotations__["tasks"] = alias
    try:
        return bool(get_dependant(path="/", call=handler).dependencies)
    except Exception:  # noqa: BLE001  # pydantic's or FastAPI's, for a type that it cannot handle
        return False


_KNOWS_TYPE_ALIASES = _fastapi_knows_type_aliases()


class InjectedClass(type):
    """The metaclass. Its properties are those of an alias, and no instance has them."""

    injected: Any  # `Depends(...)`
    plain: type  # the class that pydantic accepts instead

    if not TYPE_CHECKING:

        @property
        def __class__(cls) -> type:
            """The second class that `isinstance` reports for the class."""
            return _TypeAlias if _KNOWS_TYPE_ALIASES else _AnnotatedAlias

        if _KNOWS_TYPE_ALIASES:

            @property
            def __value__(cls) -> Any:
                return Annotated[InjectedClass.plain, InjectedClass.injected]

        else:

            @property
            def __origin__(cls) -> type:
                return _stand_in(cls)

            @property
            def __metadata__(cls) -> tuple[Any, ...]:
                return (InjectedClass.injected,)

            @property
            def __args__(cls) -> tuple[()]:
                return ()

        @property
        def __parameters__(cls) -> tuple[()]:
            return ()

        def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
            """Behave like FastAPI's class: pydantic does not know the type, but can accept it."""
            return handler(InjectedClass.plain)


class _StandInClass(type):
    """The metaclass of the class that replaces an injected class next to `Depends`."""

    owner: type

    def __call__(cls, *args: Any, **options: Any) -> Any:
        return cls.owner(*args, **options)

    @override
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.owner)

    def __getattr__(cls, name: str) -> Any:
        # The owner's `__origin__` is this class: pydantic 2.9 would follow it forever.
        if name in ("owner", "__origin__"):
            raise AttributeError(name)
        return getattr(cls.owner, name)

    if not TYPE_CHECKING:
        __get_pydantic_core_schema__ = InjectedClass.__get_pydantic_core_schema__


_stand_ins: dict[type, type] = {}


def _stand_in(owner: type) -> type:
    if owner not in _stand_ins:
        members = {"owner": owner, "__signature__": inspect.signature(owner)}
        _stand_ins[owner] = _StandInClass(owner.__name__, (), members)
    return _stand_ins[owner]


def inject_with(dependency: Callable[..., Any], plain: type) -> None:
    """Make FastAPI call a dependency for the injected classes."""
    InjectedClass.injected = fastapi.Depends(dependency)
    InjectedClass.plain = plain
