"""Decorators without types, each with a call that they hide, and how they look when annotated."""

FORMS = {
    "returns_it": (
        "def keep(function):\n    return function\n",
        "keep",
        "def keep(function: Callable[P, R]) -> Callable[P, R]:\n",
    ),
    "wrapper": (
        """\
def keep(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        return result

    return wrapper
""",
        "keep",
        "    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:\n",
    ),
    "arguments": (
        """\
def keep(number=3, *, name="a"):  # how often
    def decorate(function):
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        return wrapper

    return decorate
""",
        "keep(2)",
        'def keep(number=3, *, name="a") -> Callable[[Callable[P, R]], Callable[P, R]]:  # how',
    ),
    "parentheses": (
        """\
def keep(function=None, *, number=3):
    def decorate(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            return func(*args, **kwargs)

        return wrapper

    if function is None:
        return decorate
    return decorate(function)
""",
        "keep",
        "def keep(function: Callable[P, R], *, number=...) -> Callable[P, R]: ...\n",
    ),
    "with_parentheses": (
        """\
def keep(function=None, *, number=3):
    if function is None:
        return functools.partial(keep, number=number)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper
""",
        "keep(number=4)",
        "def keep(function: Callable[P, R] | None = None, *, number=3) -> Any:\n",
    ),
    "async_wrapper": (
        """\
def keep(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)

    return wrapper
""",
        "keep",
        "def keep(function: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R]]:\n",
    ),
    "other_result": (
        """\
def keep(function):
    def wrapper(*args, **kwargs):
        return {"result": function(*args, **kwargs)}

    return wrapper
""",
        "keep",
        "def keep(function: Callable[P, Any]) -> Callable[P, Any]:\n",
    ),
    "async_generator": (
        """\
def keep(function):
    async def wrapper(*args, **kwargs):
        async for each in function(*args, **kwargs):
            yield each

    return wrapper
""",
        "keep",
        "def keep(function: Callable[P, Any]) -> Callable[P, Any]:\n",
    ),
    "any_arguments": (
        """\
LIMIT: Any = 3


def keep(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper
""",
        "keep",
        "def keep(function: Callable[P, R]) -> Callable[P, R]:\n",
    ),
    "written_result": (
        """\
LIMIT: Any = 3


def keep(function: Callable[..., str | None]) -> Callable[..., str | None]:
    def wrapper(*args: Any, **kwargs: Any) -> str | None:
        return function(*args, **kwargs)

    return wrapper
""",
        "keep",
        """\
def keep(function: Callable[P, str | None]) -> Callable[P, str | None]:
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> str | None:
""",
    ),
    "written_arguments": (
        """\
LIMIT: Any = 3


def keep(number: int = 3) -> Callable[[Callable[..., str | None]], Callable[..., str | None]]:
    def decorate(function: Callable[..., str | None]) -> Callable[..., str | None]:
        def wrapper(*args: Any, **kwargs: Any) -> str | None:
            return function(*args, **kwargs)

        return wrapper

    return decorate
""",
        "keep()",
        """\
def keep(number: int = 3) -> Callable[[Callable[P, str | None]], Callable[P, str | None]]:
    def decorate(function: Callable[P, str | None]) -> Callable[P, str | None]:
""",
    ),
    "name_by_default": (
        """\
def keep(name=None):
    def decorate(function):
        def wrapper(*args, **kwargs):
            print(name or function)
            return function(*args, **kwargs)

        return wrapper

    return decorate
""",
        "keep()",
        "def keep(name=None) -> Callable[[Callable[P, R]], Callable[P, R]]:\n",
    ),
    "both_kinds": (
        """\
def keep(function):
    async def later(*args, **kwargs):
        return await function(*args, **kwargs)

    def now(*args, **kwargs):
        return function(*args, **kwargs)

    return later if inspect.iscoroutinefunction(function) else now
""",
        "keep",
        "    def now(*args: P.args, **kwargs: P.kwargs) -> Any:\n",
    ),
    "adds_an_argument": (
        """\
def keep(function):
    def wrapper(*args, **kwargs):
        return function(3, *args, **kwargs)

    return wrapper
""",
        "keep",
        "def keep(function: Callable[Concatenate[Any, P], R]) -> Callable[P, R]:\n",
    ),
    "object": (
        """\
class Keeper:
    def __init__(self, number):
        self.number = number

    def __call__(self, function):
        return function
""",
        "Keeper(3)",
        "    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:\n",
    ),
    "class": (
        """\
class keep:
    def __init__(self, function, retries=3):
        self.function = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)
""",
        "keep",
        (
            "class keep(Generic[P, R]):\n"
            "    def __init__(self, function: Callable[P, R], retries=3) -> None:\n"
        ),
    ),
    "class_with_base": (
        """\
class Base: ...


class keep(Base):
    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        return {"result": self.function(*args, **kwargs)}
""",
        "keep",
        (
            "class keep(Base, Generic[P]):\n"
            "    def __init__(self, function: Callable[P, Any]) -> None:\n"
        ),
    ),
    "async_class": (
        """\
class keep:
    def __init__(self, function):
        self.function = function

    async def __call__(self, *args, **kwargs):
        return await self.function(*args, **kwargs)
""",
        "keep",
        "    async def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:\n",
    ),
    "no_result": (
        """\
def keep(function):
    def wrapper(*args, **kwargs):
        threading.Thread(target=function, args=args, kwargs=kwargs).start()

    return wrapper
""",
        "keep",
        (
            "def keep(function: Callable[P, Any]) -> Callable[P, None]:\n"
            "    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:\n"
        ),
    ),
    "of_a_method": (
        """\
def keep(function):
    def wrapper(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    return wrapper
""",
        "keep",
        "def keep(function: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:",
    ),
    "method": (
        """\
class Keeper:
    def keep(self, function):
        return function


keeper = Keeper()
""",
        "keeper.keep",
        "    def keep(self, function: Callable[P, R]) -> Callable[P, R]:\n",
    ),
}


def module(name: str) -> str:
    """Return the module of a form."""
    decorator, use, _ = FORMS[name]
    kind = "async def" if name in {"async_wrapper", "async_class"} else "def"
    typing = "from collections.abc import Callable\nfrom typing import Any\n"
    imports = typing if "Any" in decorator else ""
    functools = "import functools\n" if "functools" in decorator else ""
    for standard in ("inspect", "threading"):
        if standard in decorator:
            functools = f"import {standard}\n"
    of = "Reports()." if name == "of_a_method" else ""
    head = "\n" if imports or functools else ""
    return f'''\
"""The form {name}."""

{functools}{imports}{head}from starlette.background import BackgroundTasks


{decorator}

{_DECORATED.get(name, _PLAIN).format(use=use, kind=kind)}

def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task({of}report,  user)  # formatted by hand
'''


_PLAIN = "@{use}\n{kind} report(user: str) -> None: ...\n"
_DECORATED = {
    "adds_an_argument": "@{use}\n{kind} report(number: int, user: str) -> None: ...\n",
    "of_a_method": (
        "class Reports:\n    @{use}\n    {kind} report(self, user: str) -> None: ...\n"
    ),
}
