"""`typed-bg fix` with real checkers: fixed, proven, and nothing else changed."""

from __future__ import annotations

import ctypes
import difflib
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from decorator_forms import FORMS, module
from fix_runs import fix, unchecked
from support.check_command import COMMAND, environ, listing, write

from typed_bg.fix.meaning import without_types

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_CHECKERS = ("--checker", "ty")


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Fix all forms of decorators at once."""
    root = tmp_path_factory.mktemp("forms")
    write(root, {f"{name}.py": module(name) for name in FORMS})
    return root, fix(root, "--write", *_CHECKERS)


@pytest.mark.parametrize("name", FORMS)
def test_decorator(name: str, forms: tuple[Path, dict[str, Any]]) -> None:
    root, result = forms
    before, after = module(name), (root / f"{name}.py").read_text("utf-8")
    assert FORMS[name][2] in after
    assert without_types(after) == without_types(before)
    (found,) = [each for each in result["fixes"] if each["path"] == f"{name}.py"]
    assert found["reason"] == "untyped-decorator"
    assert found["safe"]
    line = before[: before.index("tasks.add_task")].count("\n") + 1
    assert {each["line"] for each in found["calls"]} == {line}
    # Only signatures changed, and only lines of imports and type variables are new.
    for text in difflib.ndiff(before.splitlines(), after.splitlines()):
        if text.startswith("- "):
            assert any(word in text for word in ("def ", "class ", "import "))
    exec(compile(after, name, "exec"), {"__name__": name})  # noqa: S102  # it still runs


def test_decorators_are_checked_and_fixed_only_once(forms: tuple[Path, dict[str, Any]]) -> None:
    root, result = forms
    assert not result["rejected"]
    assert not result["left"]
    assert unchecked(root, *_CHECKERS) == []
    before = listing(root)
    again = fix(root, "--write", *_CHECKERS)
    assert (again["fixes"], again["files"]) == ([], [])
    assert listing(root) == before


def test_imports_stay_sorted(forms: tuple[Path, dict[str, Any]]) -> None:
    root, _ = forms
    done = subprocess.run(  # noqa: S603
        [COMMAND[0].replace("typed-bg", "ruff"), "check", "--isolated", "--select=I,F", "."],
        cwd=root,
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


_HEADS = {
    "an assignment first": '__version__ = "1"\n\nfrom typing import Any\n',
    "code between imports": "import sys\n\nsys.path.append('x')\n\nfrom typing import Any\n",
    "a type variable below code": (
        "from typing import TypeVar\n\nLIMIT = 3\nT = TypeVar('T')\nNAMES = ['a']\n"
    ),
    "no imports": "LIMIT = 3\n",
    "an import below a function": "def first() -> None: ...\n\n\nfrom typing import Any\n",
    "another object of the name": "from ctypes import c_int as Callable\n\nprint(Callable(3))\n",
    "types of typing": "from typing import Any, Callable\n\nHook = Callable[[], Any]\n",
}
_IMPORTED = {"types of typing": ["from typing import Any, Callable, ParamSpec, TypeVar"]}
_DECORATOR = """

def keep(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@keep
def report(user: str) -> None: ...

"""
_FOOT = """
def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "ann")

"""


def test_a_changed_module_still_runs(tmp_path: Path) -> None:
    """What is new is below the imports that it needs, wherever the module has them."""
    ends = "import sys as last\nfrom starlette.background import BackgroundTask as Last\n"
    tasks = "from starlette.background import BackgroundTasks\n"
    files = {
        f"module_{number}.py": f"{head}{_DECORATOR}\n{tasks}\n{_FOOT}{ends}"
        for number, head in enumerate(_HEADS.values())
    }
    root = write(tmp_path, files)
    result = fix(root, "--write", *_CHECKERS)
    assert [each["path"] for each in result["fixes"]] == list(files)
    for name, (path, before) in zip(_HEADS, files.items(), strict=True):
        after = (root / path).read_text("utf-8")
        found: dict[str, object] = {"__name__": path}
        exec(compile(after, path, "exec"), found)  # noqa: S102
        assert after.endswith(ends), name
        assert without_types(after) == without_types(before), name
        if name == "another object of the name":
            assert found["Callable"] is ctypes.c_int
            assert "def keep(function: _Callable[P, R]) -> _Callable[P, R]:" in after
        if name in _IMPORTED:
            assert [
                line for line in after.splitlines() if line.startswith("from typing")
            ] == _IMPORTED[name]


_OTHER_FORMS = {
    "a wrapper that adds a keyword": """\
def keep(function):
    def wrapper(*args, **kwargs):
        return function(*args, number=3, **kwargs)

    return wrapper
""",
    "a function that is only passed by keyword": """\
def cached(key):
    return key


def keep(function):
    def key(*args, **kwargs):
        return print(function, args, kwargs)

    return cached(key=key)
""",
}


@pytest.mark.parametrize("name", _OTHER_FORMS)
def test_a_decorator_that_changes_the_arguments_is_left(name: str, tmp_path: Path) -> None:
    """A ParamSpec would say that the decorated function takes what is called."""
    decorated = "@keep\ndef report(user: str, *, number: int) -> None: ...\n"
    tasks = "from starlette.background import BackgroundTasks\n"
    text = f"{tasks}\n\n{_OTHER_FORMS[name]}\n\n{decorated}\n{_FOOT}"
    result = fix(write(tmp_path, {"app.py": text}), *_CHECKERS)
    assert result["fixes"] == []
    (rejected,) = result["rejected"]
    assert rejected["why"].endswith("this form")
