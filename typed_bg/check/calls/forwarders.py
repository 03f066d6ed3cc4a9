"""Callables that take a function and its arguments, and call it later or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Form = Literal["function", "method", "class"]

BACKGROUND_FAMILY = "background"
"""The family of the calls that are checked by default."""
DECLARED_FAMILY = "declared"
"""The family of the forwarders that a user declares with `--also`."""
NO_OPTIONS = frozenset[str]()


class Slot(NamedTuple):
    """Where an argument of a forwarder's call is.

    Attributes:
        position: Its index among the positional arguments, receiver not counted; `None` if it can
            only be passed by keyword.
        keyword: The name by which it may be passed; `None` if it can only be passed by position.
    """

    position: int | None = None
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Forwarder:
    """A callable that passes the arguments of its call to a target.

    Attributes:
        name: `module.qualname`, where it is defined.
        form: How a call is recognised: a function by what its name was imported from, a method by
            its own name alone (the type of its receiver decides later), a class by its own name
            or that of a subclass in the same module.
        target: The index of the target among the positional arguments, receiver not counted;
            `None` where the receiver itself is the target, as in `task.kiq(1)`.
        keyword: The name by which the target may be passed.
        two_step: Whether it takes the target alone and returns what takes the arguments, as in
            `docket.add(f)(1)`.
        args: Where the target's positional arguments are if they are passed in a container, as in
            `Thread(target=f, args=(1,))`.
        kwargs: Where its keyword arguments are if they are passed in a dict.
        options: The keywords that the forwarder keeps for itself; `None` if they are not known.
        has_param_spec: Whether its package annotates it with a `ParamSpec`, so that what a checker
            rejects is about the target's parameters.
        family: The name by which it is chosen, with others like it.
        since: The first version of its package that has it; empty if all supported ones do.
        followed_by: The methods of which one has to be called on the result at once; empty if none
            has to. Otherwise the arguments need not be all: a chain adds the others.
        by_name: Whether a string in place of the target names it: `also` if the function itself can
            be passed, `only` if it cannot, `registered` if neither that nor the name of its module
            can, empty if no string is taken for a name.
        through: Methods of a task that return one with other options, so that they can stand
            between the target and the method: `task.using(priority=1).enqueue("a")`.
        passing: Options, also of those methods, that pass arguments to the target, too.
        is_task: Whether the target is called directly only without its decorator: a task cannot be
            called, or its framework supplies parameters.
        takes_futures: Whether an argument can be the future result of another call, which fits
            wherever the result does.
        of_actors: Whether it also makes actors and calls their methods, as `remote` of Ray does.
        supplied: The arguments that the package itself passes to the target: an empty string is
            one before all others, and others are keywords.
        shares_name: Whether its package takes the target's arguments both in containers and without
            them: then another forwarder has the same name.
        aliases: Other names under which its package exports it, or its class.
        classes: The names of the package's classes that inherit the method and pass its arguments
            on unchanged.
        instead: What to write so that type checkers check the arguments; `{call}` stands for the
            call of the target. Empty if nothing is known.
        called: What a project calls it: a subclass, an alias.
        owner_names: What a project calls the class whose method it is, and what derives from it.
        givers: What a project calls objects of that class, and functions that return one.
    """

    name: str
    form: Form
    target: int | None = 0
    keyword: str | None = None
    two_step: bool = False
    args: Slot | None = None
    kwargs: Slot | None = None
    options: frozenset[str] | None = None
    has_param_spec: bool = False
    family: str = DECLARED_FAMILY
    since: str = ""
    followed_by: frozenset[str] = frozenset()
    by_name: Literal["", "also", "only", "registered"] = ""
    through: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()
    is_task: bool = False
    takes_futures: bool = False
    of_actors: bool = False
    supplied: tuple[str, ...] = ()
    shares_name: bool = False
    aliases: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    instead: str = ""
    called: str | None = None
    owner_names: frozenset[str] = frozenset()
    givers: frozenset[str] = frozenset()

    @property
    def is_by_name_only(self) -> bool:
        """Whether its target can only be named by a string."""
        return self.by_name in {"only", "registered"}

    @property
    def has_containers(self) -> bool:
        """Whether the target's arguments are passed in containers, and not in the call itself."""
        return self.args is not None or self.kwargs is not None

    @property
    def package(self) -> str:
        """The package that defines it."""
        return self.name.partition(".")[0]

    @property
    def is_background(self) -> bool:
        """Whether its calls are background tasks of Starlette, FastAPI or typed_bg."""
        return self.family == BACKGROUND_FAMILY

    @property
    def is_in_table(self) -> bool:
        """Whether it is one of another package, described in `families.py`."""
        return self.family not in {BACKGROUND_FAMILY, DECLARED_FAMILY}

    @property
    def last_name(self) -> str:
        """The last part of the name, or the project's name for it."""
        if self.called is not None:
            return self.called
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> tuple[str, str] | None:
        """The module and the qualified name of the class whose objects have the method."""
        if self.form == "function":
            return None
        parts = self.name.split(".")
        if self.form == "method":
            del parts[-1]
        count = next((i for i, part in enumerate(parts) if part[0].isupper()), len(parts) - 1)
        return ".".join(parts[:count]), ".".join(parts[count:])

    @property
    def owner_name(self) -> str | None:
        """The last part of the name of that class."""
        return None if self.owner is None else self.owner[1].rpartition(".")[2]

    @property
    def class_names(self) -> frozenset[str]:
        """The last parts of all names of that class and of the project's subclasses."""
        names = {self.owner_name, self.called, *self.owner_names, *self.classes}
        return frozenset(name for name in names if name is not None)


ADD_TASK = Forwarder(
    "starlette.background.BackgroundTasks.add_task",
    "method",
    keyword="func",
    options=frozenset(),
    has_param_spec=True,
    family=BACKGROUND_FAMILY,
)
BACKGROUND_TASK = Forwarder(
    "starlette.background.BackgroundTask",
    "class",
    keyword="func",
    options=frozenset(),
    has_param_spec=True,
    family=BACKGROUND_FAMILY,
)
ADD = Forwarder(
    "typed_bg.background.BackgroundTasks.add",
    "method",
    two_step=True,
    options=frozenset(),
    has_param_spec=True,
    family=BACKGROUND_FAMILY,
)

# The calls that `typed-bg check` looks for by default.
BACKGROUND = (ADD_TASK, BACKGROUND_TASK, ADD)


def typed(name: str, form: Form, target: int | None = 0) -> Forwarder:
    """Return a forwarder that its package annotates with a `ParamSpec`, without own options."""
    return Forwarder(name, form, target=target, options=NO_OPTIONS, has_param_spec=True)
