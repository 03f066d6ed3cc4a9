"""A griffe extension for docs sites that show `Doc()` and whose docstrings `typed-bg docs` wrote.

griffe-typingdoc adds a section about the parameters from their `Doc()`; the docstring has another,
for editors. With this extension, listed behind it, readers see one.

```yaml
plugins:
  - mkdocstrings:
      handlers:
        python:
          options:
            extensions:
              - griffe_typingdoc
              - typed_bg.griffe
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import griffe
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["OneParameterSection"]


class OneParameterSection(griffe.Extension):
    """Joins the sections about parameters that a docstring has into the first one."""

    @override
    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Join the sections of everything in a package, after all of it was loaded."""
        _join_all(pkg)


def _join_all(owner: griffe.Module | griffe.Class) -> None:
    for member in owner.members.values():
        if isinstance(member, griffe.Function):
            _join_function(member)
        elif isinstance(member, griffe.Class):
            _join_all(member)
            _leave_to_constructor(member)
        elif isinstance(member, griffe.Module):
            _join_all(member)


def _join_function(function: griffe.Function) -> None:
    sections = _sections(function)
    first, *others = _about_parameters(sections) or (None,)
    if first is None or not others:
        return
    described = {parameter.name for parameter in first.value}
    for other in others:
        for parameter in other.value:
            if parameter.name not in described:
                described.add(parameter.name)
                first.value.append(parameter)
        sections.remove(other)
    order = [parameter.name for parameter in function.parameters]
    first.value.sort(key=lambda each: _position(order, each.name))


def _leave_to_constructor(owner: griffe.Class) -> None:
    """Drop a class's section about parameters that its constructor describes as well."""
    constructor = owner.members.get("__init__")
    if not isinstance(constructor, griffe.Function):
        return
    told = {
        parameter.name
        for section in _about_parameters(_sections(constructor))
        for parameter in section.value
    }
    sections = _sections(owner)
    for section in _about_parameters(sections):
        if all(parameter.name in told for parameter in section.value):
            sections.remove(section)


def _sections(owner: griffe.Object) -> list[griffe.DocstringSection]:
    return owner.docstring.parsed if owner.docstring else []


def _about_parameters(
    sections: Iterable[griffe.DocstringSection],
) -> list[griffe.DocstringSectionParameters]:
    return [
        section for section in sections if isinstance(section, griffe.DocstringSectionParameters)
    ]


def _position(order: list[str], name: str) -> int:
    bare = name.lstrip("*")
    return order.index(bare) if bare in order else len(order)
