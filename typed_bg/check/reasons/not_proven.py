"""Why nothing is reported about the arguments of a call: its target or they are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typed_bg.check.calls.undecorated import undecorated
from typed_bg.check.probes.direct_call import direct_call
from typed_bg.check.results.report import Place, Reason

if TYPE_CHECKING:
    import ast
    from pathlib import PurePosixPath

    from typed_bg.check.calls.call_sites import CallSite

_WRITE_THEM = "write the arguments in the call: a tuple, and a dict for the keyword arguments"
_DOTTED = "write the module and the name of the function, such as 'app.tasks.send'"
_REGISTERED = "write the name of a function from the list `functions` of the worker"
_ANY = "Any"  # whether there is one does not depend on its name
_NAME_IT = "define the target with def, or assign it to a variable, and pass that"


def not_proven(path: PurePosixPath, site: CallSite) -> Reason | None:
    """Return why there is no direct call, if nothing else can check the arguments."""
    place, name = Place(path, site.line), site.target_name
    fix = _REGISTERED if site.forwarder.by_name == "registered" else _DOTTED
    if name is not None and undecorated(site) is None:
        fact = f"no function named {name!r} was found in the project"
        return Reason("unprobeable-target", fact, fix, place)
    if site.forwarder.is_by_name_only and name is None:
        fact = "the call does not contain the name of the target"
        return Reason("unprobeable-target", fact, fix, place)
    if not site.forwarder.has_containers or direct_call(site, _ANY) is not None:
        return None
    if site.hidden:
        return Reason("unprobeable-arguments", site.hidden, _WRITE_THEM, place)
    what = "in an unpacked argument"
    if site.target is not None:
        what = _FORMS.get(site.target.form, "an expression")
    fact = f"the target is {what}, so its parameters are not known"
    return Reason("unprobeable-target", fact, _NAME_IT, place)


_FORMS = {
    "call": "the result of a call",
    "await": "an awaited value",
}


def hidden_arguments(path: PurePosixPath, site: CallSite) -> Reason:
    """Return that a container hides the target's arguments."""
    hidden = [argument for argument in site.arguments if "splat" in argument.kind]
    texts = ", ".join(f"`{_text(site, argument.value)}`" for argument in hidden)
    fact = f"{texts} hides which arguments are passed"
    return Reason("unprobeable-arguments", fact, _WRITE_THEM, Place(path, site.line))


def too_complex(path: PurePosixPath, site: CallSite, checker: str) -> Reason:
    """Return that a checker does not look into the function around a call."""
    functions = site.context.functions[-1:]
    where = f"{functions[0].name}()" if functions else "the module"
    fact = f"{checker} finds the code of {where} too complex to analyze with this call's probes"
    fix = f"move a part of {where} into a function of its own"
    return Reason("unprobeable-too-complex", fact, fix, Place(path, site.line))


def _text(site: CallSite, value: ast.expr) -> str:
    return " ".join(site.module.slice(site.module.span(value)).split())
