"""Each kind of fix, on a project that needs it, with the checkers that it is about."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fix_runs import fix, unchecked
from support.check_command import COMMAND, environ, listing, run, write
from support.samples import only

from typed_bg.check.results.reason_codes import REASONS
from typed_bg.fix.kinds import KINDS, SAME_FIX, WITHOUT_FIX

pytestmark = pytest.mark.xdist_group("fix")

_HEAD = """\
from starlette.background import BackgroundTasks


def report(user: str) -> None: ...


"""
_FORWARDER = """\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks

LIMIT: Any = 3


def later(tasks: BackgroundTasks, func: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    tasks.add_task(func, *args, **kwargs)


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    later(tasks, report, user)
"""
_SLOW = frozenset({"basedpyright", "mypy"})
_OWN_CLASS = """\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks


class Tasks(BackgroundTasks):
    def add_task(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        print(func.__name__)  # ty reports it before and after, with another type in the message
        super().add_task(func, *args, **kwargs)


def report(user: str) -> None: ...


"""
_ELSEWHERE = {
    "app/views.py": "from shop.mail import send\nfrom starlette.background import BackgroundTasks\n"
    "\n\ndef later(tasks: BackgroundTasks) -> None:\n    tasks.add_task(send, 'a')\n",
    "deep/libs/shop/__init__.py": "",
    "deep/libs/shop/mail.py": "def send(to: str) -> None: ...\n",
}
_KINDS = {
    "untyped-forwarder": (
        "ty",
        {"app.py": _FORWARDER},
        "func: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:",
    ),
    "untyped-forwarder of positional arguments": (
        "pyright",
        {
            "app.py": """\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks

LIMIT: Any = 3


def later(tasks: BackgroundTasks, func: Callable[..., None], *args: Any) -> None:
    tasks.add_task(func, *args)


def report(user: str) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    later(tasks, report, user)
""",
            "pyproject.toml": "[project]\nname = 'a'\nversion = '1'\nrequires-python = '>=3.11'\n",
        },
        "func: Callable[[Unpack[Ts]], None], *args: Unpack[Ts]) -> None:\n",
    ),
    "receiver-any": (
        "ty",
        {"app.py": f"{_HEAD}def handler(tasks, user: str):\n    tasks.add_task(report, user)\n"},
        "def handler(tasks: BackgroundTasks, user: str):",
    ),
    "untyped-forwarder of a class": (
        "ty",
        {
            "app.py": f"{_OWN_CLASS}def handler(tasks: Tasks, user: str) -> None:\n"
            "    tasks.add_task(report, user)\n"
        },
        "func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:\n        print",
    ),
    "receiver-any of values": (
        "ty",
        {
            "app.py": f"from typing import Any\n\n{_HEAD}class State:\n"
            "    def __init__(self) -> None:\n        self.tasks: Any = BackgroundTasks()\n\n"
            "    def handler(self) -> None:\n        self.tasks.add_task(report, 'a')\n\n\n"
            "def handler() -> None:\n    tasks: Any = BackgroundTasks()\n"
            "    tasks.add_task(report, 'a')\n    LATER: Any = 3\n"
        },
        "def handler() -> None:\n    tasks: BackgroundTasks = BackgroundTasks()\n",
    ),
    "callable-ellipsis": (
        "ty",
        {
            "app.py": f"from collections.abc import Callable\n\n{_HEAD}"
            "def later(tasks: BackgroundTasks, hook: Callable[..., None]) -> None:\n"
            "    tasks.add_task( hook,'a' )\n\n\n"
            "def handler(tasks: BackgroundTasks) -> None:\n    later(tasks, report)\n"
        },
        "hook: Callable[[str], None]) -> None:\n    tasks.add_task( hook,'a' )\n",
    ),
    "ignore-comment": (
        "ty",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')  # type: ignore # noqa: S101\n"
            "    tasks.add_task(report, 'a')  # ty: ignore\n"
        },
        "    tasks.add_task(report, 'a')  # noqa: S101\n    tasks.add_task(report, 'a')\n",
    ),
    "ignore-comment on equal lines": (
        "ty",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')  # type: ignore\n"
            "    tasks.add_task(report, 'a')  # type: ignore\n"
        },
        "    tasks.add_task(report, 'a')\n    tasks.add_task(report, 'a')\n",
    ),
    "unresolved-import in TOML": (
        "ty",
        {**_ELSEWHERE, "pyproject.toml": "# own\n[tool.ty.src]\nexclude = ['x']\n"},
        '\n[tool.ty]\nenvironment.extra-paths = ["deep/libs"]\n',
    ),
    "unresolved-import in INI": (
        "zuban",
        {**_ELSEWHERE, "mypy.ini": "[mypy]\n# own\nstrict = true\n"},
        "[mypy]\nmypy_path = deep/libs\n# own\nstrict = true\n",
    ),
    "unresolved-import in JSON": (
        "basedpyright",
        {**_ELSEWHERE, "pyrightconfig.json": '{\n  "reportMissingImports": "error"\n}\n'},
        '{\n  "extraPaths": ["deep/libs"],\n  "reportMissingImports": "error"\n}\n',
    ),
    "unannotated-function": (
        "mypy",
        {
            "app.py": f"{_HEAD}def handler(user):\n    tasks = BackgroundTasks()\n"
            "    tasks.add_task(report, 'a')\n    return tasks\n"
        },
        "def handler(user) -> Any:",
    ),
    "config-preset": (
        "pyrefly",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')\n"
        },
        'preset = "default"',
    ),
    "config-imports": (
        "mypy",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')\n",
            "mypy.ini": "[mypy]\n# fast\nfollow_imports = skip\n",
        },
        "# fast\nfollow_imports = silent\n",
    ),
    "config-ignored": (
        "mypy",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')\n",
            "mypy.ini": "[mypy]\n\n[mypy-app]\nignore_errors = True\n",
        },
        "ignore_errors = False",
    ),
    "config-ignored with other errors": (
        "mypy",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')\n    print(undefined, None + 3)\n",
            "mypy.ini": "[mypy]\n\n[mypy-other]\ndisable_error_code = misc\n\n"
            "[mypy-app]\nignore_errors = True\n\n[mypy-last]\ndisable_error_code = misc\n",
        },
        "[mypy-app]\ndisable_error_code = name-defined, operator\n",
    ),
    "config-ignored in TOML": (
        "mypy",
        {
            "app.py": f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
            "    tasks.add_task(report, 'a')\n    print(undefined)\n",
            "pyproject.toml": "[[tool.mypy.overrides]]\nmodule = 'app'\nignore_errors = true\n",
        },
        'disable_error_code = ["name-defined"]\n',
    ),
}


_SAMPLE = {"untyped-forwarder", "unresolved-import in TOML"}


@pytest.mark.parametrize("kind", only(_KINDS, _SAMPLE.__contains__))
def test_fixed_and_proven_once(kind: str, tmp_path: Path) -> None:
    checker, files, expected = _KINDS[kind]
    root = write(tmp_path, files)
    options = ("--checker", checker)
    kind = kind.partition(" ")[0]
    result = fix(root, "--write", "--select", kind, *options)
    assert {each["reason"] for each in result["fixes"]} == {kind}, result
    assert all(each["calls"] for each in result["fixes"])
    texts = [path.read_text("utf-8") for path in root.iterdir() if path.is_file()]
    assert any(expected in text for text in texts)
    assert [each for each in result["left"] if each["judgements"][0]["reasons"]] == []
    if checker not in _SLOW:
        assert unchecked(root, *options) == []
        before = listing(root)
        assert fix(root, "--write", *options)["fixes"] == []
        assert listing(root) == before


_NEEDED_TOGETHER = f"""\
{_HEAD}def keep(function):
    return function


@keep
def mail(user: str) -> None: ...


def handler(user):
    tasks = BackgroundTasks()
    tasks.add_task(mail, "a")
"""


@pytest.mark.full
def test_a_call_that_needs_two_fixes(tmp_path: Path) -> None:
    """The first one alone makes no call checked, and the second shows only after it."""
    root = write(tmp_path, {"app.py": _NEEDED_TOGETHER})
    result = fix(root, "--checker", "mypy")
    assert {each["reason"] for each in result["fixes"]} == {
        "unannotated-function",
        "untyped-decorator",
    }
    assert result["left"] == []
    assert (root / "app.py").read_text("utf-8") == _NEEDED_TOGETHER


@pytest.mark.full
@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml"])
def test_mypy_follows_only_the_modules_of_tasks(name: str, tmp_path: Path) -> None:
    """With every import followed, it would report an error in the project."""
    config = (
        "[tool.mypy]\nfollow_imports = 'skip'"
        if "toml" in name
        else "[mypy]\nfollow_imports = skip"
    )
    text = f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n    tasks.add_task(report, 'a')\n"
    text = f"from starlette.requests import Request\n{text}    Request(3)\n"
    root = write(tmp_path, {name: config, "app.py": text})
    result = fix(root, "--write", "--checker", "mypy")
    assert [each["reason"] for each in result["fixes"]] == ["config-imports"], result
    modules = ("fastapi", "fastapi.background", "starlette", "starlette.background")
    written = (root / name).read_text("utf-8")
    assert written.startswith(f"{config}\n\n[")
    assert all(module in written for module in modules)
    assert result["left"] == []


def test_an_edit_that_reveals_an_error_is_not_shown(tmp_path: Path) -> None:
    text = f"{_HEAD}def keep(function):\n    return function\n\n\n"
    text += "@keep\ndef mail(user: str) -> None: ...\n\n\n"
    text += "def handler(tasks: BackgroundTasks) -> None:\n    tasks.add_task(mail, 'a')\n"
    text += "    print(mail.sent)\n"
    result = fix(write(tmp_path, {"app.py": text}), "--checker", "ty")
    assert (result["fixes"], result["files"]) == ([], [])
    (rejected,) = result["rejected"]
    line = text.count("\n")
    assert f"ty reports at app.py:{line}: " in rejected["why"]


@pytest.mark.parametrize(
    ("encoding", "newline", "bom"),
    [
        ("utf-8", "\r\n", b""),
        ("utf-8", "\n", b"\xef\xbb\xbf"),
        pytest.param("latin-1", "\n", b"", marks=pytest.mark.full),
    ],
)
def test_bytes_of_the_rest_stay(encoding: str, newline: str, bom: bytes, tmp_path: Path) -> None:
    checker = "mypy" if encoding == "latin-1" else "ty"
    head = f"# -*- coding: {encoding} -*-\nNAME = '\u00e4'  # \u00f6\n"
    text = f"{head}{_HEAD}def handler(tasks, user: str):\n    tasks.add_task( report,user )\n"
    old = bom + text.replace("\n", newline).encode(encoding)
    root = write(tmp_path, {"app.py": old})
    assert fix(root, "--write", "--checker", checker)["fixes"]
    new = (root / "app.py").read_bytes()
    assert new == old.replace(b"(tasks, ", b"(tasks: BackgroundTasks, ")


def _git(root: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words]
    subprocess.run(command, cwd=root, check=True, capture_output=True)  # noqa: S603


def test_uncommitted_changes_are_not_overwritten(tmp_path: Path) -> None:
    _, files, expected = _KINDS["receiver-any"]
    root = write(tmp_path, files)
    _git(root, "init", "-q")
    _git(root, "add", ".")
    _git(root, "commit", "-q", "-m", "start")
    app = root / "app.py"
    app.write_text(app.read_text("utf-8") + "# not committed\n", "utf-8")
    before = app.read_bytes()
    done = run(root, "fix", "--write", "--checker", "ty")
    assert done.returncode == 2
    assert "not committed: app.py" in done.stderr
    assert app.read_bytes() == before
    done = run(root, "fix", "--write", "--allow-dirty", "--checker", "ty")
    assert done.returncode == 0, done.stderr
    assert expected in app.read_text("utf-8")


def test_only_the_fixes_that_you_want_are_written(tmp_path: Path) -> None:
    text = f"{_HEAD}def one(tasks):\n    tasks.add_task(report, 'a')\n\n\n"
    text += "def two(tasks):\n    tasks.add_task(report, 'a')\n"
    root = write(tmp_path, {"app.py": text})
    done = subprocess.run(  # noqa: S603
        [COMMAND[0], "fix", "--interactive", "--checker", "ty"],
        cwd=root,
        env=environ(),
        input="n\ny\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr  # the other call is checked directly
    new = (root / "app.py").read_text("utf-8")
    assert "def one(tasks):" in new
    assert "def two(tasks: BackgroundTasks):" in new


_LAMBDAS = """\
from starlette.background import BackgroundTasks


def report(user: str, *, retries: int = 3) -> None: ...


def handler(tasks: BackgroundTasks, user: str) -> None:
    other = user
    tasks.add_task(lambda: report(user, retries=2))
    tasks.add_task(lambda: report(other))
    tasks.add_task(lambda user="a": report(user))
"""


def test_a_lambda_becomes_its_function_and_arguments(tmp_path: Path) -> None:
    """pyrefly checks no lambda. What is evaluated sooner is named."""
    files = {"app.py": _LAMBDAS, "pyrefly.toml": 'preset = "default"\n'}
    root = write(tmp_path, files)
    result = fix(root, "--unsafe", "--write", "--checker", "pyrefly")
    new = _LAMBDAS.replace("lambda: report(user, retries=2)", "report, user, retries=2")
    new = new.replace("lambda: report(other)", "report, other")
    assert (root / "app.py").read_text("utf-8") == new
    summaries = sorted(each["summary"].partition(": pass ")[2] for each in result["fixes"])
    plain, sooner = summaries
    assert plain == "the function itself"
    assert sooner.startswith(f"{plain}, which evaluates `other` ")


_KEYWORDS = """\
from starlette.background import BackgroundTasks


def report(user: str, *, retries: int = 3, level: int = 1, levels: int = 2) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "a",
                   retry = 5)
    tasks.add_task(report, "a", leve=5)
    tasks.add_task(report, "a", users="b")
    tasks.add_task(report, "a", retry="x")
"""


def test_a_misspelled_keyword_is_corrected_if_it_is_clear_and_proven(tmp_path: Path) -> None:
    """Two are close, the close one is given, and the close one has another type."""
    root = write(tmp_path, {"app.py": _KEYWORDS})
    assert fix(root, "--checker", "ty")["fixes"] == []
    result = fix(root, "--unsafe", "--write", "--checker", "ty")
    assert [each["reason"] for each in result["fixes"]] == ["wrong-argument"]
    new = _KEYWORDS.replace("retry = 5", "retries = 5")
    assert (root / "app.py").read_text("utf-8") == new
    (rejected,) = result["rejected"]
    assert 'Expected `int`, found `Literal["x"]`' in rejected["why"]


_HANDLER = """\

app = FastAPI()


def report(user: str) -> None: ...


@app.post("/")
def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "a")
"""
_IMPORTS = {
    "from fastapi import FastAPI\nfrom typed_bg import BackgroundTasks\n": (
        "from fastapi import FastAPI\nfrom typed_bg.fastapi import BackgroundTasks\n"
    ),
    "from fastapi import FastAPI\nfrom typed_bg import (\n    BackgroundTasks,\n"
    "    task_options,\n)\n": (
        "from fastapi import FastAPI\nfrom typed_bg import (\n    task_options,\n)\n"
        "from typed_bg.fastapi import BackgroundTasks\n"
    ),
    "from fastapi import FastAPI\nfrom typed_bg import BackgroundTasks as B, BackgroundTasks\n": (
        "from fastapi import FastAPI\nfrom typed_bg import BackgroundTasks as B\n"
        "from typed_bg.fastapi import BackgroundTasks\n"
    ),
}


@pytest.mark.full
def test_handlers_get_the_class_that_fastapi_does_not_replace(tmp_path: Path) -> None:
    files = {f"app{number}.py": text + _HANDLER for number, text in enumerate(_IMPORTS)}
    root = write(tmp_path, files)
    assert fix(root, "--checker", "ty")["fixes"] == []
    result = fix(root, "--unsafe", "--write", "--checker", "ty")
    assert [each["reason"] for each in result["fixes"]] == ["plain-class"] * len(files), result
    for number, text in enumerate(_IMPORTS.values()):
        assert (root / f"app{number}.py").read_text("utf-8") == text + _HANDLER
    assert not any("plain-class" in each for each in unchecked(root, "--checker", "ty"))
    assert fix(root, "--unsafe", "--checker", "ty")["fixes"] == []


def test_each_reason_has_a_fix_or_says_why_not() -> None:
    assert not SAME_FIX.keys() & WITHOUT_FIX.keys()
    assert REASONS.keys() == (KINDS.keys() & REASONS.keys()) | SAME_FIX.keys() | WITHOUT_FIX.keys()
    page = (Path(__file__).parents[2] / "docs" / "fix.md").read_text("utf-8")
    for name, what in [*SAME_FIX.items(), *WITHOUT_FIX.items()]:
        assert f"| [{name}](rules/{name}.md) | {what} |" in page
    for name in KINDS:
        assert f"### {name}\n" in page


def test_an_unknown_kind_is_rejected(tmp_path: Path) -> None:
    done = run(write(tmp_path, {}), "fix", "--select", "splat")
    assert done.returncode == 2
    assert "--select splat: no fix" in done.stderr


def test_a_function_without_types_gets_its_names_and_number_checked(tmp_path: Path) -> None:
    text = f"{_HEAD}def keep(function):\n    return function\n\n\n@keep\n"
    text += "def mail(user, retries=3): ...\n\n\ndef handler(tasks: BackgroundTasks) -> None:\n"
    text += "    tasks.add_task(mail, 'a')\n"
    root = write(tmp_path, {"app.py": text})
    (found,) = fix(root, "--checker", "ty")["fixes"]
    assert [each["verdict"] for each in found["calls"]] == ["arity-only"]
    done = run(root, "fix", "--checker", "ty")
    assert "and number checked by ty\n" in done.stderr


def test_a_file_that_changed_meanwhile_is_not_written(tmp_path: Path) -> None:
    """Its user saves it while the command waits for an answer."""
    _, files, _ = _KINDS["receiver-any"]
    root = write(tmp_path, files)
    app = root / "app.py"
    command = [COMMAND[0], "fix", "--interactive", "--checker", "ty"]
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=root,
        env=environ(PYTHONUNBUFFERED="1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        shown = b""
        while b"[q]uit" not in shown:
            part = process.stdout.read1()
            assert part, shown
            shown += part
        changed = app.read_bytes() + b"# saved meanwhile\n"
        app.write_bytes(changed)
        _, errors = process.communicate(b"y\n", timeout=120)
    assert process.returncode == 2
    assert b"app.py: it was changed in the meantime: run the command again" in errors
    assert app.read_bytes() == changed


_UNSAFE = """\
from functools import partial

from starlette.background import BackgroundTasks


def in_thread(function, *args):
    return function(*args)


def report(user: str, *, retries: int = 3) -> None: ...


def handler(tasks: BackgroundTasks) -> None:
    tasks.add_task(report("a"))
    tasks.add_task(partial(report, "a", retries=2))
    tasks.add_task(in_thread, report, "a")
"""


def test_unsafe_edits_only_if_asked(tmp_path: Path) -> None:
    root = write(tmp_path, {"app.py": _UNSAFE})
    assert fix(root, "--checker", "zuban")["fixes"] == []
    result = fix(root, "--unsafe", "--write", "--checker", "zuban")
    assert {each["reason"] for each in result["fixes"]} == {
        "called-target",
        "checker-limit",
        "trampoline",
    }, result
    assert not any(each["safe"] for each in result["fixes"])
    new = _UNSAFE.replace('report("a")', 'report, "a"')
    new = new.replace('partial(report, "a", retries=2)', 'report, "a", retries=2')
    new = new.replace("in_thread, ", "")
    assert (root / "app.py").read_text("utf-8") == new
    assert unchecked(root, "--checker", "zuban") == []
    assert fix(root, "--unsafe", "--checker", "zuban")["fixes"] == []


_KEEP = """\
def keep(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


class Mail:
    @keep
    def send(self, to: str) -> None: ...


def later(tasks: BackgroundTasks, mail: Mail) -> None:
    tasks.add_task(mail.send, "a")
"""
_CALLABLE = "from collections.abc import Callable\n\n"
_ANY = "Callable[..., None]"
_TYPED_KEEP = _KEEP.replace("(function):", f"(function: {_ANY}) -> {_ANY}:")
_UNANNOTATED = """\
def handler():
    tasks = BackgroundTasks()
    tasks.add_task(report, "a")
"""
_OWN_HANDLER = """\
def handler(tasks: Tasks, user: str) -> None:
    tasks.add_task(report, user)
"""
_PYREFLY = 'preset = "default"\ncheck-unannotated-defs = false\n'
_SAME = {
    "any-arguments": ("ty", {"app.py": f"{_CALLABLE}{_HEAD}{_TYPED_KEEP}"}),
    "config-unannotated": (
        "pyrefly",
        {"app.py": f"{_HEAD}{_UNANNOTATED}", "pyrefly.toml": _PYREFLY},
    ),
    "forwarder-signature": ("ty", {"app.py": f"{_OWN_CLASS}{_OWN_HANDLER}"}),
    "target-any": ("ty", {"app.py": f"{_HEAD}{_KEEP}"}),
}


@pytest.mark.parametrize("reason", SAME_FIX)
def test_the_fix_of_another_reason(reason: str, tmp_path: Path) -> None:
    checker, files = _SAME[reason]
    root = write(tmp_path, files)
    options = ("--checker", checker)
    assert any(f"'code': '{reason}'" in each for each in unchecked(root, *options))
    result = fix(root, "--write", "--select", SAME_FIX[reason], *options)
    assert [each["reason"] for each in result["fixes"]] == [SAME_FIX[reason]], result
    assert result["left"] == []


_OWN_TESTS = {
    "argument-container": "test_containers.py",
    "called-target": "test_unsafe_edits_only_if_asked",
    "checker-limit": "test_unsafe_edits_only_if_asked",
    "plain-class": "test_handlers_get_the_class_that_fastapi_does_not_replace",
    "trampoline": "test_unsafe_edits_only_if_asked",
    "untyped-decorator": "test_fix.py",
    "wrong-argument": "test_a_misspelled_keyword_is_corrected_if_it_is_clear_and_proven",
}


def test_each_kind_has_a_test() -> None:
    assert _SAME.keys() == SAME_FIX.keys()
    assert KINDS.keys() == {kind.partition(" ")[0] for kind in _KINDS} | _OWN_TESTS.keys()
    for name in _OWN_TESTS.values():
        assert name in globals() or (Path(__file__).parent / name).exists(), name


def test_a_comment_that_stays_is_named_by_its_line(tmp_path: Path) -> None:
    text = f"{_HEAD}def handler(tasks: BackgroundTasks) -> None:\n"
    text += "    tasks.add_task(report, 1)  # type: ignore\n"
    done = run(write(tmp_path, {"app.py": text}), "fix", "--checker", "ty")
    assert "not fixed: app.py:8: ignore-comment: " in done.stderr


_LATER = """\
from collections.abc import Callable
from typing import Any

from starlette.background import BackgroundTasks


class Core:
    def __init__(self, tasks: BackgroundTasks) -> None:
        self.tasks = tasks

    def later(self, delay: float, func: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        print(delay + 1)
        self.tasks.add_task(func, *args, **kwargs)


def report(user: str) -> None: ...


def handler(core: Core) -> None:
    core.later(3, report, "ann")
"""


def test_only_a_parameter_that_can_be_a_function_is_annotated(tmp_path: Path) -> None:
    result = fix(write(tmp_path, {"app.py": _LATER}), "--checker", "ty")
    assert "delay: float, func: Callable[P, None], *args: P.args" in result["files"][0]["diff"]
    assert result["rejected"] == []
