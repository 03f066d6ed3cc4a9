"""For random signatures and calls, adding raises exactly when calling does, in the same words."""

from __future__ import annotations

import functools
import keyword
import string

from hypothesis import given, note
from hypothesis import strategies as st

from typed_bg import BackgroundTask, BackgroundTasks, TaskArgumentError

# Few names, so that a call often hits a parameter; among them those of add_task's own parameters.
NAMES = ["a", "b", "c", "self", "func", "args", "kwargs", "task_args"]
assert not any(map(keyword.iskeyword, NAMES))


class Bound(BaseException):
    """The arguments fit, and the body ran."""


@st.composite
def parameters(draw):
    """Write a parameter list."""
    names = draw(st.permutations(NAMES))
    counts = [draw(st.integers(0, 2)) for _ in range(3)]  # positional-only, both, keyword-only
    defaulted = draw(st.integers(0, counts[0] + counts[1]))
    names = iter(names)
    positional = [next(names) for _ in range(counts[0] + counts[1])]
    first_default = len(positional) - defaulted
    parts = [f"{n}=0" if i >= first_default else n for i, n in enumerate(positional)]
    if counts[0]:
        parts.insert(counts[0], "/")
    if draw(st.booleans()):
        parts.append(f"*{next(names)}")
    elif counts[2]:
        parts.append("*")
    parts += [f"{next(names)}{draw(st.sampled_from(['', '=0']))}" for _ in range(counts[2])]
    if draw(st.booleans()):
        parts.append(f"**{next(names)}")
    return ", ".join(parts)


calls = st.tuples(
    st.lists(st.integers(0, 9), max_size=5).map(tuple),
    st.dictionaries(
        st.sampled_from([*NAMES, "unknown"]) | st.text(string.ascii_letters, min_size=1),
        st.integers(0, 9),
        max_size=4,
    ),
)


def evaluate(source):
    """Run the source, which defines `target`."""
    namespace = {"Bound": Bound, "functools": functools}
    exec(source, namespace)  # noqa: S102
    return namespace["target"]


def first(params):
    """Put a parameter before the others for an instance or a class; the others keep their kind."""
    return f"first_, {params}" if params else "first_"


def class_with(header, name, params, *, takes_first=True):
    """Write a class with one method."""
    params = first(params) if takes_first else params
    return f"class Class:\n    {header}\n    def {name}({params}): raise Bound\n"


def function(params):
    return f"def target({params}): raise Bound"


def lambda_(params):
    return f"def boom(): raise Bound\ntarget = lambda {params}: boom()"


def nested(params):
    return f"def outer():\n    def inner({params}): raise Bound\n    return inner\ntarget = outer()"


def method(params):
    return class_with("", "m", params) + "target = Class().m"


def class_method(params):
    return class_with("@classmethod", "m", params) + "target = Class.m"


def static_method(params):
    return class_with("@staticmethod", "m", params, takes_first=False) + "target = Class.m"


def callable_object(params):
    return class_with("", "__call__", params) + "target = Class()"


def init(params):
    return class_with("", "__init__", params) + "target = Class"


def new(params):
    return class_with("", "__new__", params) + "target = Class"


def metaclass_call(params):
    return (
        f"class Meta(type):\n    def __call__({first(params)}): raise Bound\n"
        "class target(metaclass=Meta): ..."
    )


def cache(params):
    return f"@functools.lru_cache\n{function(params)}"


def new_and_init(params, init_params):
    return (
        f"class target:\n    def __new__({first(params)}): return object.__new__(first_)\n"
        f"    def __init__({first(init_params)}): raise Bound\n"
    )


def new_of_a_subclass(params, init_params):
    return class_with("", "__init__", init_params) + (
        f"class target(Class):\n    def __new__({first(params)}): return super().__new__(first_)\n"
    )


def init_of_a_subclass(params, init_params):
    return (
        f"class Class:\n    def __new__({first(params)}): return super().__new__(first_)\n"
        f"class target(Class):\n    def __init__({first(init_params)}): raise Bound\n"
    )


def metaclass_call_and_init(params, init_params):
    return (
        f"class Meta(type):\n    def __call__({first(params)}):\n"
        "        given = {**locals()}\n"
        "        return type.__call__(first_, *given.get('args', ()), **given.get('kwargs', {}))\n"
        f"class target(metaclass=Meta):\n    def __init__({first(init_params)}): raise Bound\n"
    )


TWO_STEPS = [new_and_init, new_of_a_subclass, init_of_a_subclass, metaclass_call_and_init]
ANYTHING = "*args, **kwargs"

FORMS = [
    function,
    lambda_,
    nested,
    method,
    class_method,
    static_method,
    callable_object,
    init,
    new,
    metaclass_call,
    cache,
]


def words_of_a_call(target, args, kwargs):
    try:
        target(*args, **kwargs)
    except TypeError as error:
        return str(error)
    except Bound:
        return None
    msg = "the body did not run"
    raise AssertionError(msg)


def words_of_adding(target, args, kwargs):
    tasks = BackgroundTasks()
    try:
        tasks.add_task(target, *args, **kwargs)
    except TaskArgumentError as error:
        assert tasks.tasks == []
        return error.fact
    assert len(tasks.tasks) == 1
    return None


def words_of_making(target, args, kwargs):
    try:
        BackgroundTask(target, *args, **kwargs)
    except TaskArgumentError as error:
        return error.fact
    return None


def agree(target, args, kwargs):
    expected = words_of_a_call(target, args, kwargs)
    assert words_of_adding(target, args, kwargs) == expected
    assert words_of_making(target, args, kwargs) == expected


@given(st.sampled_from(FORMS), parameters(), st.lists(calls, min_size=1, max_size=3))
def test_adding_agrees_with_calling(form, params, several_calls):
    source = form(params)
    note(source)
    target = evaluate(source)
    for args, kwargs in several_calls:
        agree(target, args, kwargs)


@given(st.sampled_from(FORMS), parameters(), st.lists(calls, min_size=1, max_size=3), calls)
def test_adding_a_partial_agrees_with_calling_it(form, params, layers, last):
    source = form(params)
    note(source)
    target = evaluate(source)
    for args, kwargs in layers:
        target = functools.partial(target, *args, **kwargs)
        agree(target, *last)


@given(
    st.sampled_from(TWO_STEPS),
    parameters() | st.just(ANYTHING),
    parameters(),
    st.lists(calls, min_size=1, max_size=3),
)
def test_adding_a_class_rejects_only_what_the_class_rejects(
    form, params, init_params, several_calls
):
    """Two functions take the arguments. Where the first is known to decide, only it is asked."""
    source = form(params, init_params)
    note(source)
    target = evaluate(source)
    for args, kwargs in several_calls:
        expected = words_of_a_call(target, args, kwargs)
        added = words_of_adding(target, args, kwargs)
        assert added in {None, expected}
        assert words_of_making(target, args, kwargs) == added
        if params == ANYTHING and form is not metaclass_call_and_init:
            assert added == expected


@given(parameters(), parameters(), st.data())
def test_adding_agrees_with_calling_while_the_function_changes(params, other_params, data):
    target = evaluate(function(params))
    twin = evaluate(function(params))
    twin.__code__ = target.__code__  # one code, other defaults
    codes = [target.__code__, evaluate(function(other_params)).__code__]
    kwdefaults = st.none() | st.dictionaries(st.sampled_from(NAMES), st.integers(0, 9), max_size=3)
    for _ in range(data.draw(st.integers(1, 6), label="changes")):
        changed = data.draw(st.sampled_from([target, twin]), label="which")
        attribute = data.draw(st.sampled_from(["__code__", "__defaults__", "__kwdefaults__"]))
        if attribute == "__code__":
            changed.__code__ = data.draw(st.sampled_from(codes))
        elif attribute == "__defaults__":
            count = data.draw(st.integers(0, changed.__code__.co_argcount))
            changed.__defaults__ = (0,) * count or None
        else:
            changed.__kwdefaults__ = data.draw(kwdefaults)
        args, kwargs = data.draw(calls)
        agree(target, args, kwargs)
        agree(twin, args, kwargs)
