"""The fixes by the reason that they remove."""

from __future__ import annotations

from typing import Final

KINDS: Final = {
    "untyped-decorator": "annotate the decorator with a ParamSpec",
    "untyped-forwarder": "annotate the forwarder with a ParamSpec",
    "unannotated-function": "annotate the return type of the function around the call",
    "receiver-any": "annotate the parameter that the tasks come in",
    "config-preset": "let pyrefly check the types of arguments",
    "config-imports": "let mypy follow imports",
    "config-ignored": "let mypy report the errors of the module",
    "unresolved-import": "let the checker look for the project's modules in one more folder",
    "called-target": "pass the function to add_task, not its result (unsafe)",
    "trampoline": "pass the function itself, not run_in_threadpool (unsafe)",
    "checker-limit": "pass the arguments of partial() to add_task (unsafe)",
}
"""What each one does, by the code of the reason."""
