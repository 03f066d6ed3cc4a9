"""Read the forwarders that a user declares with `--also`."""

from __future__ import annotations

import ast
import re

from typed_bg.check.calls.families import KNOWN
from typed_bg.check.calls.forwarders import Form, Forwarder, Slot

_PLAIN = re.compile(r"(?P<name>\w+(?:\.\w+)+)(?::(?P<index>\d+|receiver))?(?P<two>\(\))?")
_KEYWORDS = frozenset({"target", "args", "kwargs"})


def declared(text: str) -> Forwarder:
    """Read a forwarder as a user declares it.

    Args:
        text: `module.qualname`, then `:INDEX` of the target if it is not the first argument, or
            `:receiver`, then `()` where the arguments go into a second call. The name of one of
            `KNOWN` needs neither. `app.jobs.Queue.push:1` is a method, for its owner's name starts
            with a capital, and so is a class. Where the arguments are in containers,
            `app.jobs.push(target=0, args='args', kwargs='kwargs')` says which arguments those are.

    Raises:
        ValueError: The text has another form.
    """
    text = text.strip()
    match = _PLAIN.fullmatch(text)
    if match is None:
        return _described(text)
    name, index = match["name"], match["index"]
    known = _known(name)
    if known is not None and (index is None or known.has_containers) and match["two"] is None:
        return known
    target = None if index == "receiver" else int(index or 0)
    return Forwarder(name, _form(name), target, two_step=match["two"] is not None)


def _known(name: str) -> Forwarder | None:
    return next((known for known in KNOWN if name == known.name or name in known.aliases), None)


def _form(name: str) -> Form:
    *_, owner, last = name.split(".")
    return "method" if owner[0].isupper() else "class" if last[0].isupper() else "function"


def _described(text: str) -> Forwarder:
    """Read `module.qualname(target=..., args=..., kwargs=...)`."""
    try:
        call = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        raise _no_forwarder(text) from None
    if not isinstance(call, ast.Call) or not re.fullmatch(r"\w+(\.\w+)+", ast.unparse(call.func)):
        raise _no_forwarder(text)
    name = ast.unparse(call.func)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if call.args or not given.keys() <= _KEYWORDS or not given.keys() & {"args", "kwargs"}:
        message = (
            f"{text!r} does not define where the arguments are. Write for example "
            f"{name}(target=0, args='args', kwargs='kwargs'): each is a position, a keyword, or "
            "both, as in (1, 'args')"
        )
        raise ValueError(message)
    if ast.unparse(given.get("target", ast.Constant(0))) == "'receiver'":
        target, keyword = None, None
    else:
        slot = _slot(text, given.get("target", ast.Constant(0)))
        target, keyword = slot
        if target is None:
            target = -1  # none is at this position
    return Forwarder(
        name,
        _form(name),
        target,
        keyword,
        args=_slot(text, given["args"]) if "args" in given else None,
        kwargs=_slot(text, given["kwargs"]) if "kwargs" in given else None,
    )


def _slot(text: str, node: ast.expr) -> Slot:
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [part.value for part in parts if isinstance(part, ast.Constant)]
    positions = [value for value in values if type(value) is int and value >= 0]
    names = [value for value in values if isinstance(value, str) and value.isidentifier()]
    if len(positions) > 1 or len(names) > 1 or len(positions) + len(names) != len(parts):
        message = (
            f"{text!r}: {ast.unparse(node)} is neither a position, such as 1, nor a keyword, such "
            "as 'args', nor both, as in (1, 'args')"
        )
        raise ValueError(message)
    return Slot(next(iter(positions), None), next(iter(names), None))


def _no_forwarder(text: str) -> ValueError:
    return ValueError(
        f"{text!r} is not a forwarder. Write module.qualname, such as asyncio.to_thread; or "
        "module.qualname:1 if the target is the second positional argument; or module.qualname() "
        "if the arguments go into a second call; or module.qualname(target=0, args='args', "
        "kwargs='kwargs') if the arguments are in containers."
    )
