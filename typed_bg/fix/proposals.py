"""From the reasons of a call to the edits that may remove them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typed_bg._source.module import Module, Sources
from typed_bg._source.scopes import FunctionNode, is_annotated, last_name
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.type_origins import origin_of, owner_of
from typed_bg.fix.annotations import (
    CLASS_MODULES,
    annotated_parameter,
    annotated_return,
    annotated_value,
)
from typed_bg.fix.callables import declaration_of, known_types, typed_callable
from typed_bg.fix.calls import corrected_keywords, direct_calls
from typed_bg.fix.checked_class import checked_class
from typed_bg.fix.comments import without_ignore
from typed_bg.fix.configs import config_edits
from typed_bg.fix.containers import direct_task_calls
from typed_bg.fix.decorator_classes import typed_decorator_class
from typed_bg.fix.decorators import typed_decorator
from typed_bg.fix.edits import Anchor, Edit, anchor_of, functions
from typed_bg.fix.forwarders import typed_forwarder
from typed_bg.fix.holders import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePosixPath

    from typed_bg.check.calls.wrappers import ForwarderDefinition
    from typed_bg.check.results.report import Place, Reason
    from typed_bg.fix.measure import CallKey, Laboratory, MeasuredCall, Measurement

_REQUIRES = re.compile(r"^\s*requires-python\s*=\s*[\"'][^\"']*>=?\s*3\.(\d+)", re.MULTILINE)
_DEFAULT_PYTHON = (3, 10)


@dataclass(slots=True)
class Proposer:
    """Finds the edits for the calls of a measurement.

    Attributes:
        laboratory: Has the files.
        definitions: The project's own forwarders.
        unsafe: Whether edits that can change what the code does are wanted.
    """

    laboratory: Laboratory
    definitions: tuple[ForwarderDefinition, ...]
    unsafe: bool = False
    _sources: Sources = field(default_factory=Sources)
    _class_sources: dict[str, str | None] = field(default_factory=dict[str, "str | None"])

    def propose(self, measurement: Measurement) -> dict[Edit, set[CallKey]]:
        """Return edits, with the calls that each one is for."""
        found: dict[Edit, set[CallKey]] = {}
        for key, call in measurement.calls.items():
            for edit in self.for_call(call):
                found.setdefault(edit, set()).add(key)
        return found

    def for_call(self, call: MeasuredCall) -> Iterator[Edit]:
        """Yield the edits for the reasons why checkers do not check a call."""
        path = call.reported.place.path
        for judgement in call.reported.judgements:
            for reason in judgement.reasons:
                yield from self._for_reason(call, reason)
                yield from config_edits(self.laboratory, reason, judgement.checker, path)
        is_unchecked = any(judgement.verdict != "checked" for judgement in call.reported.judgements)
        if is_unchecked:
            yield from self._of_forwarder(call)
        if self.unsafe and call.has_plain_class:
            yield checked_class(path, self.python(path))
        if self.unsafe and (call.wrong or call.wrong_by or is_unchecked):
            yield from direct_calls(call)
            yield from corrected_keywords(call)
            yield from direct_task_calls(call)

    def _for_reason(self, call: MeasuredCall, reason: Reason) -> Iterator[Edit]:
        path = call.reported.place.path
        python = self.python(path)
        if reason.code in {"untyped-decorator", "any-arguments", "target-any"}:
            yield from self._decorators(call)
        if reason.code in {"unannotated-function", "config-unannotated"}:
            for node in call.site.context.scopes:
                if isinstance(node, FunctionNode) and not is_annotated(node):
                    anchor = anchor_of(call.site.module.tree, node)
                    if anchor is not None:
                        yield annotated_return(path, anchor, python, "unannotated-function")
        elif reason.code == "receiver-any":
            yield from self._receiver(call)
        elif reason.code in {"callable-ellipsis", "any-arguments"}:
            yield from self._callable(call)
        elif reason.code == "ignore-comment":
            yield from without_ignore(call)
        elif reason.code == "forwarder-signature" and reason.place is not None:
            yield from self._overriding(reason.place)

    def _overriding(self, place: Place) -> Iterator[Edit]:
        """Yield the edit that annotates the project's own `add_task` at a place."""
        module = self._sources.module(self.laboratory.job.root / place.path)
        if not isinstance(module, Module):
            return
        for _, node in functions(module.tree):
            if node.lineno != place.line or node.args.vararg is None:
                continue
            parameters = [*node.args.posonlyargs, *node.args.args]
            is_method = bool(parameters) and parameters[0].arg in {"self", "cls"}
            target = next(iter(parameters[is_method:]), None)
            anchor = anchor_of(module.tree, node)
            if target is not None and _may_be_function(target.annotation) and anchor is not None:
                yield typed_forwarder(place.path, anchor, target.arg, self.python(place.path))

    def _receiver(self, call: MeasuredCall) -> Iterator[Edit]:
        """Yield the edit that annotates the parameter that a receiver comes from."""
        site, path = call.site, call.reported.place.path
        origin, owner = origin_of(site, site.receiver), site.forwarder.owner
        if origin is None or owner is None:
            return
        source = self._class_source(owner[1])
        if origin.kind == "value" and origin.is_annotated_any and source is not None:
            target = origin.name
            yield annotated_value(
                path, target, origin.line, owner[1], source, self.python(path), site.module
            )
        if origin.kind != "parameter":
            return
        # Of `request.state.tasks`, the class of the parameter is another one.
        direct = isinstance(site.receiver, ast.Name) or (
            isinstance(site.receiver, ast.Attribute)
            and isinstance(site.receiver.value, ast.Name)
            and site.receiver.value.id == "self"
        )
        if not direct or (origin.annotation and not origin.is_annotated_any):
            return
        for _, node in functions(site.module.tree):
            within = node.lineno <= origin.line <= (node.body[0].lineno)
            anchor = anchor_of(site.module.tree, node) if within else None
            if anchor is not None and source is not None:
                yield annotated_parameter(
                    path, anchor, origin.name, owner[1], source, self.python(path)
                )

    def _callable(self, call: MeasuredCall) -> Iterator[Edit]:
        """Yield the edit that writes the parameters of the target, a `Callable[..., X]`."""
        site, target = call.site, call.site.target
        if target is None:
            return

        def module(path: Path) -> Module | None:
            # The call's module may have been changed by other edits.
            found = site.module if path == site.module.path else self._sources.module(path)
            return found if isinstance(found, Module) else None

        project = Project(module, lambda name: filter(None, map(module, self._naming(name))))
        declaration = declaration_of(project, site.module, site.context.scopes, target.value)
        if declaration is None or not self._is_in_project(declaration.module.path):
            return
        kinds = {each.kind for each in site.arguments}
        types: list[str] | str = "a call passes keywords, which a Callable cannot describe"
        if kinds & {"splat", "keyword splat"}:
            types = "a call passes `*` or `**`, so the number of its arguments is not known"
        elif kinds <= {"positional"}:
            types = known_types(project, declaration, len(site.arguments))
        yield typed_callable(self.laboratory.path_of(declaration.module.path), declaration, types)

    def _naming(self, name: str) -> Iterator[Path]:
        """Yield the files of the project that contain a name."""
        job = self.laboratory.job
        for path in job.project() or job.paths:
            raw = self._sources.raw(path)
            if isinstance(raw, bytes) and name.encode() in raw:
                yield path

    def _class_source(self, cls: str) -> str | None:
        """Return the module from which the project imports the class of background tasks."""
        if cls not in self._class_sources:
            counts: Counter[str] = Counter()
            for module, _ in self.laboratory.unchanged():
                for node in ast.walk(module.tree):
                    if isinstance(node, ast.ImportFrom) and node.module in CLASS_MODULES:
                        counts[node.module] += any(alias.name == cls for alias in node.names)
            usual = counts.most_common(1)
            self._class_sources[cls] = next((module for module, count in usual if count), None)
        return self._class_sources[cls]

    def _decorators(self, call: MeasuredCall) -> Iterator[Edit]:
        """Yield the edits of the decorators of a call's target that the project defines."""
        target = call.site.target
        if target is None:
            return
        file, tree = call.site.module.path, call.site.module.tree
        located = definition_in_project(file, tree, target.value)
        decorated: ast.AST | None = None if located is None else located.node
        if located is not None:
            file, tree = located.path, located.tree
        else:
            decorated = _target_in_module(call)
        if not isinstance(decorated, FunctionNode):
            return
        for decorator in decorated.decorator_list:
            yield from self._decorator(file, tree, decorator)

    def decorating(self, path: PurePosixPath, line: int) -> Iterator[Edit]:
        """Yield the edits of the decorators of the functions that a line calls."""
        module = self._sources.module(self.laboratory.job.root / path)
        if not isinstance(module, Module):
            return
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or 0):
                located = definition_in_project(module.path, module.tree, node.func)
                if located is not None and isinstance(located.node, FunctionNode):
                    for decorator in located.node.decorator_list:
                        yield from self._decorator(located.path, located.tree, decorator)

    def _decorator(self, file: Path, tree: ast.Module, decorator: ast.expr) -> Iterator[Edit]:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        located = definition_in_project(file, tree, named)
        method = "__call__"
        if located is None and isinstance(named, ast.Attribute):
            # `@registry.task`: the method of an object that a class makes.
            located = definition_in_project(file, tree, named.value)
            method = named.attr
        for _ in range(2):
            if located is None or not isinstance(located.node, (ast.Assign, ast.AnnAssign)):
                break
            value = located.node.value
            if not isinstance(value, ast.Call):
                return
            located = definition_in_project(located.path, located.tree, value)
        if located is None:
            return
        node: ast.AST | None = located.node
        if isinstance(node, ast.ClassDef):
            methods = [
                statement for statement in node.body if isinstance(statement, ast.FunctionDef)
            ]
            if method == "__call__" and not isinstance(decorator, ast.Call):
                method = "__init__"  # an object of the class replaces the function
            node = next((each for each in methods if each.name == method), None)
        if isinstance(node, ast.FunctionDef):
            anchor = anchor_of(located.tree, node)
            if anchor is not None and self._is_in_project(located.path):
                path = self.laboratory.path_of(located.path)
                make = typed_decorator_class if method == "__init__" else typed_decorator
                yield make(path, anchor, self.python(path))

    def _of_forwarder(self, call: MeasuredCall) -> Iterator[Edit]:
        """Yield the edit of the forwarder that a call is in, or that it calls."""
        for definition in self.definitions:
            anchor = _anchor_of(definition)
            around = call.site.context.functions[-1:]
            is_inside = (
                definition.site.module.path == call.site.module.path
                and anchor is not None
                and any(function.name == anchor.name for function in around)
            )
            if is_inside or call.site.forwarder.name == definition.forwarder.name:
                yield from self.for_definition(definition)

    def for_definition(self, definition: ForwarderDefinition) -> Iterator[Edit]:
        """Yield the edit that annotates a forwarder."""
        anchor, target = _anchor_of(definition), definition.site.target
        if anchor is not None and target is not None and isinstance(target.value, ast.Name):
            path = self.laboratory.path_of(definition.site.module.path)
            yield typed_forwarder(path, anchor, target.value.id, self.python(path))

    def _is_in_project(self, file: Path) -> bool:
        return file.is_relative_to(self.laboratory.job.root)

    def python(self, path: PurePosixPath) -> tuple[int, int]:
        """Return the oldest Python that the project of a file supports."""
        for folder in path.parents:
            config = folder / "pyproject.toml"
            content = self.laboratory.original(config)
            if content is None:
                continue
            found = _REQUIRES.search(content.decode("utf-8", "replace"))
            if found is not None:
                return 3, int(found[1])
        return _DEFAULT_PYTHON


def _may_be_function(annotation: ast.expr | None) -> bool:
    """Return whether what is annotated can be a function: a `delay: float` cannot."""
    text = "Any" if annotation is None else ast.unparse(annotation)
    return "Callable" in text or text.rpartition(".")[2] == "Any"


def _anchor_of(definition: ForwarderDefinition) -> Anchor | None:
    tree = definition.site.module.tree
    node = next((node for _, node in functions(tree) if node.lineno == definition.line), None)
    return None if node is None else anchor_of(tree, node)


def _target_in_module(call: MeasuredCall) -> FunctionNode | None:
    """Return a method or inner function that is a call's target."""
    target = call.site.target
    last = None if target is None else last_name(target.value)
    tree = call.site.module.tree
    named = [node for _, node in functions(tree) if node.name == last and node.decorator_list]
    owner = owner_of(call.site)
    own = [node for node in named if owner is not None and node in owner.body]
    return own[0] if own else named[0] if len(named) == 1 else None
