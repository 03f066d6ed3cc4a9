"""The signatures that Jedi finds, corrected where it does not know what Python does."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from typed_bg.lsp.jedi_access import path_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from typed_bg.lsp.jedi_access import NamedObject
    from typed_bg.lsp.trees import Place

_classes: Any = import_module("jedi.api.classes")
_arguments: Any = import_module("jedi.inference.arguments")
_class_values: Any = import_module("jedi.inference.value.klass")
_function_values: Any = import_module("jedi.inference.value.function")
_SCOPES = ("funcdef", "classdef", "lambdef")
# Their type says no more of the function than that it can be called.
_CACHING = frozenset({"functools._lru_cache_wrapper", "functools._SingleDispatchCallable"})


def _overloads(_context: Any, function: Any) -> Iterator[Any]:
    """Yield the overloads of a function, the last first. Jedi knows no `async def` among them."""
    if function.type == "lambdef":
        return
    scope = function.search_ancestor(*_SCOPES)
    before = [
        leaf.parent
        for leaf in function.get_root_node().get_used_names().get(function.name.value, ())
        if leaf.parent.type == "funcdef"
        and leaf.start_pos < function.name.start_pos
        and leaf.parent.search_ancestor(*_SCOPES) is scope
    ]
    if _is_overload(function):
        yield function
    yield from takewhile(_is_overload, reversed(before))


def _is_overload(function: Any) -> bool:
    return any(
        decorator.children[1].get_code().strip().rpartition(".")[2] == "overload"
        for decorator in function.get_decorators()
    )


_function_values._find_overload_functions = _overloads  # noqa: SLF001


@dataclass(frozen=True)
class RawParameter:
    """A parameter of a signature.

    Attributes:
        name: Its name.
        kind: The name of its kind in `inspect`, such as `KEYWORD_ONLY`.
        path: The file in which it is written.
        place: Where in that file.
        shown: It, its annotation and its default as Jedi shows them.
    """

    name: str
    kind: str
    path: Path | None
    place: Place | None
    shown: str


@dataclass(frozen=True)
class RawSignature:
    """A signature of a callable.

    Attributes:
        name: The callable's name.
        path: The file that defines it.
        place: Where in that file.
        parameters: The parameters that a caller passes: without a bound `self`.
        of_fields: Whether they are the fields of a class whose `__init__` is generated.
        by_keyword: Whether such fields can only be passed by keyword, as those of pydantic.
    """

    name: str
    path: Path | None
    place: Place | None
    parameters: tuple[RawParameter, ...]
    of_fields: bool = False
    by_keyword: bool = False


def signatures(definition: NamedObject) -> list[RawSignature]:
    """Return the signatures of a callable: more than one if it is overloaded."""
    handle = definition.handle
    return [
        _raw(found)
        for signature in _own_init(_bound(handle._name, handle.get_signatures()))  # noqa: SLF001
        for found in _wrapped(signature)
    ]


def _raw(found: Any) -> RawSignature:
    of_fields = isinstance(found._signature, _class_values.DataclassSignature)  # noqa: SLF001
    return RawSignature(
        found.name,
        path_of(found),
        _overload_place(found) or place_of(found),
        tuple(
            RawParameter(
                parameter.name,
                parameter.kind.name,
                path_of(parameter),
                place_of(parameter),
                parameter.to_string(),
            )
            for parameter in _parameters(found)
        ),
        of_fields,
        of_fields and _is_by_keyword(found._signature.value),  # noqa: SLF001
    )


def _overload_place(found: Any) -> Place | None:
    """Return where an overload of a method is. Jedi gives the place of the method that has them."""
    signature = found._signature  # noqa: SLF001
    if not isinstance(
        getattr(getattr(signature, "value", None), "_wrapped_value", None),
        _function_values.OverloadedFunctionValue,
    ):
        return None
    place: Place = signature._function_value.tree_node.name.start_pos  # noqa: SLF001
    return place


def _bound(name: Any, found: Sequence[Any]) -> Sequence[Any]:
    """Bind the signatures of a method. Jedi takes them from a stub, in which it is not bound."""
    if not found or any(each._signature.is_bound for each in found):  # noqa: SLF001
        return found
    if not any(value.is_bound_method() for value in name.infer()):
        return found
    return [
        _signature(each, each._signature.bind(each._signature.value))  # noqa: SLF001
        for each in found
    ]


def _signature(like: Any, found: Any) -> Any:
    return _classes.BaseSignature(like._inference_state, found)  # noqa: SLF001


def _own_init(found: Sequence[Any]) -> list[Any]:
    """Return the signatures of the `__init__` that a class has, if Jedi says one is generated."""
    signatures: list[Any] = []
    for each in found:
        value = each._signature.value  # noqa: SLF001
        if isinstance(each._signature, _class_values.DataclassSignature) and any(  # noqa: SLF001
            _defines_init(each) for each in _with_fields(value)
        ):
            made = _class_values.init_or_new_func(value.py__call__(_arguments.ValuesArguments([])))
            signatures += [_signature(each, own.bind(value)) for own in made.get_signatures()]
        else:
            signatures.append(each)
    return signatures


def _with_fields(value: Any) -> list[Any]:
    """Return the classes whose own `__init__` would replace the one that is generated for one."""
    if isinstance(value, _class_values.DataclassWrapper):
        return [value]
    bases = list(value.py__mro__())
    roots = [index for index, base in enumerate(bases) if _transformer(base) is not None]
    return bases[: roots[-1]] if roots else []


def _transformer(value: Any) -> Any:
    """Return the class, the value or its metaclass, that is decorated: `dataclass_transform`."""
    metaclasses = value.get_metaclasses() if hasattr(value, "get_metaclasses") else ()
    for each in (value, *metaclasses):
        # Jedi wraps what has a decorator.
        found = getattr(each, "_wrapped_value", None)
        for one in (each, found):
            if isinstance(one, _class_values.DataclassTransformer):
                return one
    return None


def _defines_init(value: Any) -> bool:
    node = getattr(value, "tree_node", None)
    return node is not None and any(
        function.name.value == "__init__" for function in node.iter_funcdefs()
    )


def _is_by_keyword(value: Any) -> bool:
    if isinstance(value, _class_values.DataclassWrapper):
        return False
    found = (_transformer(base) for base in value.py__mro__())
    transformer = next((each for each in found if each is not None), None)
    return transformer is not None and any(
        "kw_only_default=True" in decorator.get_code().replace(" ", "")
        for decorator in transformer.tree_node.get_decorators()
    )


def undecorated(definition: NamedObject, *, is_bound: bool) -> list[RawSignature]:
    """Return the signature of a function as it is written, without what its decorators make of it.

    Args:
        definition: The function.
        is_bound: Whether it is a method that was read from an object, which is passed first.
    """
    name = definition.handle._name  # noqa: SLF001
    node = name.tree_name.parent
    value = _function_values.FunctionValue.from_context(name.parent_context, node)
    return [
        _raw(_signature(definition.handle, each.bind(value) if is_bound else each))
        for each in value.get_signatures()
    ]


def is_caching(definition: NamedObject) -> bool:
    """Return whether an object is what `functools.cache` or `singledispatch` make."""
    return definition.kind == "instance" and definition.full_name in _CACHING


def _wrapped(found: Any) -> list[Any]:
    """Return the signatures of what a function with `functools.wraps` passes everything on to.

    Jedi follows `*args` and `**kwargs` itself, and loses what can only be passed by keyword.
    """
    signature = found._signature  # noqa: SLF001
    original = getattr(getattr(signature, "value", None), "_original_function", None)
    # Of a method, Jedi has lost the original.
    if (
        original is None
        or signature.is_bound
        or _kinds(signature) != ["VAR_POSITIONAL", "VAR_KEYWORD"]
    ):
        return [found]
    return [
        inner for each in original.get_signatures() for inner in _wrapped(_signature(found, each))
    ]


def _parameters(found: Any) -> list[Any]:
    """Return the parameters of a signature, what is behind `*args` and `**kwargs` if it is known.

    With a `ParamSpec`, nothing is: Jedi would follow them to a function with the same.
    """
    own = found._signature.get_param_names(resolve_stars=False)  # noqa: SLF001
    if not any(_is_param_spec(name) for name in own):
        return list(found.params)
    return [_classes.ParamName(found._inference_state, name) for name in own]  # noqa: SLF001


def _is_param_spec(name: Any) -> bool:
    leaf = getattr(name, "tree_name", None)
    parameter = None if leaf is None else leaf.search_ancestor("param")
    annotation = None if parameter is None else parameter.annotation
    if annotation is None or name.get_kind().name != "VAR_POSITIONAL":
        return False
    return bool(annotation.get_code().endswith(".args"))


def _kinds(signature: Any) -> list[str]:
    return [name.get_kind().name for name in signature.get_param_names(resolve_stars=False)]
