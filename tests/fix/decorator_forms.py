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
    kind = "async def" if name == "async_wrapper" else "def"
    typing = "from collections.abc import Callable\nfrom typing import Any\n"
    imports = typing if "Any" in decorator else ""
    functools = "import functools\n" if "functools" in decorator else ""
    head = "\n" if imports or functools else ""
    return f'''\
"""The form {name}."""

{functools}{imports}{head}from starlette.background import BackgroundTasks


{decorator}

@{use}
{kind} report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    tasks.add_task(report,  user)  # formatted by hand
'''
