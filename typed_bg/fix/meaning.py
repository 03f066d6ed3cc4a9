"""The code of a module without its types: equal before and after an edit that is safe."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from typed_bg._source.scopes import last_name

if TYPE_CHECKING:
    from typed_bg._source.scopes import FunctionNode

_TYPING = frozenset({"typing", "typing_extensions", "collections.abc"})
# An annotation needs its class. Importing it again runs nothing in an app that uses it anyway.
_CLASSES = frozenset(
    {"fastapi", "fastapi.background", "starlette.background", "typed_bg", "typed_bg.fastapi"}
)
_VARIABLES = frozenset({"ParamSpec", "TypeVar", "TypeVarTuple"})


@functools.lru_cache(maxsize=4)  # each edit of a file is compared with the same text
def without_types(text: str) -> str:
    """Return what a module does: its tree without annotations and what only they need."""
    return ast.dump(_Remover().visit(ast.parse(text)))


class _Remover(ast.NodeTransformer):
    @override
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    @override
    def visit_FunctionDef(self, node: ast.FunctionDef) -> FunctionNode | None:
        if any(last_name(decorator) == "overload" for decorator in node.decorator_list):
            return None
        return self._function(node)

    @override
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> FunctionNode:
        return self._function(node)

    @override
    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        node.bases = [base for base in node.bases if not _is_generic(base)]
        _remove_type_parameters(node)
        self.generic_visit(node)
        return node

    @override
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(None)
        if is_callable_type(node.value):
            node.value = ast.Constant(None)
        self.generic_visit(node)
        return node

    def visit_TypeAlias(self, _: ast.AST) -> None:
        """Remove the statement `type X = ...`, which Python 3.12 and later read."""

    @override
    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        if is_callable_type(node.value):
            node.value = ast.Constant(None)
        return None if is_type_variable(node) else node

    @override
    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom | None:
        removed = node.level == 0 and node.module in _TYPING
        if node.level == 0 and node.module in _CLASSES:
            node.names = [alias for alias in node.names if alias.name != "BackgroundTasks"]
            removed = not node.names
        return None if removed else node

    @override
    def visit_Import(self, node: ast.Import) -> ast.Import | None:
        node.names = [alias for alias in node.names if alias.name not in _TYPING]
        return node if node.names else None

    def _function(self, node: FunctionNode) -> FunctionNode:
        node.returns = None
        _remove_type_parameters(node)
        self.generic_visit(node)
        return node


def _remove_type_parameters(node: FunctionNode | ast.ClassDef) -> None:
    """Remove what is between the brackets after a name, which Python 3.12 and later read."""
    if hasattr(node, "type_params"):
        cast("Any", node).type_params = []


def _is_generic(base: ast.expr) -> bool:
    """Return whether a base of a class only says what the class is generic over."""
    name = ast.unparse(base.value) if isinstance(base, ast.Subscript) else ""
    return name.rpartition(".")[2] == "Generic"


def is_callable_type(node: ast.expr | None) -> bool:
    """Return whether an expression is `Callable[...]` with any parameters."""
    name = ast.unparse(node.value) if isinstance(node, ast.Subscript) else ""
    return name.rpartition(".")[2] == "Callable"


def is_type_variable(node: ast.stmt) -> bool:
    """Return whether a statement only makes a type variable."""
    value = node.value if isinstance(node, ast.Assign) else None
    return (
        isinstance(value, ast.Call)
        and last_name(value.func) in _VARIABLES
        and not value.keywords
        and len(value.args) == 1
    )
