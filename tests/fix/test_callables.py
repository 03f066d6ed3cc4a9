"""A `Callable[..., X]` gets parameters if all functions that it can be are known, and agree."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from fix_runs import fix, unchecked
from support.check_command import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("fix")

_HEAD = """\
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional, TypeAlias

from starlette.background import BackgroundTasks


def report(user: str, number: int = 1) -> None: ...
def other(name: str) -> None: ...
def longer(user: int) -> None: ...


"""
_KNOWN = {
    "class attribute": """\
class Own:
    hook: Callable[..., None]

    def __init__(self, *, is_other: bool) -> None:
        self.hook = other if is_other else report

    def later(self, tasks: BackgroundTasks) -> None:
        tasks.add_task(self.hook, "a")
""",
    "attribute of self": """\
class Own:
    def __init__(self) -> None:
        self.hook: Optional[Callable[..., None]] = self.report

    def report(self, user: str) -> None: ...

    def later(self, tasks: BackgroundTasks) -> None:
        if self.hook is not None:
            tasks.add_task(self.hook, "a")
""",
    "dataclass field": """\
@dataclass
class Data:
    name: str
    hook: Callable[..., None] = report


def later(tasks: BackgroundTasks, data: Data) -> None:
    tasks.add_task(data.hook, "a")


later(BackgroundTasks(), Data("a", other))
""",
    "alias": """\
Hook = Callable[..., None]
Other: TypeAlias = Callable[..., None]


class Own:
    hook: Hook = report

    def later(self, tasks: BackgroundTasks, others: Other) -> None:
        tasks.add_task(others, "a")


def later(tasks: BackgroundTasks, hook: Hook | None = None) -> None:
    if hook is not None:
        tasks.add_task(hook, "a")


def outer(tasks: BackgroundTasks, hook: Hook = report) -> None:
    later(tasks, hook)
    Own().later(tasks, report)


Own.hook = other
""",
    "variable": """\
HOOK: Callable[..., None] = report


def choose() -> None:
    global HOOK
    HOOK = other


def later(tasks: BackgroundTasks) -> None:
    tasks.add_task(HOOK, "a")
""",
}
_CONSTRUCTORS = """\
class Own:
    def __init__(self, hook: Callable[..., None] | None = None) -> None:
        self.hook = hook or report

    def later(self, tasks: BackgroundTasks) -> None:
        tasks.add_task(self.hook, "a")


class Plain:
    def __init__(self, hook: Callable[..., None] = report) -> None:
        self.hook = hook

    def later(self, tasks: BackgroundTasks) -> None:
        tasks.add_task(self.hook, "a")


Plain(hook=other)
Plain()
"""
_STATEMENT = (
    "type Hook = Callable[..., None]\n\n\ndef later(tasks: BackgroundTasks, hook: Hook) -> None:\n"
)
_STATEMENT += '    tasks.add_task(hook, "a")\n\n\nlater(BackgroundTasks(), report)\n'


_SHARED = re.compile(r"\b(?:Data|Hook|Other|Own|hook|later)\b")


def _renamed(text: str, number: int) -> str:
    """Return a text whose names are not those of the other modules: names are searched for."""
    return _SHARED.sub(lambda name: f"{name[0]}{number}", text)


def _fixed_by_ty(root: Path, texts: Mapping[str, str]) -> None:
    write(root, dict(texts))
    result = fix(root, "--write", "--checker", "ty")
    assert {each["reason"] for each in result["fixes"]} == {"callable-ellipsis"}, result
    assert result["left"] == []
    for path, before in texts.items():
        after = before.replace("Callable[...", "Callable[[str]")
        assert (root / path).read_text("utf-8") == after, path
    assert unchecked(root, "--checker", "ty") == []


def test_all_functions_are_known(tmp_path: Path) -> None:
    texts = {
        f"app{number}.py": _renamed(f"{_HEAD}{text}", number)
        for number, text in enumerate(_KNOWN.values())
    }
    _fixed_by_ty(tmp_path, texts)


def test_a_parameter_of_a_constructor_that_an_attribute_gets(tmp_path: Path) -> None:
    """An attribute that gets one of two values has no annotation that could be changed."""
    result = fix(write(tmp_path, {"app.py": f"{_HEAD}{_CONSTRUCTORS}"}), "--checker", "ty")
    (found,) = result["fixes"]
    assert found["summary"] == "write the parameters of `hook` of Plain.__init__(): [str]"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is new in Python 3.12")
def test_the_statement_that_makes_an_alias(tmp_path: Path) -> None:
    _fixed_by_ty(tmp_path, {"app.py": f"{_HEAD}{_STATEMENT}"})


_CALL = (
    '    def later(self, tasks: BackgroundTasks) -> None:\n        tasks.add_task(self.hook, "a")\n'
)
_CLASS = f"class Own:\n    hook: Callable[..., None] = report\n\n{_CALL}\n\n"
_FIELD = f"@dataclass\nclass Data:\n    hook: Callable[..., None]\n\n{_CALL}\n\n"
_ALIAS = "Hook = Callable[..., None]\n\n\ndef later(tasks: BackgroundTasks, hook: Hook) -> None:\n"
_ALIAS += '    tasks.add_task(hook, "a")\n\n\nlater(BackgroundTasks(), report)\n'
_FUNCTION = "def later(tasks: BackgroundTasks, hook: Callable[..., None]) -> None:\n"
_FUNCTION += '    tasks.add_task(hook, "a")\n\n\n'
_MAIL = "class User: ...\n\n\ndef mail(user: User) -> None: ...\n\n\n"
_OWN, _DATA, _LATER = "`hook` of Own", "`hook` of Data", "`hook` of later()"
_OBSTACLES = {
    "differ": (
        f"{_CLASS}Own().hook = longer\n",
        f"{_OWN}: the functions differ: report(str), longer(int)",
    ),
    "unknown": (
        f"{_CLASS}Own().hook = json.loads\n",
        f"{_OWN}: ...the parameters of `json.loads` (app.py:21)",
    ),
    "loop": (
        f"{_CLASS}for Own.hook in [report]:\n    pass\n",
        f"{_OWN}: `Own.hook` gets a value ... (app.py:21)",
    ),
    "setattr": (
        f'{_CLASS}setattr(Own, "hook", longer)\n',
        f'{_OWN}: `setattr(Own, "hook", longer)` can change its value (app.py:21)',
    ),
    "method of a subclass": (
        f"{_CLASS}class Other(Own):\n    def hook(self, user: str) -> None: ...\n",
        f"{_OWN}: a class defines ... (app.py:22)",
    ),
    "nothing": (_FIELD, f"{_DATA}: ...no function to it"),
    "splat": (
        f"{_FIELD}Data(*[report])\n",
        f"{_DATA}: ...what `Data(*[report])` passes to it (app.py:22)",
    ),
    "class passed on": (
        f"{_FIELD}Data(report)\nprint(Data)\n",
        f"{_DATA}: `Data` is passed on, ... (app.py:23)",
    ),
    "function passed on": (
        f"{_FUNCTION}later(BackgroundTasks(), report)\nprint(later)\n",
        f"{_LATER}: `later` is passed on, ... (app.py:19)",
    ),
    "reassigned": (
        _FUNCTION.replace("\n\n\n", "\n    hook = json.loads\n\n\n")
        + "later(BackgroundTasks(), report)\n",
        f"{_LATER}: ...the parameters of `json.loads` (app.py:16)",
    ),
    "no annotations": (
        f"def plain(user): ...\n\n\n{_FUNCTION}later(BackgroundTasks(), plain)\n",
        f"{_LATER}: plain() has no annotations for 1 argument",
    ),
    "keywords": (
        _FUNCTION.replace('"a"', 'user="a"') + "later(BackgroundTasks(), report)\n",
        f"{_LATER}: ...passes keywords, ...",
    ),
    "other use of an alias": (
        f"{_ALIAS}HOOKS: list[Hook] = [longer]\n",
        "`Hook`: `Hook` is also used ... (app.py:22)",
    ),
    "defined below": (
        f"{_FUNCTION}{_MAIL}later(BackgroundTasks(), mail)\n",
        f"{_LATER}: `User` is not defined before app.py:14",
    ),
}


def test_not_all_functions_are_known(tmp_path: Path) -> None:
    """Three dots in `_OBSTACLES` stand for any text."""
    files: dict[str, str] = {}
    expected: dict[str, str] = {}
    for number, (text, why) in enumerate(_OBSTACLES.values()):
        files[f"app{number}.py"] = _renamed(f"{_HEAD}{text}", number)
        expected[f"app{number}.py"] = (
            f"write the parameters of {_renamed(why, number).replace('app.py', f'app{number}.py')}"
        )
    result = fix(write(tmp_path, files), "--checker", "ty")
    assert result["fixes"] == []
    rejected = {each["path"]: f"{each['summary']}: {each['why']}" for each in result["rejected"]}
    assert rejected.keys() == expected.keys()
    for path, why in expected.items():
        assert re.fullmatch(re.escape(why).replace(r"\.\.\.", ".*"), rejected[path])


def test_functions_of_other_modules(tmp_path: Path) -> None:
    """The attribute is declared, set and used in three of them."""
    use = "from app import Own\nfrom starlette.background import BackgroundTasks\n\n\n"
    use += 'def use(own: Own, tasks: BackgroundTasks) -> None:\n    tasks.add_task(own.hook, "a")\n'
    files = {
        "app.py": f"{_HEAD}class Own:\n    hook: Callable[..., None] = report\n",
        "use.py": use,
        "set.py": "from app import Own, other\n\nOwn.hook = other\n",
        "own.py": "class Own: ...\n\n\nOwn().hook = None\n",
    }
    root = write(tmp_path, files)
    result = fix(root, "--write", "--checker", "ty")
    assert [each["path"] for each in result["fixes"]] == ["app.py"], result
    assert result["left"] == []
    files["set.py"] = files["set.py"].replace("other", "longer")
    write(root, files)
    (rejected,) = fix(root, "--checker", "ty")["rejected"]
    assert rejected["why"] == "the functions differ: report(str), longer(int)"


def test_another_function_of_the_same_name(tmp_path: Path) -> None:
    same = f"{_HEAD}{_FUNCTION}later(BackgroundTasks(), longer)\n".replace('"a"', "1")
    files = {"app.py": f"{_HEAD}{_FUNCTION}later(BackgroundTasks(), report)\n", "same.py": same}
    fixes = fix(write(tmp_path, files), "--checker", "ty")["fixes"]
    assert [each["summary"].rpartition(": ")[2] for each in fixes] == ["[str]", "[int]"]
