"""Correct calls that a checker is known to reject: a limit of the checker, not the user's error."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from typed_bg._source.scopes import FunctionNode, defaults
from typed_bg.check.calls.project_modules import definition_in_project
from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.verdicts.diagnostic_rules import is_type_rule
from typed_bg.check.verdicts.revealed_types import is_union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typed_bg.check.calls.call_sites import CallSite
    from typed_bg.check.verdicts.evidence import Evidence
    from typed_bg.checkers import Diagnostic

_RMTREE = re.compile(r"(?:shutil\.)?_RmtreeType")
# Prefect's own parameters of `Task.submit` and `Task.__call__`.
_OF_PREFECT = frozenset({"wait_for", "return_state"})
_INJECTED = re.compile(r"\bTaskiqDepends\(")
# celery-types declares a tuple, but Celery also takes a list.
_LIST_FOR_TUPLE = re.compile(r"(?=.*\btuple\[Any, \.\.\.\])(?=.*\blist\[)", re.DOTALL)


class KnownRejection(NamedTuple):
    """A kind of call that a checker rejects, whatever the arguments are.

    Attributes:
        fact: What the checker rejects, and why.
        fix: What to write instead; empty if nothing is known to help.
        issue: Where it is reported upstream; empty if it is not known to be.
    """

    fact: str
    fix: str
    issue: str


def known_rejection(checker: str, site: CallSite, evidence: Evidence) -> KnownRejection | None:
    """Return why a checker's errors of a call are not about its arguments, if they are not."""
    if not evidence.errors:
        return None
    return next(_rejections(checker, site, evidence), None)


def _rejections(checker: str, site: CallSite, evidence: Evidence) -> Iterator[KnownRejection]:
    # The typing tests record what zuban does, so that a fix upstream is noticed.
    if checker == "zuban" and site.target is not None and _RMTREE.fullmatch(evidence.target or ""):
        text = " ".join(site.module.slice(site.target.span).split())
        yield KnownRejection(
            f"zuban rejects every call of `{text}`, even a correct one",
            "pass a function with one signature that calls it",
            "https://github.com/python/mypy/issues/18239",
        )
    if checker == "ty" and site.target is not None and _is_only_a_union(site, evidence):
        text = " ".join(site.module.slice(site.target.span).split())
        yield KnownRejection(
            f"ty rejects `{text}`, which is one of several functions with different parameters, "
            "although each of them fits the arguments: it solves the ParamSpec with the first one",
            "",
            "",
        )
    yield from _rejections_of_package(site.forwarder.package, checker, site, evidence)


def _rejections_of_package(
    package: str, checker: str, site: CallSite, evidence: Evidence
) -> Iterator[KnownRejection]:
    if package == "prefect":
        for argument in site.arguments:
            if argument.kind == "keyword" and argument.name in _OF_PREFECT:
                yield KnownRejection(
                    f"{checker} rejects `{argument.name}=`, which Prefect accepts in addition to "
                    "the task's own arguments: a ParamSpec cannot express this",
                    "",
                    "https://github.com/python/typing/issues/1009",
                )
        if not evidence.direct.errors and any(
            "PrefectFuture" in error.message for error in evidence.errors
        ):
            yield KnownRejection(
                f"{checker} rejects a future of another task as an argument. Prefect replaces it "
                "with the task's result, but a ParamSpec cannot express this",
                "",
                "",
            )
    if package == "celery" and all(
        _LIST_FOR_TUPLE.search(error.message) for error in evidence.errors
    ):
        yield KnownRejection(
            f"{checker} rejects a list of arguments, which Celery accepts like a tuple", "", ""
        )
    if package == "ray" and not evidence.direct.errors and _may_fit(site):
        yield KnownRejection(
            f"{checker} rejects the call, but Ray's types do not support keywords or parameters "
            "with a default value",
            "",
            "",
        )
    if package == "temporalio" and evidence.direct.arity and not evidence.direct.errors:
        yield KnownRejection(
            f"{checker} rejects the call, although the arguments fit the function: the overloads "
            "of Temporal's types do not describe every call",
            "",
            "",
        )
    if package == "taskiq":
        for name in _injected(site):
            yield KnownRejection(
                f"{checker} requires `{name}`, which taskiq injects: a ParamSpec includes it",
                f"give `{name}` its dependency as the default value instead of in `Annotated`",
                "https://github.com/taskiq-python/taskiq/issues/288",
            )


def _may_fit(site: CallSite) -> bool:
    """Return whether the function of a task takes the number and names of a call's arguments.

    What a checker says about both the call and the direct call is no error of the latter.
    """
    args = _parameters(site)
    if args is None or any("splat" in argument.kind for argument in site.arguments):
        return True
    positional = [*args.posonlyargs, *args.args]
    count = sum(argument.kind == "positional" for argument in site.arguments)
    names = {argument.name for argument in site.arguments if argument.name is not None}
    optional = {parameter.arg for parameter in defaults(args)}
    filled = {parameter.arg for parameter in positional[:count]}
    by_name = {parameter.arg for parameter in (*args.args, *args.kwonlyargs)} - filled
    required = {parameter.arg for parameter in (*positional, *args.kwonlyargs)} - optional
    return (
        (count <= len(positional) or args.vararg is not None)
        and (names <= by_name or args.kwarg is not None)
        and required <= filled | names
    )


def _parameters(site: CallSite) -> ast.arguments | None:
    """Return the parameters of the function that a task runs, if they are known."""
    function = undecorated(site)
    if function is not None:
        return function.parameters
    if site.target is None:
        return None
    located = definition_in_project(site.module.path, site.module.tree, site.target.value)
    if located is None or not isinstance(located.node, FunctionNode):
        return None
    return None if located.node.decorator_list else located.node.args


def _is_only_a_union(site: CallSite, evidence: Evidence) -> bool:
    """Return whether a target is rejected that can be called directly."""
    direct = evidence.direct
    return (
        is_union(evidence.target or "")
        and direct.arity
        and not direct.errors
        and any(is_at_target(site, error) for error in evidence.errors)
    )


def is_at_target(site: CallSite, error: Diagnostic) -> bool:
    """Return whether an error is about the type of the target."""
    return (
        is_type_rule(error.rule)
        and site.target is not None
        and site.module.starts[error.line - 1] + error.column - 1 == site.target.span.start
    )


def _injected(site: CallSite) -> Iterator[str]:
    """Yield the parameters of a taskiq task that are injected, and not passed."""
    located = definition_in_project(site.module.path, site.module.tree, site.receiver)
    if located is None or not isinstance(located.node, FunctionNode):
        return
    passed = {argument.name for argument in site.arguments}
    signature = located.node.args
    for parameter in (*signature.posonlyargs, *signature.args, *signature.kwonlyargs):
        annotation = "" if parameter.annotation is None else ast.unparse(parameter.annotation)
        if parameter.arg not in passed and _INJECTED.search(annotation):
            yield parameter.arg
