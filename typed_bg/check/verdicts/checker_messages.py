"""The messages of each checker about probes, measured and tested with the checkers themselves.

A diagnostic belongs to the probe that it stands in (`ProbedModule.probe_at`): all six report a
column within the probe, on its line. It is an answer to the probe if it is an error and:

keyword     names the keyword, or the class of its value where the target takes keywords
    mypy, zuban     call-arg: Unexpected keyword argument "_bgp_k0_" for "add_task" of ...
                    misc: Cannot infer type of lambda comes besides in mypy, and names nothing
    (base)pyright   reportCallIssue: No parameter named "_bgp_k0_"
    ty              unknown-argument: Argument `_bgp_k0_` does not match any known parameter
    pyrefly         unexpected-keyword: Unexpected keyword argument `_bgp_k0_`
    where `**kwargs: int`: an argument-type error that names `_bgp_P0_`
    not seen        `**kwargs` without a type; ty, zuban: `**kwargs: Unpack[TypedDict]`
positional  names the class of the surplus arguments, or tells that there are too many
    mypy, zuban     call-arg: Too many arguments for "add_task" of ... (names nothing)
    (base)pyright   reportCallIssue: Expected 2 positional arguments (names nothing)
    ty              too-many-positional-arguments: Too many positional arguments to ...
    pyrefly         bad-argument-count: Expected 3 positional arguments, got 4
    besides         arg-type and its like naming `_bgp_P0_`; "multiple values for b"
    not seen        `*args` without a type, `*args: *Ts`
replaced    names the class that stands for the argument, `_bgp_arg0_<i>_` for argument i
    mypy, zuban     arg-type: ... has incompatible type "_bgp_arg0_0_"; expected "int", also
                    "*list[...]", "**dict[str, ...]"; for an overloaded target all in one message
    (base)pyright   reportArgumentType: Argument of type "_bgp_arg0_0_" cannot be assigned to ...
    ty              invalid-argument-type: ... Expected `int`, found `_bgp_arg0_0_`
    pyrefly         bad-argument-type: Argument `_bgp_arg0_0_` is not assignable to parameter ...
    not seen        parameters that take anything: `Any`, `object`, an unsolved `T`; in pyright all
                    arguments of a call whose number is wrong
class       any error: the receiver is something else
receiver    `reveal_type`; no answer where the checker does not look, as in unreachable code. There
target      ty says `Never`. In a function without annotations mypy says `Any`, with a note.

Pitfalls:

- mypy reports one message once a line. Sites that share a line have names of their own for this,
  and their types are revealed in a tuple: read them with `revealed`. Where the receiver is
  revealed and the target is not, both are of the same type. Where the call itself has too many
  arguments, and is on one line, mypy has said so there, and not of the probe.
- A call with an error of its own has it in its probes again, without a name of ours. pyright then
  does not name the types; that does not mean that it did not see them.
- An ignore comment on the probes' line, which is the last of the statement or call, silences all
  probes. On calls over several lines that is not quite what happens to the call: mypy lets a
  comment on any line of it silence `call-arg` (names and number), and `arg-type` only on the
  argument's own line; pyright, ty, pyrefly and zuban report each argument on its own line, and
  obey a comment there alone. A comment on a line of its own holds for the next line in pyrefly
  (`type: ignore`, `pyrefly: ignore`) and in ty (`ty: ignore`); in basedpyright `type: ignore`
  does nothing.
- Whether an ignore comment is unused cannot be told on a line with probes.
- mypy and zuban say `func-returns-value` of probes that are part of an expression.
- ty (`undefined-reveal`) and pyrefly (`unimported-directive`) complain of `reveal_type` itself.
- pyrefly checks unreachable code like any other, and reveals nothing there. zuban does not look
  into the arguments of a call in a decorator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typed_bg.check.probes.probe import Probe

_TOO_MANY = re.compile(
    r"Too many (?:positional )?arguments"  # mypy, zuban, ty
    r"|Expected \d+ (?:more )?positional arguments?"  # pyright, basedpyright, pyrefly
)


def says_too_many(message: str) -> bool:
    """Return whether a message reports more positional arguments than the target takes."""
    return _TOO_MANY.search(message) is not None


def named(probe: Probe, message: str) -> tuple[bool, ...]:
    """Return, for each name in a probe, whether a message contains it."""
    return tuple(name in message for name in probe.names)


def revealed(probe: Probe, text: str) -> str:
    """Return the type that a probe asked for, without the one that it is revealed together with."""
    for name in probe.names:
        match = re.fullmatch(
            rf"(?:builtins\.)?tuple\[(.*), [\w.]*{name}\]", text, re.DOTALL | re.IGNORECASE
        )
        if match is not None:
            return match[1]
    return text
