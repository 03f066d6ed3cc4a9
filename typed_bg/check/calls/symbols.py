"""The meaning of names in a module, as far as its own source shows it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typed_bg._source.definitions import Definition, NameUse, bindings, definition, use_of
from typed_bg._source.scopes import Link, ScopeNode
from typed_bg._source.walk import statements
from typed_bg.check.calls.forwarders import Forwarder

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(slots=True)
class Names:
    """The names of a module.

    Attributes:
        module_name: The module's dotted name, where it is known.
        imports: The full name of each imported name, wherever in the module the import is.
        classes: The names of the classes in it that derive from a forwarder's class.
        aliases: Names of a bound method, such as `add = tasks.add_task`, by scope.
        steps: Names of the first of two steps, such as `step = tasks.add(f)`, likewise.
        uses: What becomes of such a method or step to which a name is given.
        owners: The class that contains each method.
        has_star_import: Whether names may come in that the text does not show.
        definitions: The definitions that were asked for.
    """

    module_name: str | None
    has_star_import: bool = False
    imports: dict[str, str] = field(default_factory=dict[str, str])
    classes: dict[str, Forwarder] = field(default_factory=dict[str, Forwarder])
    aliases: dict[tuple[ScopeNode, str], ast.Attribute] = field(
        default_factory=dict[tuple[ScopeNode, str], ast.Attribute]
    )
    steps: dict[tuple[ScopeNode, str], ast.Call] = field(
        default_factory=dict[tuple[ScopeNode, str], ast.Call]
    )
    uses: dict[ast.expr, NameUse] = field(default_factory=dict[ast.expr, NameUse])
    owners: dict[ScopeNode, ast.ClassDef] = field(default_factory=dict[ScopeNode, ast.ClassDef])
    definitions: dict[tuple[ScopeNode, str], Definition] = field(
        default_factory=dict[tuple[ScopeNode, str], Definition]
    )

    def dotted(self, node: ast.expr) -> str | None:
        """Return the dotted name of an expression, if it is one.

        A relative import keeps no dots: what it names is the end of the full name.
        """
        if isinstance(node, ast.Name):
            return self.imports.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            value = self.dotted(node.value)
            return value and f"{value}.{node.attr}"
        return None

    def definition(self, name: str, scopes: Iterable[ScopeNode]) -> Definition | None:
        """Return where a name that is visible in these scopes is last defined."""
        scope = next((scope for scope in scopes if name in bindings(scope)), None)
        if scope is None:
            return None
        if (scope, name) not in self.definitions:
            self.definitions[scope, name] = definition(name, bindings(scope)[name])
        return self.definitions[scope, name]

    def definition_of(self, node: ast.expr, scopes: tuple[ScopeNode, ...]) -> Definition | None:
        """Return where a name, or a method of `self` in the class around, is defined."""
        if isinstance(node, ast.Name):
            return self.definition(node.id, scopes)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = self._owner_of(node.value.id, scopes)
            return None if owner is None else self.definition(node.attr, (owner,))
        return None

    def called(self, forwarders: Iterable[Forwarder]) -> set[str]:
        """Return the names of which one stands in every call that may be one of a forwarder."""
        words = {forwarder.last_name for forwarder in forwarders} | self.classes.keys()
        words |= {name for name, whole in self.imports.items() if whole.rpartition(".")[2] in words}
        words |= {name for _, name in (*self.aliases, *self.steps)}
        if self.classes:
            words.add("__init__")
            for scope in self.owners:  # whose first parameter refers to the class, as `cls` does
                if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    words |= {
                        parameter.arg
                        for parameter in (*scope.args.posonlyargs, *scope.args.args)[:1]
                    }
        return words

    def class_around(self, scopes: Iterable[ScopeNode]) -> ast.ClassDef | None:
        """Return the class whose method the innermost of these scopes is, or is in."""
        return next((owner for owner in map(self.owners.get, scopes) if owner is not None), None)

    def has_own_constructor(self, derived: ast.ClassDef) -> bool:
        """Return whether a class between this one and the forwarder's class defines `__init__`."""
        owners = {owner.name: owner for owner in self.owners.values()}
        found, index = [derived], 0
        while index < len(found):
            for base in found[index].bases:
                # An imported class may have the name of the one that derives from it.
                if not isinstance(base, ast.Name) or base.id in self.imports:
                    continue
                owner = owners.get(base.id)
                if owner is not None and owner not in found:
                    found.append(owner)
            index += 1
        return any(bindings(owner).get("__init__") for owner in found[1:])

    def _owner_of(self, name: str, scopes: tuple[ScopeNode, ...]) -> ast.ClassDef | None:
        if name in {"self", "cls"}:
            return self.class_around(scopes)
        for scope in scopes:
            for node in bindings(scope).get(name, ()):
                return node if isinstance(node, ast.ClassDef) else None
        return None


def names_of(tree: ast.Module, forwarders: Iterable[Forwarder], module_name: str | None) -> Names:
    """Collect the names of a module that the search for calls needs."""
    names = Names(module_name)
    methods = [forwarder for forwarder in forwarders if forwarder.form == "method"]
    bound = {method.last_name for method in methods if not method.two_step}
    first_steps = {method.last_name for method in methods if method.two_step}
    classes: list[ast.ClassDef] = []
    for link in statements(tree):
        node = link.node
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _add_imports(names, node)
        elif isinstance(node, ast.ClassDef):
            classes.append(node)
            names.owners.update(
                (statement, node)
                for statement in node.body
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            )
        elif isinstance(node, ast.Assign):
            _add_aliases(names, node, link, bound)
            _add_steps(names, node, link, first_steps)
    _add_subclasses(
        names, classes, [forwarder for forwarder in forwarders if forwarder.form == "class"]
    )
    return names


def _add_imports(names: Names, node: ast.Import | ast.ImportFrom) -> None:
    for alias in node.names:
        if isinstance(node, ast.Import):
            if alias.asname is not None:
                names.imports[alias.asname] = alias.name
        elif alias.name == "*":
            names.has_star_import = True
        else:
            source = f"{node.module}." if node.module else ""
            names.imports[alias.asname or alias.name] = source + alias.name


def _add_aliases(names: Names, node: ast.Assign, link: Link, methods: set[str]) -> None:
    value = node.value
    if isinstance(value, ast.Attribute) and value.attr in methods:
        scope = _scope_around(link)
        for target in node.targets:
            if isinstance(target, ast.Name):
                names.aliases[scope, target.id] = value
        names.uses[value] = _use(node.targets, scope)


def _add_steps(names: Names, node: ast.Assign, link: Link, methods: set[str]) -> None:
    value = node.value
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return
    if value.func.attr in methods:
        scope = _scope_around(link)
        use = names.uses[value] = _use(node.targets, scope)
        target = node.targets[0]
        if use == "called" and isinstance(target, ast.Name):
            names.steps[scope, target.id] = value


def _use(targets: list[ast.expr], scope: ScopeNode) -> NameUse:
    match targets:
        case [ast.Name(id=name)]:
            return use_of(name, scope)
        case _:
            return "handed on"


def _add_subclasses(names: Names, classes: list[ast.ClassDef], forwarders: list[Forwarder]) -> None:
    """Find the classes that derive from a forwarder's class, over any number of steps."""
    by_name = {forwarder.last_name: forwarder for forwarder in forwarders}
    grown = bool(by_name)
    while grown:
        grown = False
        for node in classes:
            if node.name in names.classes:
                continue
            for base in node.bases:
                last = (names.dotted(base) or "").rpartition(".")[2]
                forwarder = by_name.get(last) or names.classes.get(last)
                if forwarder is not None:
                    names.classes[node.name] = forwarder
                    grown = True
                    break


def _scope_around(link: Link) -> ScopeNode:
    parent = link.parent
    while parent is not None:
        if isinstance(
            parent.node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            return parent.node
        parent = parent.parent
    message = "a statement stands in a module"
    raise AssertionError(message)
