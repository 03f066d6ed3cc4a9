"""The context of a call: the use of its value, the functions and the conditions around it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


Use = Literal[
    "annotation",
    "argument",
    "assert",
    "assignment",
    "await",
    "class header",
    "comprehension",
    "condition",
    "decorator",
    "default",
    "expression",
    "f-string",
    "iteration",
    "lambda",
    "match",
    "return",
    "statement",
    "walrus",
    "with",
    "yield",
]

GuardKind = Literal["TYPE_CHECKING", "platform", "version", "constant", "import failed"]

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ScopeNode = ast.Module | FunctionNode | ast.ClassDef | ast.Lambda
_Found = TypeVar("_Found")


class Link(NamedTuple):
    """A node, the field of its parent that holds it, and the parent's own link."""

    node: ast.AST
    field: str
    parent: Link | None


@dataclass(frozen=True, slots=True)
class EnclosingFunction:
    """A `def` that contains a call.

    Attributes:
        name: Its qualified name within the module.
        line: The line of its `def`.
        annotated: Whether any parameter or the return has an annotation; mypy does not look into
            a function where none has.
        decorators: Its decorators as they are written.
        no_type_check: Whether it, or a definition around it, has the decorator `@no_type_check`.
    """

    name: str
    line: int
    annotated: bool
    decorators: tuple[str, ...]
    no_type_check: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition around a call that may make a checker skip it."""

    kind: GuardKind
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a call.

    Attributes:
        use: What becomes of the call's value, by what is nearest to it.
        inside: All that it is inside of, up to the statement.
        statement: The statement that holds it.
        functions: The functions around it, outermost first.
        guards: The conditions around it, outermost first.
        eager: Whether it runs while the module is imported, outside any function or lambda.
        scopes: The nodes whose names it can see, innermost first; a class only if it is nearest.
    """

    use: Use
    inside: frozenset[Use]
    statement: ast.stmt
    functions: tuple[EnclosingFunction, ...]
    guards: tuple[Guard, ...]
    eager: bool
    scopes: tuple[ScopeNode, ...]


def context_of(link: Link) -> Context:
    """Return what surrounds the call at the end of a way."""
    uses = _uses(link)
    scopes = tuple(scopes_of(link))
    return Context(
        use=uses[0] if uses else "expression",
        inside=frozenset(uses),
        statement=statement_of(link),
        functions=_functions(link),
        guards=tuple(_guards(link))[::-1],
        eager=not any(
            isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for scope in scopes
        ),
        scopes=scopes,
    )


_USES: dict[tuple[type[ast.AST], str], Use] = {
    (ast.Expr, "value"): "statement",
    (ast.Await, "value"): "await",
    (ast.Return, "value"): "return",
    (ast.Assign, "value"): "assignment",
    (ast.AnnAssign, "value"): "assignment",
    (ast.AugAssign, "value"): "assignment",
    (ast.AnnAssign, "annotation"): "annotation",
    (ast.arg, "annotation"): "annotation",
    (ast.FunctionDef, "returns"): "annotation",
    (ast.AsyncFunctionDef, "returns"): "annotation",
    (ast.NamedExpr, "value"): "walrus",
    (ast.Call, "args"): "argument",
    (ast.keyword, "value"): "argument",
    (ast.Lambda, "body"): "lambda",
    (ast.arguments, "defaults"): "default",
    (ast.arguments, "kw_defaults"): "default",
    (ast.comprehension, "iter"): "comprehension",
    (ast.comprehension, "ifs"): "comprehension",
    (ast.ListComp, "elt"): "comprehension",
    (ast.SetComp, "elt"): "comprehension",
    (ast.GeneratorExp, "elt"): "comprehension",
    (ast.DictComp, "key"): "comprehension",
    (ast.DictComp, "value"): "comprehension",
    (ast.If, "test"): "condition",
    (ast.While, "test"): "condition",
    (ast.IfExp, "test"): "condition",
    (ast.IfExp, "body"): "condition",
    (ast.IfExp, "orelse"): "condition",
    (ast.BoolOp, "values"): "condition",
    (ast.match_case, "guard"): "condition",
    (ast.For, "iter"): "iteration",
    (ast.AsyncFor, "iter"): "iteration",
    (ast.Assert, "test"): "assert",
    (ast.Assert, "msg"): "assert",
    (ast.Match, "subject"): "match",
    (ast.withitem, "context_expr"): "with",
    (ast.FunctionDef, "decorator_list"): "decorator",
    (ast.AsyncFunctionDef, "decorator_list"): "decorator",
    (ast.ClassDef, "decorator_list"): "decorator",
    (ast.ClassDef, "bases"): "class header",
    (ast.ClassDef, "keywords"): "class header",
    (ast.FormattedValue, "value"): "f-string",
    (ast.FormattedValue, "format_spec"): "f-string",
    (ast.Yield, "value"): "yield",
    (ast.YieldFrom, "value"): "yield",
}
# Nodes that the oldest supported interpreter does not have yet.
_USES_BY_NAME: dict[str, Use] = {
    "Interpolation": "f-string",
    "TypeAlias": "annotation",
    "TypeVar": "annotation",
    "TypeVarTuple": "annotation",
    "ParamSpec": "annotation",
}


def statement_of(link: Link) -> ast.stmt:
    """Return the statement that contains a node, or the node if it is one."""
    around: Link | None = link
    while around is not None:
        if isinstance(around.node, ast.stmt):
            return around.node
        around = around.parent
    message = "the node is not an expression within a statement"
    raise TypeError(message)


def _uses(link: Link) -> list[Use]:
    """Return what a value is used for, nearest first, up to the statement that holds it."""
    uses: list[Use] = []
    child = link
    while child.parent is not None and not isinstance(child.node, ast.stmt):
        use = _use(child, child.parent.node)
        if use is not None:
            uses.append(use)
        child = child.parent
    return uses


def _use(child: Link, parent: ast.AST) -> Use | None:
    return _USES.get((type(parent), child.field)) or _USES_BY_NAME.get(type(parent).__name__)


def scopes_of(link: Link) -> Iterator[ScopeNode]:
    """Yield the scopes whose names are visible, innermost first.

    Decorators, defaults, annotations and base classes belong to the scope around their `def`.
    """
    child, parent = link, link.parent
    nearest = True
    while parent is not None:
        node = parent.node
        body = child.field == "body"
        if body and (
            isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            or (isinstance(node, ast.ClassDef) and nearest)
        ):
            yield node
            nearest = False
        elif isinstance(node, ast.Module):
            yield node
        child, parent = parent, parent.parent


def _functions(link: Link) -> tuple[EnclosingFunction, ...]:
    """Return the functions around a node, outermost first."""
    owners: list[FunctionNode | ast.ClassDef] = []
    child, parent = link, link.parent
    while parent is not None:
        if (
            isinstance(parent.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            and child.field == "body"
        ):
            owners.append(parent.node)
        child, parent = parent, parent.parent
    owners.reverse()
    found: list[EnclosingFunction] = []
    for index, node in enumerate(owners):
        if isinstance(node, ast.ClassDef):
            continue
        around = owners[: index + 1]
        found.append(
            EnclosingFunction(
                name=".".join(owner.name for owner in around),
                line=node.lineno,
                annotated=is_annotated(node),
                decorators=decorator_texts(node),
                no_type_check=any(map(_has_no_type_check, around)),
            )
        )
    return tuple(found)


def is_annotated(node: FunctionNode) -> bool:
    """Return whether anything about a function's signature is annotated."""
    return node.returns is not None or any(
        parameter.annotation is not None for parameter in parameters(node.args)
    )


def class_of_method(tree: ast.Module, scopes: Sequence[ScopeNode]) -> ast.ClassDef | None:
    """Return the class of a module of which one of some scopes is a method.

    Args:
        tree: The module.
        scopes: The scopes, innermost first. Of several methods, the outermost one counts.
    """
    owners = _owners(tree)
    return next((owners[scope] for scope in reversed(scopes) if scope in owners), None)


def is_none(node: ast.expr | None) -> bool:
    """Return whether an expression is `None`."""
    return isinstance(node, ast.Constant) and node.value is None


def last_name(node: ast.AST) -> str:
    """Return a name, or the last one of an attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def parameters(args: ast.arguments) -> list[ast.arg]:
    """Return all parameters in the order in which they are written."""
    found = [*args.posonlyargs, *args.args]
    if args.vararg is not None:
        found.append(args.vararg)
    found.extend(args.kwonlyargs)
    if args.kwarg is not None:
        found.append(args.kwarg)
    return found


def defaults(args: ast.arguments) -> dict[ast.arg, ast.expr]:
    """Return the default of each parameter that has one, in the order of the source."""
    positional = [*args.posonlyargs, *args.args]
    first = len(positional) - len(args.defaults)
    by_keyword = zip(args.kwonlyargs, args.kw_defaults, strict=True)
    return {
        **dict(zip(positional[first:], args.defaults, strict=True)),
        **{parameter: default for parameter, default in by_keyword if default is not None},
    }


def remembered(find: Callable[[ScopeNode], _Found]) -> Callable[[ScopeNode], _Found]:
    """Remember what a function finds in a scope for as long as the scope's tree lives.

    Each call in a scope, and each phase of a check, asks for the same. What is found must not hold
    the scope itself.
    """
    known: WeakKeyDictionary[ScopeNode, _Found] = WeakKeyDictionary()

    @wraps(find)
    def look_up(scope: ScopeNode) -> _Found:
        found = known.get(scope)
        if found is None:
            found = known[scope] = find(scope)
        return found

    return look_up


@remembered
def _owners(tree: ScopeNode) -> Mapping[ast.AST, ast.ClassDef]:
    """Return the class of each statement that stands in the body of one."""
    return {
        statement: node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
    }


def own_nodes(scope: ScopeNode) -> Iterator[ast.AST]:
    """Yield the nodes in the body of a scope, without those in its inner scopes.

    They have the order of the source. Of an inner scope, only its own node is among them. A lambda
    has no body.
    """
    stack: list[ast.AST] = [] if isinstance(scope, ast.Lambda) else [*reversed(scope.body)]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def decorator_texts(node: FunctionNode | ast.ClassDef) -> tuple[str, ...]:
    """Return the decorators as source text, each on one line."""
    return tuple(ast.unparse(decorator) for decorator in node.decorator_list)


def _has_no_type_check(node: FunctionNode | ast.ClassDef) -> bool:
    return any(text.rpartition(".")[2] == "no_type_check" for text in decorator_texts(node))


def _guards(link: Link) -> Iterator[Guard]:
    """Yield the conditions around a node, innermost first."""
    child, parent = link, link.parent
    while parent is not None:
        node = parent.node
        if isinstance(node, (ast.If, ast.IfExp, ast.While)) and child.field in {"body", "orelse"}:
            kind = _condition_kind(node.test)
            taken = isinstance(node.test, ast.Constant) and bool(node.test.value)
            if kind is not None and not (taken and child.field == "body"):
                text = ast.unparse(node.test)
                if child.field == "orelse":
                    text = f"not ({text})"
                yield Guard(kind, node.test.lineno, text)
        elif isinstance(node, ast.ExceptHandler) and node.type is not None:
            text = ast.unparse(node.type)
            if "ImportError" in text or "ModuleNotFoundError" in text:
                yield Guard("import failed", node.lineno, f"except {text}")
        child, parent = parent, parent.parent


def _condition_kind(test: ast.expr) -> GuardKind | None:
    names = {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(test)
        if isinstance(node, (ast.Name, ast.Attribute))
    }
    if "TYPE_CHECKING" in names:
        return "TYPE_CHECKING"
    if {"version_info", "PY2", "PY3"} & names:
        return "version"
    if names & {"platform"} or {"os", "name"} <= names:
        return "platform"
    if isinstance(test, ast.Constant):
        return "constant"
    return None


_EXITS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def exit_before(context: Context) -> int | None:
    """Return the line of a statement before the call that leaves the block, if there is one."""
    for block in blocks(context.scopes[0]):
        if context.statement in block:
            before = block[: block.index(context.statement)]
            return next((one.lineno for one in before if isinstance(one, _EXITS)), None)
    return None


def blocks(scope: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every block of statements in a scope, those of its inner scopes included."""
    for node in ast.walk(scope):
        for _, value in ast.iter_fields(node):
            if isinstance(value, list):
                statements = [item for item in value if isinstance(item, ast.stmt)]  # pyright: ignore[reportUnknownVariableType]  # of any kind
                if statements:
                    yield statements


def is_in_loop(context: Context) -> bool:
    """Return whether the statement of something may run more than once in its scope."""
    return any(
        isinstance(node, _LOOPS) and any(inner is context.statement for inner in ast.walk(node))
        for node in ast.walk(context.scopes[0])
    ) or any(isinstance(node, _COMPREHENSIONS) for node in ast.walk(context.statement))
