"""Every reason that `typed-bg check` can give, declared once.

The documentation's pages and its tables are made from `REASONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from typed_bg.check.results.rules import RuleId

CheckerReason = Literal[
    "any-arguments",
    "argument-container",
    "cached-function",
    "callable-ellipsis",
    "checker-limit",
    "config-argument-types",
    "config-excluded",
    "config-ignored",
    "config-imports",
    "config-preset",
    "config-rules",
    "config-unannotated",
    "encoding",
    "forwarder-signature",
    "ignore-comment",
    "no-type-check",
    "receiver-any",
    "receiver-none",
    "redefined-function",
    "redefined-name",
    "splat",
    "target-any",
    "target-none",
    "trampoline",
    "unannotated-function",
    "unprobeable-annotation",
    "unprobeable-arguments",
    "unprobeable-class-header",
    "unprobeable-f-string",
    "unprobeable-no-room",
    "unprobeable-not-one-line",
    "unprobeable-target",
    "unprobeable-too-complex",
    "unreachable",
    "unresolved-import",
    "untyped-decorator",
    "untyped-import",
    "untyped-parameter",
]
"""Why a checker does not check a call, or an argument of it."""

ReasonCode = CheckerReason | RuleId
"""The code of a reason. Rules about the source itself give their own id."""


@dataclass(frozen=True, slots=True)
class ReasonKind:
    """What a reason means.

    Attributes:
        summary: What the cause is, in one sentence.
        why: Why the checker does not check the call, in a few sentences of Markdown.
        fix: What to change, in one or two sentences of Markdown.
        rules: The rules whose findings can have this reason.
        example: The name of a module in the tests' corpus that shows it; `NAME_fixed` is the same
            module after the fix. Empty if the cause is not in a module.
    """

    summary: str
    why: str
    fix: str
    example: str = ""
    rules: tuple[RuleId, ...] = ("unchecked-call",)


_BOTH: tuple[RuleId, ...] = ("unchecked-call", "unchecked-argument")
_PROBES = (
    "`typed-bg check` tests a checker by writing probes next to the call, in a copy of the "
    "project. "
)
_WRITE_A_STATEMENT = "Write the call as a statement of its own."

REASONS: dict[CheckerReason, ReasonKind] = {
    "untyped-decorator": ReasonKind(
        "A decorator without types hides the function's signature.",
        "Once an unannotated decorator is applied, the checker knows only what the decorator "
        "returns: `Any`, or a callable that accepts anything.",
        "Annotate the decorator with a `ParamSpec`: `Callable[P, R] -> Callable[P, R]`.",
        "untyped_decorator",
    ),
    "untyped-parameter": ReasonKind(
        "The parameter has no annotation.",
        "The checker compares names and numbers of arguments, but a parameter without an "
        "annotation, or with `Any`, accepts a value of any type.",
        "Annotate the parameter.",
        "untyped_parameter",
        rules=("unchecked-argument",),
    ),
    "untyped-import": ReasonKind(
        "The imported name has no type.",
        "The import resolves, but the module gives the name no type that the checker can use.",
        "Annotate the name where it is defined.",
        "target_any",
    ),
    "unresolved-import": ReasonKind(
        "The checker cannot resolve an import.",
        "If the checker cannot find a module, every name imported from it has the type `Any`, and "
        "calls of these names are not checked.",
        "Install the package, or its stubs, into the environment that you check.",
        "unresolved_import",
        rules=_BOTH,
    ),
    "unannotated-function": ReasonKind(
        "The call is inside a function without annotations.",
        "By default mypy does not check the bodies of functions that have no annotation at all.",
        "Annotate a parameter or the return type (`-> None` is enough), or set "
        "`check_untyped_defs = true` in mypy's config.",
        "unannotated_function",
    ),
    "receiver-any": ReasonKind(
        "The object on which the method is called has no type.",
        "If the checker does not know that `tasks` is a collection of background tasks, it cannot "
        "know the signature of `add_task`.",
        "Annotate the parameter or the attribute.",
        "receiver_any",
    ),
    "receiver-none": ReasonKind(
        "The object on which the method is called may be `None`.",
        "In some checkers, the error about `None` hides every error about the arguments.",
        "Check for `None` before the call, or remove `None` from the annotation.",
        "receiver_none",
    ),
    "target-any": ReasonKind(
        "The target has no type.",
        "The target's type is `Any`, so every argument fits.",
        "Give the target a type where it is defined or assigned.",
        "target_any",
    ),
    "target-none": ReasonKind(
        "The target may be `None`.",
        "The checker rejects `None` with any arguments, and reports nothing about the arguments.",
        "Check for `None` before the call.",
        "target_none",
    ),
    "forwarder-signature": ReasonKind(
        "The forwarder's signature accepts any arguments for the target.",
        "A function such as `enqueue(func: Callable[..., Any], *args: Any)` accepts the same "
        "arguments for every target: the checker does not compare them with the target's "
        "parameters.",
        "Annotate the forwarder with a `ParamSpec`, and pass the target's arguments directly.",
    ),
    "argument-container": ReasonKind(
        "The target's arguments are passed in a container.",
        "`Thread(target=send, args=(to,))` takes any tuple and any dict: no type checker compares "
        "their contents with the parameters of `send`.",
        "Pass the target's arguments directly, or pass a lambda that calls the target. A lambda "
        "reads its variables when it runs, so don't use a lambda in a loop.",
        rules=("unchecked-call", "checked-directly"),
    ),
    "any-arguments": ReasonKind(
        "The target accepts any arguments.",
        "A function that takes `*args, **kwargs` without useful types accepts every call.",
        "Write out the parameters.",
        "any_arguments",
    ),
    "callable-ellipsis": ReasonKind(
        "The target's type is `Callable[..., X]`.",
        "The three dots mean that any arguments fit.",
        "Write out the parameters, as in `Callable[[str], None]`, or use a `ParamSpec`.",
        "callable_ellipsis",
    ),
    "redefined-function": ReasonKind(
        "The function around the call is defined more than once.",
        "mypy reports the second definition of a name as an error, and does not check the body of "
        "the first.",
        "Give each function a different name.",
        "redefined_function",
    ),
    "redefined-name": ReasonKind(
        "The target is defined more than once.",
        "If a name has several definitions, some checkers give it no type.",
        "Define the target once, or give each definition a different name.",
        "redefined_name",
    ),
    "splat": ReasonKind(
        "`*args` or `**kwargs` in the call hide which arguments are passed.",
        "The checker does not know how many values a list contains or which keys a dictionary has.",
        "Write out the arguments, or unpack a tuple or a `TypedDict` of known shape.",
        "splat",
        rules=_BOTH,
    ),
    "trampoline": ReasonKind(
        "The target is a function that takes another function and calls it.",
        "The checker compares the arguments with the outer function's signature. Not every "
        "checker also compares them with the inner one.",
        "Pass the function itself and its arguments. Starlette runs a `def` in a thread anyway.",
        "forwarding",
        rules=_BOTH,
    ),
    "cached-function": ReasonKind(
        "`functools.cache` or `lru_cache` hides the signature.",
        "The cached object's type accepts any hashable arguments.",
        "Pass a function with typed parameters that calls the cached one.",
        "checker_limit",
    ),
    "checker-limit": ReasonKind(
        "This checker is known not to check this kind of target.",
        "The typing tests of this project record what each checker does with each kind of target.",
        "Rewrite the call as the finding suggests, or rely on another checker for this call.",
        "checker_limit",
    ),
    "ignore-comment": ReasonKind(
        "A comment such as `# type: ignore` suppresses the errors of this call.",
        "The suppression also hides future mistakes in the same call.",
        "Remove the comment, or limit it to the one rule that it is meant for.",
        "ignore_comment",
        rules=_BOTH,
    ),
    "no-type-check": ReasonKind(
        "The function is decorated with `@no_type_check`.",
        "The decorator tells checkers to ignore the function's annotations or its body.",
        "Remove the decorator.",
        "no_type_check",
        rules=_BOTH,
    ),
    "unreachable": ReasonKind(
        "The checker considers the call unreachable.",
        "Checkers do not report errors in code that cannot run: after a `return`, in a branch for "
        "another platform or Python version, or where a type rules the branch out.",
        "Also run the checker for that platform or version, or move the call out of the branch.",
        "unreachable",
    ),
    "encoding": ReasonKind(
        "The file is not encoded in UTF-8.",
        "Some checkers read only UTF-8, and report nothing in the file.",
        "Save the file as UTF-8.",
    ),
    "config-argument-types": ReasonKind(
        "The checker's config turns off the rule about argument types.",
        "The checker still reports wrong names and numbers of arguments, but no wrong types.",
        "Turn the rule on as an error.",
        rules=("unchecked-argument",),
    ),
    "config-excluded": ReasonKind(
        "The checker's config excludes the file.",
        "The checker does not check an excluded file, but its run still succeeds.",
        "Include the file.",
        rules=_BOTH,
    ),
    "config-ignored": ReasonKind(
        "mypy's config suppresses all errors of the module.",
        "`ignore_errors = true` also hides wrong arguments of tasks.",
        "Remove the setting for this module.",
        rules=_BOTH,
    ),
    "config-imports": ReasonKind(
        "mypy's config turns imported names into `Any`.",
        "With `follow_imports = skip` or `error`, `BackgroundTasks` itself is `Any`, and mypy "
        "accepts every call of it.",
        "Remove the setting, or use `follow_imports = silent`.",
        rules=_BOTH,
    ),
    "config-preset": ReasonKind(
        "pyrefly's preset does not check argument types.",
        "Without a config of its own, pyrefly uses the preset `basic`.",
        'Create a `pyrefly.toml` with `preset = "default"`.',
        rules=_BOTH,
    ),
    "config-rules": ReasonKind(
        "The checker's config turns off the rules about calls.",
        "The checker then does not report a wrong name or number of arguments.",
        "Turn the rules on as errors.",
        rules=_BOTH,
    ),
    "config-unannotated": ReasonKind(
        "pyrefly's config skips functions without annotations.",
        "Like mypy, the preset `legacy` skips them. pyrefly uses this preset if it finds a mypy "
        "config instead of its own.",
        "Annotate the function, or set `check-unannotated-defs = true`.",
        rules=_BOTH,
    ),
    "unprobeable-annotation": ReasonKind(
        "The call is part of an annotation.",
        _PROBES + "There is no room for probes in an annotation.",
        _WRITE_A_STATEMENT,
        rules=("unprobeable-call",),
    ),
    "unprobeable-arguments": ReasonKind(
        "A container hides the target's arguments.",
        "The arguments are in a list or a dict, and the module does not show what it contains. So "
        "there is nothing to compare with the target's parameters.",
        "Write the arguments in the call.",
        rules=("unprobeable-call",),
    ),
    "unprobeable-class-header": ReasonKind(
        "The call is in the header of a class.",
        _PROBES + "There is no room for probes in the header of a class.",
        _WRITE_A_STATEMENT,
        rules=("unprobeable-call",),
    ),
    "unprobeable-f-string": ReasonKind(
        "The call is inside an f-string.",
        _PROBES + "Before Python 3.12, the positions of code inside an f-string are not known.",
        _WRITE_A_STATEMENT,
        rules=("unprobeable-call",),
    ),
    "unprobeable-no-room": ReasonKind(
        "The module has no line on which the probes' names can be defined.",
        _PROBES + "Their names have to be defined at the top of the module.",
        "Add an empty line after the imports.",
        rules=("unprobeable-call",),
    ),
    "unprobeable-not-one-line": ReasonKind(
        "An argument cannot be written on one line.",
        _PROBES + "A probe repeats the arguments on one line.",
        "Assign the argument to a variable before the call.",
        rules=("unprobeable-call",),
    ),
    "unprobeable-target": ReasonKind(
        "typed-bg cannot determine which function is the target.",
        "The arguments are passed in a container, so they can only be checked in a direct call of "
        "the target. Here, the target is the result of another call, so it has no name to call.",
        "Define the target with `def`, or assign it to a variable, and pass that.",
        rules=("unprobeable-call",),
    ),
    "unprobeable-too-complex": ReasonKind(
        "The function is too complex for pyright.",
        _PROBES + "pyright and basedpyright do not check a function that has too many branches and "
        "loops. Even with the probes of a single call, this function exceeds their limit.",
        "Move a part of the function into a function of its own.",
        rules=("unprobeable-call",),
    ),
}
"""The reasons by code."""
