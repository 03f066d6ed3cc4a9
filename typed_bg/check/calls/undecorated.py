"""Find the function of a target whose decorators hide its parameters and keep them."""

from __future__ import annotations

import ast
import copy
import re
from typing import TYPE_CHECKING, NamedTuple, cast

from typed_bg._source.definitions import bindings, bound_in
from typed_bg._source.scopes import FunctionNode, class_of_method, parameters
from typed_bg.check.calls.actors import actor_method
from typed_bg.check.calls.kept_parameters import kept_parameters, made_by
from typed_bg.check.calls.project_modules import module_at, project_file

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.calls.actors import ActorMethod
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.project_modules import Registered

PLAIN = "_bgp_plain_"
"""What the names of functions begin with that the copy declares without their decorators."""
DOT = "_bgp_dot_"
"""What stands for the dot in the name of a function that is declared for a method of a class."""
_WORD = re.compile(r"\w+")


class Undecorated(NamedTuple):
    """A function whose decorators keep its parameters.

    Attributes:
        path: Its module.
        name: Its name; of a method that is declared outside of its class, with that of the class.
        line: The line of its `def`, or of that class.
        end_line: The last line.
        column: How far it is indented.
        signature: Its parameters, without `self` if a decorator supplies that.
        family: The family of the task that a decorator makes of it; empty if none does.
        imported: How the call's module imports it: a `from` statement without names; empty if it
            need not be imported.
        is_of_actor: Whether it is a method of an actor's class, or its constructor, and declared
            outside of the class.
    """

    path: Path
    name: str
    line: int
    end_line: int
    column: int
    signature: str
    family: str = ""
    imported: str = ""
    is_of_actor: bool = False

    @property
    def plain_name(self) -> str:
        """The name under which the copy declares it without its decorators."""
        return f"{PLAIN}{self.name.replace('.', DOT)}"

    @property
    def parameters(self) -> ast.arguments:
        """Its parameters, parsed."""
        return _parsed(self.signature)

    def callee(self, target: str) -> str:
        """Return what is called instead of a target."""
        receiver, dot, _ = target.rpartition(".")
        return self.plain_name if self.is_of_actor else f"{receiver}{dot}{self.plain_name}"


def original_names(message: str) -> str:
    """Return a message with the names of the declared functions as the project knows them."""
    return message.replace(PLAIN, "").replace(DOT, ".")


def undecorated(site: CallSite) -> Undecorated | None:
    """Return the function that a call's target decorates, if its parameters are proven."""
    if site.registered is not None:
        return _registered(site, site.registered)
    if site.target_name is not None:
        return _named(site, site.target_name)
    if site.forwarder.of_actors and (method := actor_method(site)) is not None:
        return _of_actor(site, method)
    target = None if site.target is None else site.target.value
    module = site.module
    if isinstance(target, ast.Name):
        nodes = bound_in(site.context.scopes, target.id)
        if len(nodes) == 1 and isinstance(nodes[0], FunctionNode):
            return _plain(module.path, module.tree, nodes[0])
        if len(nodes) == 1 and isinstance(nodes[0], ast.ImportFrom):
            return _imported(site, nodes[0], target.id)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
        node = _method(site, target.value.id, target.attr)
        return None if node is None else _plain(module.path, module.tree, node)
    return None


def _registered(site: CallSite, found: Registered) -> Undecorated | None:
    """Return the function that a project registers under a name."""
    if found.node not in found.tree.body or len(bindings(found.tree)[found.node.name]) != 1:
        return None
    plain = _plain(found.path, found.tree, found.node, may_be_plain=True)
    if plain is None or found.path == site.module.path:
        return plain
    if not found.module_name:
        return None
    return plain._replace(imported=f"from {found.module_name} import ")


def _named(site: CallSite, name: str) -> Undecorated | None:
    """Return the function with a dotted name, such as `app.tasks.send` or `app.tasks:send`."""
    if site.forwarder.by_name == "registered":
        return None
    module, _, last = name.replace(":", ".").rpartition(".")
    file = project_file(site.module.path, module, 0) if module else None
    tree = None if file is None else module_at(file)
    if file is None or tree is None:
        return None
    nodes = bindings(tree).get(last, [])
    if len(nodes) != 1 or not isinstance(nodes[0], FunctionNode) or nodes[0] not in tree.body:
        return None
    if site.forwarder.by_name == "only":
        # What is registered under the name is a task, unless it is given another name.
        options = [
            decorator.keywords
            for decorator in nodes[0].decorator_list
            if isinstance(decorator, ast.Call)
        ]
        task = made_by(file, tree, nodes[0])
        is_task = task is not None and task.family == site.forwarder.family
        if not is_task or any(option.arg == "name" for given in options for option in given):
            return None
    found = _plain(file, tree, nodes[0], may_be_plain=True)
    is_here = file == site.module.path
    source = "" if is_here else f"from {module} import "
    return None if found is None else found._replace(imported=source)


def _imported(site: CallSite, node: ast.ImportFrom, name: str) -> Undecorated | None:
    original = next(
        (alias.name for alias in node.names if (alias.asname or alias.name) == name), None
    )
    file = project_file(site.module.path, node.module or "", node.level)
    tree = None if file is None else module_at(file)
    if original is None or file is None or tree is None:
        return None
    nodes = bindings(tree).get(original, [])
    if len(nodes) != 1 or not isinstance(nodes[0], FunctionNode) or nodes[0] not in tree.body:
        return None
    found = _plain(file, tree, nodes[0])
    source = f"from {'.' * node.level}{node.module or ''} import "
    return None if found is None else found._replace(imported=source)


def _method(site: CallSite, receiver: str, name: str) -> FunctionNode | None:
    """Return the method of the class around a call of which `self` is the receiver."""
    scope = site.context.scopes[0]
    if not isinstance(scope, FunctionNode) or scope.decorator_list:
        return None
    first = next(iter(parameters(scope.args)), None)
    if first is None or first.arg != receiver or len(bindings(scope)[receiver]) != 1:
        return None
    owner = class_of_method(site.module.tree, (scope,))
    nodes = list[ast.AST]() if owner is None else bindings(owner).get(name, [])
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], FunctionNode) else None


def _plain(
    path: Path, tree: ast.Module, node: FunctionNode, *, may_be_plain: bool = False
) -> Undecorated | None:
    is_plain = may_be_plain and not node.decorator_list
    kept = "all" if is_plain else kept_parameters(path, tree, node)
    if kept is None or getattr(node, "type_params", None):
        return None
    task = made_by(path, tree, node)
    given = _optional(node.args, task.injects) if task and task.injects else node.args
    if given is None:
        return None
    text = ast.unparse(given) if kept == "all" else _without_self(given)
    if text is None or "\n" in text:
        return None
    end_line = node.end_lineno or node.lineno
    family = task.family if task else ""
    return Undecorated(path, node.name, node.lineno, end_line, node.col_offset, text, family)


def _without_self(args: ast.arguments) -> str | None:
    """Return the text of a method's parameters without the first; `None` if that is not simple."""
    if not args.args or args.posonlyargs:
        return None
    others = _parsed(ast.unparse(args))
    del others.args[0]
    return ast.unparse(others)


def _parsed(signature: str) -> ast.arguments:
    return cast("ast.FunctionDef", ast.parse(f"def f({signature}): ...").body[0]).args


def _of_actor(site: CallSite, method: ActorMethod) -> Undecorated | None:
    """Return a method of an actor's class as a function outside of the class."""
    node, owner, name, signature = method.node, method.owner, method.owner.name, ""
    if node is not None:
        kept = "all" if not node.decorator_list else kept_parameters(method.path, method.tree, node)
        text = _without_self(node.args)
        if kept != "all" or text is None or "\n" in text or getattr(node, "type_params", None):
            return None
        if _names_of_class(node.args, owner):
            return None
        signature = text
        name = owner.name if node.name == "__init__" else f"{owner.name}.{node.name}"
    return Undecorated(
        method.path,
        name,
        owner.lineno,
        owner.end_lineno or owner.lineno,
        owner.col_offset,
        signature,
        site.forwarder.family,
        method.imported,
        is_of_actor=True,
    )


def _names_of_class(args: ast.arguments, owner: ast.ClassDef) -> bool:
    """Return whether the annotations or defaults of a method may need the scope of its class."""
    words: set[str] = set()
    for each in ast.walk(args):
        if isinstance(each, ast.Name):
            words.add(each.id)
        elif isinstance(each, ast.Constant) and isinstance(each.value, str):
            words.update(_WORD.findall(each.value))
    return bool(words & {*bindings(owner), "Self"})


_PLAIN_TYPES = frozenset(
    {
        *("Any", "Callable", "Literal", "None", "Optional", "Union", "bool", "bytes", "date"),
        *("datetime", "dict", "float", "frozenset", "int", "list", "object", "set", "str"),
        *("timedelta", "tuple", "typing", "uuid", "UUID"),
    }
)


def _optional(args: ast.arguments, marker: str) -> ast.arguments | None:
    """Return parameters of which those are optional that a framework may supply.

    A marker in the annotation, or in the default value, shows that it does. An annotation may also
    be a name for one with the marker, so only known types show that it does not.

    Returns:
        The parameters; `None` if others without a default come behind them.
    """
    found = copy.deepcopy(args)
    for index, parameter in enumerate(found.kwonlyargs):
        if found.kw_defaults[index] is None and _may_be_supplied(parameter, marker):
            parameter.annotation = None
            found.kw_defaults[index] = ast.Constant(None)
    positional = (*found.posonlyargs, *found.args)
    required = positional[: len(positional) - len(found.defaults)]
    supplied = [_may_be_supplied(parameter, marker) for parameter in required]
    if sorted(supplied) != supplied:
        return None
    for parameter in required[supplied.index(True) :] if True in supplied else ():
        parameter.annotation = None
        found.defaults.insert(0, ast.Constant(None))
    return found


def _may_be_supplied(parameter: ast.arg, marker: str) -> bool:
    if parameter.annotation is None:
        return False
    names = {
        inner.id if isinstance(inner, ast.Name) else inner.attr
        for inner in ast.walk(parameter.annotation)
        if isinstance(inner, (ast.Name, ast.Attribute))
    }
    texts = any(
        isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        for inner in ast.walk(parameter.annotation)
    )
    return marker in names or texts or not names <= _PLAIN_TYPES
