"""Find the method of an actor's class that a call of Ray runs.

`Actor.remote(1)` constructs an actor of a class with the decorator `ray.remote`, and
`actor.run.remote(1)` calls a method of one. No checker knows the parameters of either. What the
source does not prove is not found.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.definitions import bindings, bound_in, count_bindings
from typed_bg._source.scopes import FunctionNode, class_of_method, is_none
from typed_bg.check.calls.candidates import wrapped_class
from typed_bg.check.calls.project_modules import module_at, project_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typed_bg._source.scopes import ScopeNode
    from typed_bg.check.calls.call_sites import CallSite

_REMOTE = "ray.remote"
_HANDLES = frozenset({"ray.actor.ActorHandle", "ray.actor.ActorProxy"})
# These bases have no constructor and no methods.
_EMPTY = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_BUILTINS = frozenset({"object"})
_STEPS = 8  # imports, names and bases


class ActorMethod(NamedTuple):
    """A method of an actor's class, or its constructor.

    Attributes:
        path: The module that defines it.
        tree: The same, parsed.
        owner: The class that defines it; for a class without a constructor, the class itself.
        node: The method; `None` for a class without a constructor.
        imported: How the call's module imports a name of that module: a `from` statement without
            names; empty if it is the same module.
    """

    path: Path
    tree: ast.Module
    owner: ast.ClassDef
    node: FunctionNode | None
    imported: str


class _Place(NamedTuple):
    """A place in a module of the project.

    Attributes:
        path: The module.
        tree: The same, parsed.
        scopes: The scopes whose names it sees, innermost first.
        source: The module as the call's module imports it; empty if it is the same.
    """

    path: Path
    tree: ast.Module
    scopes: tuple[ScopeNode, ...]
    source: str = ""


class _Class(NamedTuple):
    """A class, the place of its definition, and whether it makes actors."""

    place: _Place
    node: ast.ClassDef
    makes_actors: bool


def actor_method(site: CallSite) -> ActorMethod | None:
    """Return the method that a call of `remote` runs, if the source proves the actor's class."""
    target = None if site.target is None else site.target.value
    place = _Place(site.module.path, site.module.tree, site.context.scopes)
    made = _class(place, site.receiver, _STEPS)
    if made is not None:
        return _constructor(made) if made.makes_actors else None
    if isinstance(target, ast.Attribute):
        owner = _class_of_actor(place, target.value, _STEPS)
        return None if owner is None else _method(owner, target.attr, _STEPS)
    return None


def _constructor(owner: _Class) -> ActorMethod | None:
    classes = _with_bases(owner, _STEPS)
    if classes is not None and not any(
        bindings(cls.node).get(name) for cls in classes for name in ("__init__", "__new__")
    ):
        return _as_method(owner, None)
    if bindings(owner.node).get("__new__"):
        return None
    return _method(owner, "__init__", _STEPS)


def _method(owner: _Class, name: str, steps: int) -> ActorMethod | None:
    """Return a method of a class, or the only one that its bases define."""
    nodes = bindings(owner.node).get(name)
    if nodes:
        is_method = len(nodes) == 1 and isinstance(nodes[0], FunctionNode)
        return _as_method(owner, nodes[0]) if is_method else None
    bases = _with_bases(owner, steps)
    if bases is None:
        return None
    defining = [base for base in bases if bindings(base.node).get(name)]
    return _method(defining[0], name, 0) if len(defining) == 1 else None


def _as_method(owner: _Class, node: ast.AST | None) -> ActorMethod:
    source = owner.place.source
    return ActorMethod(
        owner.place.path,
        owner.place.tree,
        owner.node,
        node if isinstance(node, FunctionNode) else None,
        f"from {source} import " if source else "",
    )


def _with_bases(owner: _Class, steps: int) -> list[_Class] | None:
    """Return a class and all that it derives from; `None` if one of them is not known."""
    found = [owner]
    for expression in owner.node.bases:
        named = expression.value if isinstance(expression, ast.Subscript) else expression
        if _full_name(owner.place, named) in _EMPTY:
            continue
        base = _class(owner.place, named, steps - 1) if steps else None
        inner = None if base is None or base.makes_actors else _with_bases(base, steps - 1)
        if inner is None:
            return None
        found += [each for each in inner if each.node not in [known.node for known in found]]
    return found


def _class(place: _Place, expression: ast.expr, steps: int) -> _Class | None:
    """Return the class that an expression is."""
    if not steps:
        return None
    if isinstance(expression, ast.Call):
        return _made(place, expression, steps - 1)
    found = _binding(place, expression, steps - 1)
    if found is None:
        return None
    where, node = found
    if isinstance(node, ast.ClassDef):
        names = [_decorator_name(where, decorator) for decorator in node.decorator_list]
        is_known = names in ([], [_REMOTE]) and not node.keywords
        if not is_known or getattr(node, "type_params", None):
            return None
        return _Class(where, node, bool(names))
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return _class(where, node.value, steps - 1)
    return None


def _made(place: _Place, call: ast.Call, steps: int) -> _Class | None:
    """Return the class that `ray.remote(Class)` or `Actor.options(num_cpus=1)` is."""
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "options":
        found = _class(place, function.value, steps)
        return found if found is not None and found.makes_actors else None
    wrapped = wrapped_class(call)
    if wrapped is None or _decorator_name(place, function) != _REMOTE:
        return None
    found = _class(place, wrapped, steps)
    return None if found is None or found.makes_actors else found._replace(makes_actors=True)


def _decorator_name(place: _Place, decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Call) and not decorator.args:
        decorator = decorator.func
    return _full_name(place, decorator)


def _class_of_actor(place: _Place, expression: ast.expr, steps: int) -> _Class | None:
    """Return the class of the actor that an expression is."""
    if not steps:
        return None
    if isinstance(expression, ast.Call):
        function = expression.func
        if not isinstance(function, ast.Attribute) or function.attr != "remote":
            return None
        made = _class(place, function.value, steps - 1)
        return made if made is not None and made.makes_actors else None
    if isinstance(expression, ast.Attribute):
        return _class_of_attribute(place, expression, steps - 1)
    found = _binding(place, expression, steps - 1)
    if found is None or not isinstance(expression, ast.Name):
        return None
    where, node = found
    if count_bindings(where.scopes[0], expression.id) != 1:
        return None
    return _class_of_value(where, node, steps - 1)


def _class_of_value(place: _Place, node: ast.AST, steps: int) -> _Class | None:
    """Return the class of the actor that a parameter or an assignment gives a name to."""
    if isinstance(node, (ast.arg, ast.AnnAssign)):
        return None if node.annotation is None else _annotated(place, node.annotation, steps)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return _class_of_actor(place, node.value, steps)
    return None


def _class_of_attribute(place: _Place, expression: ast.Attribute, steps: int) -> _Class | None:
    """Return the class of the actor that an attribute of `self` always is, if it is not `None`."""
    owner = class_of_method(place.tree, place.scopes)
    if owner is None or not isinstance(expression.value, ast.Name) or expression.value.id != "self":
        return None
    found: list[_Class | None] = []
    for scopes, node in _assignments(owner, expression.attr, place.tree):
        if isinstance(node, ast.Assign) and is_none(node.value):
            continue
        found.append(_class_of_value(place._replace(scopes=scopes), node, steps))
    known = [each for each in found if each is not None]
    is_one = len(known) == len(found) > 0 and len({each.node for each in known}) == 1
    return known[0] if is_one else None


def _assignments(
    owner: ast.ClassDef, name: str, tree: ast.Module
) -> Iterator[tuple[tuple[ScopeNode, ...], ast.AST]]:
    """Yield all that gives an attribute of `self` a value or a type, with the scopes there."""
    for node in bindings(owner).get(name, ()):
        yield (owner, tree), node
    for method in owner.body:
        if not isinstance(method, FunctionNode):
            continue
        statements = {
            id(target): node
            for node in ast.walk(method)
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        }
        for node in ast.walk(method):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == name
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == "self"
            ):
                yield (method, tree), statements.get(id(node), node)


def _annotated(place: _Place, annotation: ast.expr, steps: int) -> _Class | None:
    """Return the class of `ActorHandle[Class]`, which may be optional."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        parts = [part for part in (annotation.left, annotation.right) if not is_none(part)]
        return _annotated(place, parts[0], steps) if len(parts) == 1 else None
    if not isinstance(annotation, ast.Subscript):
        return None
    name = _full_name(place, annotation.value)
    if name == "typing.Optional":
        return _annotated(place, annotation.slice, steps)
    inner = annotation.slice
    if (
        isinstance(inner, ast.Constant)
        and isinstance(inner.value, str)
        and inner.value.isidentifier()
    ):
        inner = ast.Name(inner.value, ast.Load())
    return _class(place, inner, steps) if name in _HANDLES else None


def _binding(place: _Place, expression: ast.expr, steps: int) -> tuple[_Place, ast.AST] | None:
    """Return what gives the only value to a name, or to a name of an imported module."""
    if isinstance(expression, ast.Attribute):
        module = _module(place, expression.value)
        return None if module is None else _of_module(module, expression.attr, steps)
    if not isinstance(expression, ast.Name):
        return None
    for index, scope in enumerate(place.scopes):
        nodes = bindings(scope).get(expression.id)
        if not nodes:
            if not isinstance(scope, ast.Module) and count_bindings(scope, expression.id):
                return None  # a loop or a `with` statement gives it a value
            continue
        if len(nodes) != 1:
            return None
        where = place._replace(scopes=place.scopes[index:])
        if isinstance(nodes[0], ast.ImportFrom):
            return _imported(where, nodes[0], expression.id, steps)
        return where, nodes[0]
    return None


def _imported(
    place: _Place, node: ast.ImportFrom, name: str, steps: int
) -> tuple[_Place, ast.AST] | None:
    original = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
    module = _module_at(place, node.module or "", node.level)
    return None if module is None else _of_module(module, original, steps)


def _of_module(module: _Place, name: str, steps: int) -> tuple[_Place, ast.AST] | None:
    return _binding(module, ast.Name(name, ast.Load()), steps - 1) if steps else None


def _module(place: _Place, expression: ast.expr) -> _Place | None:
    """Return the module of the project that an expression is."""
    root = expression
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(root, ast.Name):
        return None
    nodes = bound_in(place.scopes, root.id)
    if len(nodes) != 1:
        return None
    node = nodes[0]
    if isinstance(node, ast.Import):
        alias = next(alias for alias in node.names if root.id in {alias.asname, _root(alias.name)})
        name = ast.unparse(expression)
        if alias.asname:
            name = alias.name + name[len(root.id) :]
        return _module_at(place, name, 0)
    if isinstance(node, ast.ImportFrom) and isinstance(expression, ast.Name):
        original = next(alias.name for alias in node.names if root.id in {alias.asname, alias.name})
        return _module_at(place, f"{node.module or ''}.{original}".strip("."), node.level)
    return None


def _root(name: str) -> str:
    return name.partition(".")[0]


def _module_at(place: _Place, name: str, level: int) -> _Place | None:
    """Return a module of the project by its name in an import statement of another one."""
    file = project_file(place.path, name, level)
    tree = None if file is None else module_at(file)
    source = _source(place, name, level)
    if file is None or tree is None or source is None:
        return None
    return _Place(file, tree, (tree,), source)


def _source(place: _Place, name: str, level: int) -> str | None:
    """Return how the call's module imports what another module imports under a name."""
    if not level or not place.source:
        return "." * level + name
    parts = [part for part in place.source.split(".") if part]
    dots = len(place.source) - len(place.source.lstrip("."))
    up = level - (place.path.stem == "__init__")
    kept = parts[: max(len(parts) - up, 0)]
    above = max(up - len(parts), 0)
    if above and not dots:
        return None
    return "." * (dots + above) + ".".join(filter(None, (*kept, name)))


def _full_name(place: _Place, expression: ast.expr) -> str:
    """Return the dotted name of what a module imports; empty if it does not import it."""
    text = ast.unparse(expression)
    root, _, rest = text.partition(".")
    nodes = bound_in(place.scopes, root)
    for node in nodes:
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            if isinstance(node, ast.Import) and alias.asname is None and _root(alias.name) == root:
                return text
            if (alias.asname or alias.name) == root:
                source = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                return ".".join(filter(None, (source + alias.name, rest)))
    return "" if nodes or root not in _BUILTINS else text
