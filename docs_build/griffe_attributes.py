"""A griffe extension that documents attributes from a docstring's `Attributes:` section.

The descriptions are in the class's docstring, where editors show them. On the reference page, each
attribute gets a heading with its type and an anchor. This includes attributes inherited from
Starlette, which have neither a type nor a description there.
"""

from __future__ import annotations

from typing import Any

import griffe
from typing_extensions import override

_PACKAGE = "typed_bg"
_BASES = ("starlette", "fastapi")


class DescribedAttributes(griffe.Extension):
    """Moves each class's `Attributes:` section to the class's members."""

    @override
    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **_: Any) -> None:
        """Process the package after it is completely loaded."""
        if pkg.name == _PACKAGE:
            for base in _BASES:
                loader.load(base)
            loader.resolve_aliases(external=True)
            _describe_all(pkg)


def _describe_all(owner: griffe.Module | griffe.Class) -> None:
    classes = [each for each in owner.members.values() if isinstance(each, griffe.Class)]
    for each in classes:
        _describe_all(each)
        _take_from_docstring(each)
    for each in classes:
        _take_from_siblings(each, classes)
    for module in owner.members.values():
        if isinstance(module, griffe.Module):
            _describe_all(module)


def _take_from_docstring(owner: griffe.Class) -> None:
    sections = owner.docstring.parsed if owner.docstring else []
    about = [each for each in sections if isinstance(each, griffe.DocstringSectionAttributes)]
    for section in about:
        for described in section.value:
            _member(owner, described.name).docstring = _docstring(described.description)
        sections.remove(section)


def _take_from_siblings(owner: griffe.Class, siblings: list[griffe.Class]) -> None:
    """Copy descriptions of inherited attributes from other classes in the module."""
    for name, inherited in list(owner.inherited_members.items()):
        if name.startswith("_") or not inherited.is_attribute:
            continue
        for sibling in siblings:
            described = sibling.members.get(name)
            if sibling is not owner and described is not None and described.docstring:
                _member(owner, name).docstring = _docstring(described.docstring.value)


def _docstring(text: str) -> griffe.Docstring:
    return griffe.Docstring(text, parser="google")


def _member(owner: griffe.Class, name: str) -> griffe.Object | griffe.Alias:
    """Return the class's own attribute, or create it from the inherited one."""
    if name in owner.members:
        return owner.members[name]
    alias = owner.inherited_members.get(name)
    inherited = alias.final_target if alias else None
    annotation = _annotation(inherited) if inherited else None
    value = getattr(inherited, "value", None) if annotation is None else None
    attribute = griffe.Attribute(name, annotation=annotation, value=value, parent=owner)
    attribute.labels.add("instance-attribute")
    owner.set_member(name, attribute)
    return attribute


def _annotation(inherited: griffe.Object) -> griffe.Expr | str | None:
    """Return an attribute's type, or the type of the parameter that it is set to."""
    annotation: griffe.Expr | str | None = getattr(inherited, "annotation", None)
    if annotation is None and inherited.parent is not None:
        constructor = inherited.parent.members.get("__init__")
        value = str(getattr(inherited, "value", ""))
        if isinstance(constructor, griffe.Function) and value in constructor.parameters:
            return constructor.parameters[value].annotation
    return annotation
