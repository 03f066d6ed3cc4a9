"""Find out from the source whether a receiver is of another class, if no checker knows it.

A comment can silence all that a checker says of a call, and pyrefly's preset `basic` reveals no
types. What is left is where the name of the receiver's class comes from: the module itself, another
one of the project, or a package.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from typed_bg.check.calls.class_bases import ForwarderClass, Named, in_module, kind_of_class
from typed_bg.check.calls.project_modules import outside_project
from typed_bg.check.calls.type_origins import origin_of, owner_of
from typed_bg.check.calls.undecorated import undecorated

if TYPE_CHECKING:
    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.calls.class_bases import Kind


_OPTIONAL = re.compile(r"(?:\w+\.)*Optional\[(.*)\]|(.*?) ?\| ?None|None ?\| ?(.*)")
_CLASS = re.compile(r"(?:\w+\.)*(\w+)")
_MADE = re.compile(r"(?:\w+\.)*(\w+)\(")
_PARTLY_ANY = re.compile(r"\b(?:Any|Unknown) & |& (?:Any|Unknown)\b")


def kind_of_receiver(site: CallSite, *, by_name: bool = True) -> Kind:
    """Return what the source shows of a receiver's class.

    Args:
        site: The call.
        by_name: Whether the name of a class from a package outside the project is enough. If not,
            only a class that the project defines counts, by its bases.
    """
    module, receiver = site.module, site.receiver
    if site.receiver_kind == "class" and isinstance(receiver, (ast.Name, ast.Attribute)):
        dotted = ast.unparse(receiver)
    else:
        dotted = class_of(site, receiver) or ""
    before, _, name = dotted.rpartition(".")
    if not name[:1].isupper():
        return "ours"
    named: Named | None = Named(module.path, module.tree, name)
    if before:
        named = in_module(module.path, module.tree, before, name)
    if named is None:
        return "ours"
    forwarder = site.forwarder
    ours = ForwarderClass(forwarder.class_names, forwarder.owner, forwarder.last_name, by_name)
    return kind_of_class(named, ours)


def is_proven(site: CallSite) -> bool:
    """Return whether the source shows that a receiver is of a forwarder's class."""
    forwarder, receiver = site.forwarder, site.receiver
    if forwarder.form == "function":
        return True  # by its name
    if forwarder.form == "class":
        if isinstance(receiver, ast.Attribute):
            return ast.unparse(receiver) in {forwarder.name, *forwarder.aliases}
        return isinstance(receiver, ast.Name)  # others are no candidates
    if forwarder.target is None:
        # A method cannot be decorated as a task.
        is_name = site.target is not None and isinstance(site.target.value, ast.Name)
        task = undecorated(site) if is_name or forwarder.of_actors else None
        if task is None or not (is_name or task.is_of_actor):
            return False
        return task.family == forwarder.family
    dotted = class_of(site, receiver) or ""
    root, _, _ = dotted.partition(".")
    last = dotted.rpartition(".")[2]
    return last in forwarder.class_names | forwarder.givers and _may_be_of_package(site, root)


def is_of_actor(site: CallSite) -> bool:
    """Return whether the source shows that a call constructs an actor or calls a method of one.

    To checkers, an actor's class and its methods are anything from Ray's classes to `Any`.
    """
    function = undecorated(site) if site.forwarder.of_actors else None
    return function is not None and function.is_of_actor


def may_fit_everywhere(site: CallSite, revealed: str) -> bool:
    """Return whether a checker may take a receiver for a forwarder's class without knowing it.

    A class of the project fits everywhere if one of its bases is not installed.

    Args:
        site: The call.
        revealed: The receiver's type, as the checker shows it.
    """
    if _PARTLY_ANY.search(revealed):
        return True
    module, forwarder = site.module, site.forwarder
    owner = owner_of(site) if ast.unparse(site.receiver) == "super()" else None
    dotted = owner.name if owner is not None else class_of(site, site.receiver) or ""
    shown = _CLASS.match(revealed)
    if shown and not dotted.rpartition(".")[2][:1].isupper():  # a variable
        dotted = shown[0]
    root, _, _ = dotted.partition(".")
    if outside_project(module.path, module.tree, root) is not None:
        return False
    ours = ForwarderClass(forwarder.class_names, forwarder.owner, forwarder.last_name, by_name=True)
    named = Named(module.path, module.tree, dotted.rpartition(".")[2])
    return kind_of_class(named, ours) != "ours"


def _may_be_of_package(site: CallSite, name: str) -> bool:
    """Return whether a name may come from a forwarder's package: others have classes like it."""
    found = outside_project(site.module.path, site.module.tree, name)
    if found is None or site.forwarder.package in sys.stdlib_module_names:
        return True  # uvloop has a loop, too
    names = (site.forwarder.name, *site.forwarder.aliases)
    return (found.node.module or "").partition(".")[0] in {name.partition(".")[0] for name in names}


def class_of(site: CallSite, receiver: ast.expr) -> str | None:
    """Return the dotted name of the class that a receiver is annotated with, or made of, or is."""
    text = ast.unparse(receiver)
    name = None
    if text == "self" and (owner := owner_of(site)) is not None:
        return owner.name
    if isinstance(receiver, ast.Call):
        name = _MADE.match(text)
    elif (origin := origin_of(site, receiver)) is not None and text in {
        origin.name,
        f"self.{origin.name}",
    }:
        annotation = origin.annotation or origin.passed
        whole = _OPTIONAL.fullmatch(annotation)
        annotation = next(filter(None, whole.groups())) if whole else annotation
        name = _CLASS.fullmatch(annotation.strip("'\" ")) or _MADE.match(origin.value)
    elif isinstance(receiver, (ast.Name, ast.Attribute)):
        name = _MADE.match(_entered(site, text)) or _CLASS.fullmatch(text)  # or an unbound method
    return None if name is None else name[0].removesuffix("(")


def _entered(site: CallSite, name: str) -> str:
    """Return what a `with` statement gives a name to; empty if none does."""
    return next(
        (
            ast.unparse(item.context_expr)
            for node in ast.walk(site.context.scopes[0])
            if isinstance(node, (ast.With, ast.AsyncWith))
            for item in node.items
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
        ),
        "",
    )
