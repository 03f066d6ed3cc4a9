"""The fixes by the reason that they remove, and why the other reasons have none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typed_bg.check.results.reason_codes import CheckerReason

KINDS: Final = {
    "untyped-decorator": "annotate the decorator with a ParamSpec",
    "untyped-forwarder": "annotate the forwarder with a ParamSpec",
    "unannotated-function": "annotate the return type of the function around the call",
    "receiver-any": "annotate what the tasks come in",
    "callable-ellipsis": "write the parameters, if all functions that it can be are known",
    "ignore-comment": "remove the comment, if nothing is reported without it",
    "config-preset": "let pyrefly check the types of arguments",
    "config-imports": "let mypy follow imports",
    "config-ignored": "let mypy report the errors of the module",
    "unresolved-import": "let the checker look for the project's modules in one more folder",
    "called-target": "pass the function to add_task, not its result (unsafe)",
    "trampoline": "pass the function itself, not run_in_threadpool (unsafe)",
    "checker-limit": "pass the arguments of partial() to add_task (unsafe)",
}
"""What each one does, by its name, which is the code of a reason or of a rule."""

SAME_FIX: Final[Mapping[CheckerReason, str]] = {
    "any-arguments": "untyped-decorator",
    "config-unannotated": "unannotated-function",
    "forwarder-signature": "untyped-forwarder",
    "target-any": "untyped-decorator",
}
"""The reasons that the fix of another one can remove."""

_CODE = "a change of what the code does, which only you can decide about"
_TYPES = "only you know the types"
_RULES = "the project has decided it for all of its code, not only for these calls"
_ASKED = "the call itself may be fine: it only cannot be asked about"

WITHOUT_FIX: Final[Mapping[CheckerReason, str]] = {
    "argument-container": _CODE,
    "cached-function": _CODE,
    "config-argument-types": _RULES,
    "config-excluded": _RULES,
    "config-rules": _RULES,
    "encoding": "another encoding changes every line of the file",
    "no-type-check": _CODE,
    "receiver-none": _CODE,
    "redefined-function": _CODE,
    "redefined-name": _CODE,
    "splat": _CODE,
    "target-none": _CODE,
    "unprobeable-annotation": _ASKED,
    "unprobeable-arguments": _ASKED,
    "unprobeable-class-header": _ASKED,
    "unprobeable-f-string": _ASKED,
    "unprobeable-no-room": _ASKED,
    "unprobeable-not-one-line": _ASKED,
    "unprobeable-target": _ASKED,
    "unreachable": "another platform or version needs another run of the checker",
    "untyped-import": "what is imported has to be annotated where it is defined",
    "untyped-parameter": _TYPES,
}
"""Why a reason has no fix."""
