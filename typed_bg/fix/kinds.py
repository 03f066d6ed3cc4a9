"""The fixes by the reason that they remove, and why other reasons have no fix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_bg.check.results.reason_codes import CheckerReason

KINDS: Final = {
    "untyped-decorator": "annotate the decorator with a ParamSpec",
    "untyped-forwarder": "annotate the forwarder with a ParamSpec or a TypeVarTuple",
    "unannotated-function": "annotate the return type of the function around the call",
    "receiver-any": "annotate the object that collects the tasks",
    "callable-ellipsis": "write the callable's parameters, if all functions stored in it are known",
    "ignore-comment": "remove the comment, if nothing is reported without it",
    "config-preset": "let pyrefly check the types of arguments",
    "config-imports": "let mypy follow imports",
    "config-ignored": "let mypy report the errors of the module",
    "unresolved-import": "add the folder of the project's modules to the checker's config",
    "called-target": "pass the function to add_task, not its result (unsafe)",
    "trampoline": "pass the function itself, not run_in_threadpool (unsafe)",
    "checker-limit": "pass the function and its arguments, not partial() or a lambda (unsafe)",
    "argument-container": "pass the arguments of Celery's apply_async to si or delay (unsafe)",
    "plain-class": "import BackgroundTasks from typed_bg.fastapi (unsafe)",
    "wrong-argument": "correct the keyword, if the function has only one similar keyword (unsafe)",
}
"""What each fix does, by its name, which is the code of a reason or of a rule."""

SAME_FIX: Final[Mapping[CheckerReason, str]] = {
    "any-arguments": "untyped-decorator",
    "config-unannotated": "unannotated-function",
    "forwarder-signature": "untyped-forwarder",
    "target-any": "untyped-decorator",
}
"""The reasons that the fix of another reason can remove."""

_CODE = "a fix would change what the code does, so you have to decide"
_TYPES = "only you know the types"
_RULES = "the setting applies to all of the project's code, not only to these calls"
_UNTESTABLE = "the call may be correct, but it cannot be tested as it is written"

WITHOUT_FIX: Final[Mapping[CheckerReason, str]] = {
    "cached-function": _CODE,
    "config-argument-types": _RULES,
    "config-excluded": _RULES,
    "config-rules": _RULES,
    "encoding": "a fix would have to encode the whole file again",
    "no-type-check": _CODE,
    "receiver-none": _CODE,
    "redefined-function": _CODE,
    "redefined-name": _CODE,
    "splat": _CODE,
    "target-none": _CODE,
    "unprobeable-annotation": _UNTESTABLE,
    "unprobeable-arguments": _UNTESTABLE,
    "unprobeable-class-header": _UNTESTABLE,
    "unprobeable-f-string": _UNTESTABLE,
    "unprobeable-no-room": _UNTESTABLE,
    "unprobeable-not-one-line": _UNTESTABLE,
    "unprobeable-target": _UNTESTABLE,
    "unprobeable-too-complex": _UNTESTABLE,
    "unreachable": "run the checker again for the other platform or version",
    "untyped-import": "the imported name has to be annotated where it is defined",
    "untyped-parameter": _TYPES,
}
"""Why a reason has no fix."""
