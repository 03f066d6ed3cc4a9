"""Types for a decorator: a `ParamSpec`, so that what it decorates keeps its parameters."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from typed_bg._source.scopes import FunctionNode, defaults, own_nodes
from typed_bg.fix.edits import Anchor, Change, Edit, Replacement, insertion, python_change
from typed_bg.fix.imports import Imports
from typed_bg.fix.signatures import (
    annotated,
    any_parameters,
    is_none_by_default,
    returning,
    returns_nothing,
    returns_only,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import PurePosixPath

    from typed_bg._source.module import Module

Result = Literal["written", "same", "any"]
"""What the decorated function returns.

It is what the annotations of the decorator say, what the function under it returns, or `Any`.
"""

_PEP_604 = (3, 10)


def typed_decorator(path: PurePosixPath, anchor: Anchor, python: tuple[int, int]) -> Edit:
    """Return the edit that annotates a decorator.

    Args:
        path: Its file, from the project's root.
        anchor: The decorator, or the method of an object that decorates.
        python: The oldest Python that the project supports.
    """
    variants = [
        _change(anchor, python, result=result, wrappers=wrappers) for result, wrappers in _WAYS
    ]
    summary = f"annotate {anchor} with a ParamSpec"
    return Edit("untyped-decorator", path, str(anchor), summary, variants=tuple(variants))


# From the most precise to the least: what a wrapper returns may be too much for a checker.
_WAYS: tuple[tuple[Result, bool], ...] = (
    ("written", True),
    ("same", True),
    ("any", True),
    ("any", False),
)


def _change(anchor: Anchor, python: tuple[int, int], *, result: Result, wrappers: bool) -> Change:
    def replacements(module: Module) -> list[Replacement] | None:
        function = anchor.find(module.tree)
        if function is None or isinstance(function, ast.AsyncFunctionDef):
            return None
        writer = _Writer(module, Imports(module, python, function.lineno), result, wrappers)
        found = writer.decorator(function)
        return None if found is None else [*found, *writer.imports.replacements()]

    return python_change(replacements)


@dataclass(slots=True)
class _Wrapper:
    """A function that a decorator returns, and how it calls the decorated one.

    Attributes:
        node: The function.
        leading: Its parameter before the variadics, such as `self`.
        before: How many arguments it passes before the variadics.
        awaits: Whether it awaits the decorated function.
        returns_result: Whether it returns nothing but the decorated function's result.
        returns_nothing: Whether it returns no value at all.
        yields: Whether it is a generator.
    """

    node: FunctionNode
    leading: ast.arg | None
    before: int
    awaits: bool
    returns_result: bool
    returns_nothing: bool
    yields: bool


@dataclass(slots=True)
class _Writer:
    module: Module
    imports: Imports
    result: Result
    wrappers: bool

    def decorator(self, function: ast.FunctionDef) -> list[Replacement] | None:
        """Return the annotations of a decorator, of any of the usual forms."""
        positional = _positional(function)
        if positional and _is_called_or_returned(function, positional[0].arg):
            if is_none_by_default(function, positional[0]):
                return self._with_and_without_parentheses(function, positional[0], function)
            self.imports.owner = function
            return self._plain(function, positional[0])
        inner = _returned_functions(function)
        if len(inner) != 1 or isinstance(inner[0], ast.AsyncFunctionDef):
            return None
        decorate = inner[0]
        given = _positional(decorate)
        if not given or not _is_called_or_returned(decorate, given[0].arg):
            return None
        if (
            positional
            and is_none_by_default(function, positional[0])
            and _is_passed_to(function, decorate.name, positional[0].arg)
        ):
            return self._with_and_without_parentheses(function, positional[0], decorate)
        found = self._plain(decorate, given[0])
        if self.result == "written":
            own = self._written(function, decorate, given[0].arg)
        else:
            types = self._types(decorate, given[0].arg)
            returns = None if types is None else f"{self._callable()}[[{types[0]}], {types[1]}]"
            own = None if returns is None else returning(self.module, function, returns)
        return None if found is None or own is None else [*found, *own]

    def _plain(self, function: FunctionNode, parameter: ast.arg) -> list[Replacement] | None:
        """Return the annotations of a function that takes the decorated one and returns it."""
        if self.result == "written":
            return self._with_parameters(function, parameter)
        types = self._types(function, parameter.arg)
        returns = None if types is None else returning(self.module, function, types[1])
        if types is None or returns is None:
            return None
        found = [*annotated(self.module, parameter, types[0]), *returns]
        wrappers = (self._wrappers_of(function, parameter.arg) or []) if self.wrappers else []
        is_exact = self._is_exact(wrappers)
        for wrapper in wrappers:
            found += self._wrapper(wrapper, self._result(wrapper, is_exact=is_exact))
        return found

    def _with_parameters(
        self, function: FunctionNode, parameter: ast.arg
    ) -> list[Replacement] | None:
        """Return the parameters in annotations that only leave these out: `Callable[..., int]`."""
        returned = any_parameters(function.returns)
        given = any_parameters(parameter.annotation)
        wrappers = self._wrappers_of(function, parameter.arg)
        results = {ast.unparse(each.result) for each in (*given, *returned)}
        # Without a result, a type variable says more.
        if not given or not returned or wrappers is None or results <= {"Any", "typing.Any"}:
            return None
        found = self._written(function, function, parameter.arg)
        types = self._parameters(wrappers)
        if found is None or types is None:
            return None
        found += [Replacement(self.module.span(each.dots), types[0]) for each in given]
        for wrapper in wrappers:
            is_open = wrapper.node.returns is None
            found += self._wrapper(wrapper, self.imports.typing("Any") if is_open else None)
        return found

    def _written(
        self, function: FunctionNode, decorate: FunctionNode, name: str
    ) -> list[Replacement] | None:
        """Return the parameters in what a function is annotated to return.

        Args:
            function: The function.
            decorate: The one that takes the decorated function: the same, or what it returns.
            name: The parameter that takes the decorated function.
        """
        dots = any_parameters(function.returns)
        types = self._parameters(self._wrappers_of(decorate, name) or [])
        if types is None or len(dots) != (1 if decorate is function else 2):
            return None
        # Of `Callable[[given], returned]`, the first is what is given.
        of = types[-len(dots) :]
        pairs = zip(dots, of, strict=True)
        return [Replacement(self.module.span(each.dots), text) for each, text in pairs]

    def _wrapper(self, wrapper: _Wrapper, returns: str | None) -> list[Replacement]:
        args = wrapper.node.args
        spec = self.imports.variable("P", "ParamSpec") or "P"
        found: list[Replacement] = []
        if args.vararg is not None and args.kwarg is not None:
            found += annotated(self.module, args.vararg, f"{spec}.args")
            found += annotated(self.module, args.kwarg, f"{spec}.kwargs")
        if wrapper.leading is not None and wrapper.leading.annotation is None:
            found += annotated(self.module, wrapper.leading, self.imports.typing("Any"))
        own = None if returns is None else returning(self.module, wrapper.node, returns)
        return [*found, *(own or ())]

    def _parameters(self, wrappers: Sequence[_Wrapper]) -> tuple[str, str] | None:
        """Return the parameters of the decorated function, and those of what replaces it."""
        spec = self.imports.variable("P", "ParamSpec")
        numbers = {(wrapper.before, int(wrapper.leading is not None)) for wrapper in wrappers}
        if spec is None or len(numbers) > 1:
            return None
        given, returned = (self._after(each, spec) for each in next(iter(numbers), (0, 0)))
        return given, returned

    def _after(self, number: int, spec: str) -> str:
        """Return parameters that begin with some of any type."""
        if not number:
            return spec
        any_type = self.imports.typing("Any")
        return f"{self.imports.typing('Concatenate')}[{', '.join([any_type] * number)}, {spec}]"

    def _is_exact(self, wrappers: Sequence[_Wrapper]) -> bool:
        """Return whether a type variable can say what is returned."""
        kinds = {
            (_is_coroutine(wrapper), wrapper.awaits, wrapper.returns_result) for wrapper in wrappers
        }
        return (
            self.result == "same"
            and len(kinds) < 2  # noqa: PLR2004  # all are alike
            and all(wrapper.returns_result for wrapper in wrappers)
        )

    def _types(self, function: FunctionNode, name: str) -> tuple[str, str] | None:
        """Return the type of the parameter of a decorator and of what it returns."""
        wrappers = self._wrappers_of(function, name)
        parameters = None if wrappers is None else self._parameters(wrappers)
        if wrappers is None or parameters is None:
            return None
        # A type variable in one place only says nothing.
        is_exact = self._is_exact(wrappers)
        own = result = self._value() if is_exact else self.imports.typing("Any")
        if (
            all(wrapper.returns_nothing for wrapper in wrappers)
            and wrappers
            and self.result == "same"
        ):
            result = "None"
        if wrappers and all(map(_is_coroutine, wrappers)):
            coroutine, any_type = self.imports.typing("Coroutine"), self.imports.typing("Any")
            result = f"{coroutine}[{any_type}, {any_type}, {result}]"
            if any(wrapper.awaits for wrapper in wrappers):
                own = f"{self.imports.typing('Awaitable')}[{own}]"
        callable_type = self._callable()
        given, returned = parameters
        return f"{callable_type}[{given}, {own}]", f"{callable_type}[{returned}, {result}]"

    def _result(self, wrapper: _Wrapper, *, is_exact: bool) -> str:
        if wrapper.returns_nothing and self.result == "same":
            return "None"
        return self._value() if is_exact else self.imports.typing("Any")

    def _value(self) -> str:
        return self.imports.variable("R", "TypeVar") or self.imports.typing("Any")

    def _callable(self) -> str:
        return self.imports.typing("Callable")

    def _wrappers_of(self, function: FunctionNode, name: str) -> list[_Wrapper] | None:
        """Return the wrappers that a decorator returns; `None` if one is of another form."""
        found: list[_Wrapper] = []
        for node in _returned_functions(function):
            wrapper = _wrapper(node, name)
            if wrapper is None:
                return None
            found.append(wrapper)
        return found

    def _with_and_without_parentheses(
        self, function: ast.FunctionDef, parameter: ast.arg, decorate: FunctionNode
    ) -> list[Replacement] | None:
        """Return overloads of a decorator that works as `@name` and as `@name(...)`."""
        given = _positional(decorate)[0]
        types = None if self.result == "written" else self._types(decorate, given.arg)
        found = self._plain(decorate, given)
        if types is None or found is None:
            return None
        if decorate is function:
            wrappers = self._wrappers_of(function, given.arg) or []
            is_exact = self._is_exact(wrappers)
            results = [(wrapper, self._result(wrapper, is_exact=is_exact)) for wrapper in wrappers]
            found = [new for each, result in results for new in self._wrapper(each, result)]
        start = self.module.starts[min([function.lineno, *_lines(function)]) - 1]
        line = self.module.starts[function.lineno - 1]
        indent = self.module.text[line : self.module.offset(function.lineno, function.col_offset)]
        if function.decorator_list or indent.strip():
            return None
        end = self.module.text[line - 1 : line] or "\n"
        end = "\r\n" if self.module.text[line - 2 : line] == "\r\n" else end
        others = _others(function, parameter)
        if others is None:
            return None
        overload = self.imports.typing("overload")
        name, with_parentheses = parameter.arg, f"{self._callable()}[[{types[0]}], {types[1]}]"
        overloads = ""
        for first, returns in ((types[0], types[1]), ("None = None", with_parentheses)):
            taken = ", ".join([f"{name}: {first}", *others])
            overloads += f"{indent}@{overload}{end}"
            overloads += f"{indent}def {function.name}({taken}) -> {returns}: ...{end}"
        any_type = self.imports.typing("Any")
        of = types[0]
        optional = (
            f"{of} | None"
            if self.imports.python >= _PEP_604
            else f"{self.imports.typing('Optional')}[{of}]"
        )
        return [
            insertion(start, overloads),
            *found,
            *annotated(self.module, parameter, optional),
            *(returning(self.module, function, any_type) or ()),
        ]


def _lines(function: FunctionNode) -> list[int]:
    return [decorator.lineno for decorator in function.decorator_list]


def _others(function: FunctionNode, parameter: ast.arg) -> list[str] | None:
    """Return the other parameters of a decorator as an overload has them: `times=...`."""
    args = function.args
    if args.vararg is not None or args.kwarg is not None or args.posonlyargs:
        return None
    found: list[str] = []
    optional = defaults(args)
    for index, each in enumerate([*args.args, *args.kwonlyargs]):
        if index == len(args.args):
            found.append("*")
        if each is parameter or each.arg in {"self", "cls"}:
            continue
        annotation = "" if each.annotation is None else f": {ast.unparse(each.annotation)}"
        equals = " = " if annotation else "="
        found.append(f"{each.arg}{annotation}{equals + '...' if each in optional else ''}")
    return found


def _positional(function: FunctionNode) -> list[ast.arg]:
    found = [*function.args.posonlyargs, *function.args.args]
    return found[1:] if found and found[0].arg in {"self", "cls"} else found


def _returned_functions(function: FunctionNode) -> list[FunctionNode]:
    """Return the functions that a function defines and returns."""
    inner = {node.name: node for node in own_nodes(function) if isinstance(node, FunctionNode)}
    names = {
        name
        for node in own_nodes(function)
        if isinstance(node, ast.Return) and node.value is not None
        for name in _names(node.value)
    }
    return [node for name, node in inner.items() if name in names]


def _names(expression: ast.expr) -> Iterator[str]:
    """Yield the names in an expression, but not in keywords of calls, such as `key=make`."""
    stack: list[ast.AST] = [expression]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name):
            yield node.id
        stack += (each for each in ast.iter_child_nodes(node) if not isinstance(each, ast.keyword))


def _is_passed_to(function: FunctionNode, decorate: str, name: str) -> bool:
    """Return whether a function calls another one with a parameter: `decorate(function)`."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) == decorate
        and [ast.unparse(argument) for argument in node.args] == [name]
        for node in own_nodes(function)
    )


def _is_coroutine(wrapper: _Wrapper) -> bool:
    return isinstance(wrapper.node, ast.AsyncFunctionDef) and not wrapper.yields


def _is_called_or_returned(function: FunctionNode, name: str) -> bool:
    """Return whether a function returns a parameter, or a wrapper that uses it."""
    for node in own_nodes(function):
        returned = node.value if isinstance(node, ast.Return) else None
        if isinstance(returned, ast.Name) and returned.id == name:
            return True
    wrappers = [_wrapper(node, name) for node in _returned_functions(function)]
    return bool(wrappers) and None not in wrappers


def _wrapper(node: FunctionNode, name: str) -> _Wrapper | None:
    """Return a wrapper that passes all arguments to the decorated function."""
    args = node.args
    if args.vararg is None or args.kwarg is None or args.kwonlyargs or len(args.args) > 1:
        return None
    uses = [
        call
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and any(isinstance(each, ast.Name) and each.id == name for each in _parts(call))
    ]
    if not uses:
        return None
    awaited = {id(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Await)}
    calls = [call for call in uses if isinstance(call.func, ast.Name) and call.func.id == name]
    direct = set(map(id, calls))
    leading = next(iter([*args.posonlyargs, *args.args]), None)
    numbers = set(map(_before_variadics, calls)) or {int(leading is not None)}
    before = next(iter(numbers))
    if before is None or len(numbers) > 1:
        return None
    return _Wrapper(
        node,
        leading,
        before,
        awaits=bool(direct & awaited),
        returns_result=returns_only(node, direct),
        returns_nothing=returns_nothing(node),
        yields=any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in own_nodes(node)),
    )


def _before_variadics(call: ast.Call) -> int | None:
    """Return how many arguments a call passes before `*args, **kwargs`, if it passes only those."""
    if not call.args:
        return None
    *before, last = call.args
    is_passed_on = isinstance(last, ast.Starred) and [keyword.arg for keyword in call.keywords] == [
        None
    ]
    is_plain = not any(isinstance(argument, ast.Starred) for argument in before)
    return len(before) if is_passed_on and is_plain else None


def _parts(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what is called and all that is passed, as in `Thread(target=function)`."""
    yield from (call.func, *call.args, *(keyword.value for keyword in call.keywords))
