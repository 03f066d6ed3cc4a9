"""The names that annotations need: those that a module has, and the imports of the others."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bindings
from typed_bg._source.module import NEWLINE, Module, newline_of
from typed_bg._source.scopes import last_name
from typed_bg.fix.edits import Replacement, insertion
from typed_bg.fix.meaning import is_type_variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typed_bg._source.scopes import FunctionNode

_COLLECTIONS_ABC = (3, 9)  # generic since
_PARAM_SPEC = (3, 10)
_TYPE_VAR_TUPLE = (3, 11)
_TYPE_PARAMETERS = (3, 12)
_RUN = frozenset({"ParamSpec", "TypeVar", "TypeVarTuple", "Generic", "overload", "BackgroundTasks"})
_ABSTRACT = frozenset({"Callable", "Awaitable", "Coroutine"})
_SPARE_NAMES = {
    "P": ("P", "_P", "Params", "_Params"),
    "R": ("R", "_R", "Result", "_Result"),
    "Ts": ("Ts", "_Ts", "Args", "_Args"),
}


@dataclass(slots=True)
class Imports:
    """Finds or adds what an edit of a module needs.

    Attributes:
        module: The module.
        python: The oldest Python that the project supports.
        line: The line of what needs the names. What is defined below it comes too late.
        owner: The function or class whose own type parameters the variables can be, if any.
        variables: The type variables to define: the statements.
        added: The names to import, by module.
    """

    module: Module
    python: tuple[int, int]
    line: int
    owner: FunctionNode | ast.ClassDef | None = None
    variables: list[str] = field(default_factory=list[str])
    added: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _given: dict[str, str] = field(default_factory=dict[str, str])

    def typing(self, name: str) -> str:
        """Return how the module can write a name of the typing modules."""
        sources: tuple[str, ...] = ("typing", "typing_extensions")
        if name in _ABSTRACT:
            sources = ("collections.abc", *sources)
            is_old = self.python < _COLLECTIONS_ABC or self._has_abstract_types_of_typing()
            new = "typing" if is_old else "collections.abc"
        elif (name in {"ParamSpec", "Concatenate"} and self.python < _PARAM_SPEC) or (
            name in {"TypeVarTuple", "Unpack"} and self.python < _TYPE_VAR_TUPLE
        ):
            # The older typing module does not have it.
            new = "typing_extensions"
            sources = (new,)
        else:
            new = "typing"
        return self.named(name, sources, new)

    def named(self, name: str, sources: Sequence[str], new: str) -> str:
        """Return how the module can write a name that it imports, or will.

        Args:
            name: The name.
            sources: The modules from which it can come.
            new: The one to import it from otherwise.
        """
        for node in self._imports(run=name in _RUN):
            for alias in node.names:
                if isinstance(node, ast.ImportFrom):
                    if node.level == 0 and node.module in sources and alias.name == name:
                        return alias.asname or name
                elif alias.name in sources and (alias.asname or "." not in alias.name):
                    return f"{alias.asname or alias.name}.{name}"
        written = f"_{name}" if self._is_taken(name, sources) else name
        imported = name if written == name else f"{name} as {written}"
        names = self.added.setdefault(new, [])
        if imported not in names:
            names.append(imported)
        return written

    def moved(self, name: str, new: str) -> None:
        """Import a name from another module than before. The caller removes the old import."""
        self.added.setdefault(new, []).append(name)

    def _is_taken(self, name: str, sources: Sequence[str]) -> bool:
        """Return whether the module uses a name for something that is not from these modules."""
        return any(
            not isinstance(node, ast.ImportFrom) or node.module not in sources
            for node in bindings(self.module.tree).get(name, ())
        )

    def variable(self, name: str, kind: str) -> str | None:
        """Return the name of a type variable that the module has, or will have.

        Args:
            name: The usual name.
            kind: `ParamSpec`, `TypeVar` or `TypeVarTuple`.

        Returns:
            The name; `None` if all usual ones stand for something else.
        """
        if kind in self._given:
            return self._given[kind]
        used = _names(self.module.tree)
        for node in self.module.tree.body:
            if (
                not self.is_inline()
                and node.lineno < self.line
                and isinstance(node, ast.Assign)
                and is_type_variable(node)
                and isinstance(node.value, ast.Call)
                and last_name(node.value.func) == kind
            ):
                return ast.unparse(node.targets[0])
        free = next((each for each in _SPARE_NAMES[name] if each not in used), None)
        if free is not None:
            self._given[kind] = free
            if not self.is_inline():
                self.variables.append(f'{free} = {self.typing(kind)}("{free}")')
        return free

    def is_inline(self) -> bool:
        """Return whether the owner gets the variables: if the module writes them in this way."""
        return (
            self.owner is not None
            and self.python >= _TYPE_PARAMETERS
            and not getattr(self.owner, "type_params", ())
            and any(getattr(node, "type_params", ()) for node in ast.walk(self.module.tree))
        )

    def _inline(self) -> list[Replacement]:
        """Return the insertion of the owner's type parameters."""
        if self.owner is None or not self._given or not self.is_inline():
            return []
        stars = {"ParamSpec": "**", "TypeVar": "", "TypeVarTuple": "*"}
        names = ", ".join(f"{stars[kind]}{name}" for kind, name in self._given.items())
        start = self.module.offset(self.owner.lineno, self.owner.col_offset)
        name = re.compile(rf"\b{self.owner.name}\b").search(self.module.text, start)
        return [] if name is None else [insertion(name.end(), f"[{names}]")]

    def replacements(self) -> list[Replacement]:
        """Return the insertions of the imports and of the type variables."""
        end = newline_of(self.module.text)
        found: list[Replacement] = []
        for source, names in sorted(self.added.items()):
            # What runs cannot be imported in a block for checkers only.
            for run, those in self._divided(names).items():
                nodes = self._imports(run=run)
                extended = _extended(self.module, nodes, source, those)
                line = f"from {source} import {', '.join(sorted(those, key=_order))}{end}"
                block = None if run else self._block
                if extended is not None:
                    found += extended
                elif block is not None:
                    found.append(_in_block(self.module, block, source, line, end))
                else:
                    found.append(self._line(source, line, end, first=not found))
        if self.variables:
            found.append(self._variables(end))
        return [*self._inline(), *found]

    def _divided(self, names: Sequence[str]) -> dict[bool, list[str]]:
        """Divide names by whether they must be there when the code runs."""
        divided: dict[bool, list[str]] = {}
        for name in names:
            run = name.partition(" ")[0] in _RUN or self._block is None
            divided.setdefault(run, []).append(name)
        return divided

    def _line(self, source: str, line: str, end: str, *, first: bool) -> Replacement:
        at, empty_line = _place(self.module, self._top(), source)
        # Of two imports at one place, only the outer sides have an empty line.
        before = end if empty_line == "before" and first else ""
        after = end if empty_line == "after" and source == max(self.added) else ""
        return insertion(at, f"{before}{line}{after}")

    @property
    def _block(self) -> ast.If | None:
        """The imports for checkers only, if annotations are not evaluated."""
        body = self.module.tree.body
        lazy = any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in body)
        blocks = (n for n in body if isinstance(n, ast.If) and _is_import(n) and not n.orelse)
        return next(blocks, None) if lazy else None

    def _imports(self, *, run: bool) -> list[ast.Import | ast.ImportFrom]:
        """Return the imports above the line that needs them.

        Args:
            run: Whether the name is needed where the type variables are defined.
        """
        block = None if run else self._block
        nodes = self._top() if run else self.module.tree.body
        return [
            node
            for node in (*nodes, *(block.body if block is not None else ()))
            if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno < self.line
        ]

    def _top(self) -> list[ast.stmt]:
        """Return the statements above the first function or class, and above the line."""
        body = self.module.tree.body
        ends = (i for i, n in enumerate(body) if _is_block(n) or n.lineno >= self.line)
        return body[: next(ends, len(body))]

    def _has_abstract_types_of_typing(self) -> bool:
        """Return whether the module imports types such as `Callable` only from `typing`."""
        sources = {
            node.module
            for node in self._imports(run=False)
            if isinstance(node, ast.ImportFrom)
            and any(alias.name in _ABSTRACT for alias in node.names)
        }
        return sources == {"typing"}

    def _variables(self, end: str) -> Replacement:
        head = _head(self._top())
        body = self.module.tree.body
        following = body[head + 1 : head + 2]
        quote = _quote(self.module)
        lines = [text.replace('"', quote) + end for text in self.variables]
        if head < 0:
            at = self.module.starts[_first_line(body[0]) - 1]
            return insertion(at, "".join(lines) + end + end)
        last = body[head]
        at = _line_after(self.module, last)
        joined = is_type_variable(last)
        # isort puts one empty line after the imports, two before a function or class.
        is_block = bool(following) and _is_block(following[0])
        before = "" if joined else end
        blank = re.compile(r"(?:[ \t]*(?:\r\n|\r|\n))*").match(self.module.text, at)
        empty_lines = len(NEWLINE.findall(blank[0])) if blank else 0
        after = end if following and not is_block and not empty_lines else ""
        return insertion(at, before + "".join(lines) + after)


def _names(tree: ast.Module) -> set[str]:
    """Return all names that a module uses or defines."""
    used: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg):
            used.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            used.add(node.name)
        elif isinstance(node, ast.alias):
            used.add((node.asname or node.name).partition(".")[0])
    return used


def _in_block(module: Module, block: ast.If, source: str, line: str, end: str) -> Replacement:
    """Return the insertion of an import of the standard library into a block of imports."""
    nodes = [node for node in block.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    first = nodes[0]
    start = module.starts[first.lineno - 1]
    indent = module.text[start : module.offset(first.lineno, first.col_offset)]
    standard = [node for node in nodes if _is_standard(node)]
    before = [
        node for node in standard if isinstance(node, ast.Import) or (node.module or "") < source
    ]
    if before:
        return insertion(_line_after(module, before[-1]), f"{indent}{line}")
    return insertion(start, f"{indent}{line}{'' if standard else end}")


def _head(top: Sequence[ast.stmt]) -> int:
    """Return the last one of the docstring, the imports and the type variables, or -1."""
    last = -1
    for index, node in enumerate(top):
        is_docstring = index == 0 and isinstance(node, ast.Expr)
        if is_docstring or _is_import(node) or (last >= 0 and is_type_variable(node)):
            last = index
    return last


def _is_block(node: ast.stmt) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _is_import(node: ast.stmt) -> bool:
    if isinstance(node, ast.Try):
        return all(_is_import(each) for each in node.body)
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test) and all(map(_is_import, node.body))
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _line_after(module: Module, node: ast.stmt) -> int:
    """Return where the line after a statement starts."""
    line = node.end_lineno or node.lineno
    return module.starts[line] if line < len(module.starts) else len(module.text)


def _quote(module: Module) -> str:
    """Return the quotes that the module uses."""
    return "'" if module.text.count("'") > module.text.count('"') else '"'


def _extended(
    module: Module,
    nodes: Sequence[ast.Import | ast.ImportFrom],
    source: str,
    names: Sequence[str],
) -> list[Replacement] | None:
    """Return the insertion of names into an import that the module has."""
    for node in nodes:
        if not (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and node.module == source
            and node.names[0].name != "*"
        ):
            continue
        text = module.slice(module.span(node))
        if "#" in text or "\\" in text:
            return None
        have = [alias.name for alias in node.names]
        is_sorted = have == sorted(have, key=_order)
        found: list[Replacement] = []
        for name in sorted(names, key=_order):
            later = [alias for alias in node.names if _order(alias.name) > _order(name)]
            one = later[0] if is_sorted and later else None
            if one is not None:
                start = module.offset(one.lineno, one.col_offset)
                found.append(insertion(start, f"{name},{_gap(module, node, one)}"))
            else:
                last = node.names[-1]
                at = module.offset(last.end_lineno or 1, last.end_col_offset or 0)
                found.append(insertion(at, f",{_gap(module, node, last)}{name}"))
        return found
    return None


def _gap(module: Module, node: ast.ImportFrom, alias: ast.alias) -> str:
    """Return what stands between two names of an import: a space, or a line break and blanks."""
    start = module.offset(alias.lineno, alias.col_offset)
    if alias.lineno == node.lineno:
        return " "
    line = module.starts[alias.lineno - 1]
    if module.text[line:start].strip():
        return " "
    return f"{newline_of(module.text)}{module.text[line:start]}"


def _order(name: str) -> tuple[int, str]:
    """Sort as isort does: constants, classes, then the others."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2), name


def _place(module: Module, top: Sequence[ast.stmt], source: str) -> tuple[int, str]:
    """Return where a new import goes, and whether an empty line goes before or after it."""
    imports = [node for node in top if isinstance(node, (ast.Import, ast.ImportFrom))]
    futures = [n for n in imports if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    others = [node for node in imports if node not in futures]
    standard = source.partition(".")[0] in sys.stdlib_module_names
    same = [node for node in others if _is_standard(node) == standard and not _is_relative(node)]
    if same:
        froms = [
            node for node in same if isinstance(node, ast.Import) or (node.module or "") < source
        ]
        if froms:
            return _line_after(module, froms[-1]), "none"
        return module.starts[same[0].lineno - 1], "none"
    if standard and others:
        return module.starts[others[0].lineno - 1], "after"
    third = [node for node in others if _is_standard(node)]
    if third:
        return _line_after(module, third[-1]), "before"
    if futures:
        return _line_after(module, futures[-1]), "before"
    body = module.tree.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        return _line_after(module, body[0]), "before"
    return module.starts[_first_line(body[0]) - 1] if body else 0, "after"


def _first_line(node: ast.stmt) -> int:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return min([node.lineno, *(each.lineno for each in node.decorator_list)])
    return node.lineno


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    name = node.names[0].name if isinstance(node, ast.Import) else node.module or ""
    return not _is_relative(node) and name.partition(".")[0] in sys.stdlib_module_names


def _is_relative(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.level > 0
