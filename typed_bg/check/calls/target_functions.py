"""Find the function that is the target of a call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from typed_bg._source.definitions import bound_in
from typed_bg._source.scopes import FunctionNode
from typed_bg.check.calls.project_modules import Located, definition_in_project

if TYPE_CHECKING:
    from typed_bg.check.calls.call_sites import CallSite


def target_function(site: CallSite) -> Located | None:
    """Return the function that is the target, if its name is bound once."""
    target = site.target
    if target is None or target.trampoline is not None:
        return None
    module = site.module
    if target.form == "attribute":
        return definition_in_project(module.path, module.tree, target.value)
    if not isinstance(target.value, ast.Name):
        return None
    bound = bound_in(site.context.scopes, target.value.id)
    if len(bound) != 1:
        return None
    if isinstance(bound[0], FunctionNode):
        return Located(module.path, module.tree, bound[0])
    if isinstance(bound[0], ast.ImportFrom):
        return definition_in_project(module.path, module.tree, target.value)
    return None
