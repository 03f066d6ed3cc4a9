"""Each fix that a report can print makes the call checked, applied in a copy, by each checker.

The corpus (`test_corpus.py`) proves the fixes for its modules, `test_import_roots.py` those for the
project's own modules, and `test_config_reasons.py` those for configs.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING, NamedTuple

import pytest
from corpus_outcomes import CORPUS, conclusion, report_on
from support.check_command import write
from support.samples import CHECKER_SETS

from typed_bg.check.results.reason_codes import REASONS
from typed_bg.checkers import CHECKERS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Judgement, Report

pytestmark = pytest.mark.xdist_group("fixes")

SIX = tuple(CHECKERS)
HEAD = """\
from typing import Any, NoReturn, TypedDict

from starlette.background import BackgroundTask, BackgroundTasks


def report(user: str, subject: str = "") -> None: ...


"""


LONG = "user\n    + " + " + ".join(["user"] * 400)  # too deep for Python to write it on one line


class Fix(NamedTuple):
    """A fix, and a module before and after it is applied.

    Attributes:
        code: The code of the reason.
        text: The fix as it is printed, or a part of it.
        checkers: The checkers that print it.
        before: The module, after `HEAD`.
        after: The module with the fix, after `HEAD`.
    """

    code: str
    text: str
    checkers: tuple[str, ...]
    before: str
    after: str


def _handler(body: str, parameters: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"def handler(tasks: BackgroundTasks, user: str{parameters}) -> None:\n{lines}"


FIXES = {
    "typed dictionary": Fix(
        "splat",
        "a TypedDict",
        SIX,
        _handler("tasks.add_task(report, **options)", ", options: dict[str, Any]"),
        "class Options(TypedDict):\n    user: str\n    subject: str\n\n\n"
        + _handler("tasks.add_task(report, **options)", ", options: Options"),
    ),
    "value that is read": Fix(
        "receiver-any",
        "annotate `state`, ",
        SIX,
        "import json\n\n\n"
        + _handler('state = json.loads("{}")\nstate.tasks.add_task(report, user)'),
        "class State:\n    tasks: BackgroundTasks\n\n\n"
        + _handler("state: State = State()\nstate.tasks.add_task(report, user)"),
    ),
    "assigned": Fix(
        "receiver-any",
        "annotate it as `BackgroundTasks`",
        SIX,
        "import json\n\n\n" + _handler('queue = json.loads("{}")\nqueue.add_task(report, user)'),
        "import json\n\n\n"
        + _handler('queue: BackgroundTasks = json.loads("{}")\nqueue.add_task(report, user)'),
    ),
    "variable": Fix(
        "receiver-any",
        "a variable of type `BackgroundTasks`",
        SIX,
        "import json\n\n\n" + _handler('json.loads("{}").tasks.add_task(report, user)'),
        "import json\n\n\n"
        + _handler('queue: BackgroundTasks = json.loads("{}").tasks\nqueue.add_task(report, user)'),
    ),
    "lambda": Fix(
        "untyped-parameter",
        "defined with def",
        ("pyright", "basedpyright", "ty"),
        _handler("tasks.add_task(lambda name: report(name), user)"),
        "def call(name: str) -> None:\n    report(name)\n\n\n"
        + _handler("tasks.add_task(call, user)"),
    ),
    "remove tree": Fix(
        "checker-limit",
        "with one signature",
        ("zuban",),
        "import shutil\n\n\n" + _handler("tasks.add_task(shutil.rmtree, user)"),
        "import shutil\n\n\ndef remove(path: str) -> None:\n    shutil.rmtree(path)\n\n\n"
        + _handler("tasks.add_task(remove, user)"),
    ),
    "variadic trampoline": Fix(
        "checker-limit",
        "a def is run",
        ("ty",),
        "from anyio.to_thread import run_sync\n\n\n"
        + _handler("tasks.add_task(run_sync, report, user)"),
        _handler("tasks.add_task(report, user)"),
    ),
    "leaves the block": Fix(
        "unreachable",
        "move the call before",
        tuple(name for name in SIX if name != "pyrefly"),
        _handler("if user:\n    return\n    tasks.add_task(report, user)"),
        _handler("if user:\n    tasks.add_task(report, user)\n    return"),
    ),
    "defined elsewhere": Fix(
        "untyped-parameter",
        "annotate `user`",
        SIX,
        "from elsewhere import send\n\n\n" + _handler("tasks.add_task(send, user)"),
        "from elsewhere import send_typed\n\n\n" + _handler("tasks.add_task(send_typed, user)"),
    ),
    "any arguments of an attribute": Fix(
        "any-arguments",
        "declare its parameters",
        SIX,
        "from elsewhere import Sender\n\n\n" + _handler("tasks.add_task(Sender().any, user)"),
        "from elsewhere import Sender\n\n\n" + _handler("tasks.add_task(Sender().typed, user)"),
    ),
    "forwarder": Fix(
        "forwarder-signature",
        "annotate elsewhere.enqueue with a ParamSpec",
        SIX,
        "from elsewhere import enqueue\n\n\n" + _handler("enqueue(report, user)"),
        "from elsewhere import enqueue_typed\n\n\n" + _handler("enqueue_typed(report, user)"),
    ),
    "annotation": Fix(
        "unprobeable-annotation",
        "a statement",
        SIX,
        "def handler(user: str) -> None:\n    x: BackgroundTask(report, user)\n",
        "def handler(user: str) -> None:\n    BackgroundTask(report, user)\n",
    ),
    "class header": Fix(
        "unprobeable-class-header",
        "a statement",
        SIX,
        'class A(metaclass=BackgroundTask(report, "ada")): ...\n',
        'BackgroundTask(report, "ada")\n',
    ),
    "not one line": Fix(
        "unprobeable-not-one-line",
        "to a variable first",
        SIX,
        _handler(f"tasks.add_task(report, ({LONG}))"),
        _handler(f"text = ({LONG})\ntasks.add_task(report, text)"),
    ),
}
# Modules without `HEAD`.
WHOLE = {
    "no room": Fix(
        "unprobeable-no-room",
        "an empty line after",
        SIX,
        "if True: from starlette.background import BackgroundTask; BackgroundTask(chr, 1)\n",
        "from starlette.background import BackgroundTask\n\nif True: BackgroundTask(chr, 1)\n",
    ),
}
SETTINGS_OF_ALL = """\
[tool.typed_bg]
also = ["elsewhere.enqueue", "elsewhere.enqueue_typed"]
"""
ELSEWHERE = """\
from collections.abc import Callable
from typing import Any

from typing_extensions import ParamSpec

P = ParamSpec("P")


def send(user, subject: str = "") -> None: ...
def send_typed(user: str, subject: str = "") -> None: ...
def enqueue(func: Callable[..., Any], *args: Any, **kwargs: Any) -> None: ...
def enqueue_typed(func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None: ...


class Sender:
    def __init__(self) -> None:
        self.any: Callable[..., None] = send_typed
        self.typed: Callable[[str], None] = send_typed
"""


if sys.version_info < (3, 12):  # newer ones can be probed
    FIXES["f-string"] = Fix(
        "unprobeable-f-string",
        "a statement",
        SIX,
        _handler('print(f"{tasks.add_task(report, user)}")'),
        _handler("tasks.add_task(report, user)"),
    )


def _slug(name: str) -> str:
    return name.replace(" ", "_")


@pytest.fixture(scope="module", params=CHECKER_SETS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Run some checkers once over all modules."""
    files = {
        "elsewhere.py": ELSEWHERE,
        "pyrefly.toml": 'preset = "default"\n',
        "pyproject.toml": SETTINGS_OF_ALL,
    }
    for head, fixes in ((HEAD, FIXES), ("", WHOLE)):
        for name, fix in fixes.items():
            files[f"{_slug(name)}_before.py"] = head + fix.before
            files[f"{_slug(name)}_after.py"] = head + fix.after
    return report_on(write(tmp_path_factory.mktemp("fixes"), files), request.param)


def _judgements(report: Report, name: str) -> list[Judgement]:
    return [
        judgement
        for site in report.calls
        if site.place.path.stem == name
        for judgement in site.judgements
    ]


@pytest.mark.parametrize("name", [*FIXES, *WHOLE])
def test_a_fix_makes_the_call_checked(name: str, report: Report) -> None:
    fix = {**FIXES, **WHOLE}[name]
    before = _judgements(report, f"{_slug(name)}_before")
    printed = {
        judgement.checker
        for judgement in before
        if any(fix.code == reason.code and fix.text in reason.fix for reason in judgement.reasons)
    }
    said = [
        (judgement.checker, conclusion(judgement), [r.fix for r in judgement.reasons])
        for judgement in before
    ]
    asked = {judgement.checker for judgement in before}
    expected = asked & {*fix.checkers}
    assert expected
    assert printed == expected, said
    after = _judgements(report, f"{_slug(name)}_after")
    assert {judgement.checker for judgement in after} == asked
    assert {
        judgement.checker: conclusion(judgement)
        for judgement in after
        if judgement.checker in expected
    } == dict.fromkeys(expected, "checked")


def test_every_reason_has_a_fix_that_is_tested() -> None:
    corpus = {
        code
        for code, kind in REASONS.items()
        if kind.example and (CORPUS / "reasons" / f"{kind.example}_fixed.py").is_file()
    }
    settings = tomllib.loads((CORPUS / "settings.toml").read_text("utf-8"))
    configs = {
        setting["outcome"].split()[-1] for setting in settings.values() if setting.get("fixed")
    }
    here = {fix.code for fix in (*FIXES.values(), *WHOLE.values())}
    # In test_corpus_layouts.py and test_reasons.py.
    tested = corpus | configs | here | {"encoding", "config-unannotated"}
    # In test_family_calls.py: the best verdict is `checked-directly`.
    tested |= {"argument-container", "unprobeable-arguments", "unprobeable-target"}
    tested |= {"unprobeable-too-complex"}  # In test_crowded_functions.py.
    untestable = {"unprobeable-f-string"} if sys.version_info >= (3, 12) else set()
    assert {*REASONS} - tested == untestable


# --- correct calls that checkers are known to reject

TASKIQ = """\
from typing import Annotated

from taskiq import InMemoryBroker, TaskiqDepends

broker = InMemoryBroker()


def connection() -> str:
    return "connection"


@broker.task
async def send(to: str, database: {}) -> None: ...


async def call() -> None:
    await send.kiq("ada")
"""


def _rejected(report: Report) -> tuple[Judgement, ...]:
    """Return the judgements of the only call, which is right, and checked only directly."""
    assert {finding.rule for finding in report.findings} == {"checked-directly"}
    (site,) = report.calls
    return site.judgements


@pytest.mark.full
def test_a_parameter_that_taskiq_injects(tmp_path: Path) -> None:
    pytest.importorskip("taskiq")
    files = {
        "jobs.py": TASKIQ.format("Annotated[str, TaskiqDepends(connection)]"),
        "pyproject.toml": '[tool.typed_bg]\nalso = ["taskiq.AsyncTaskiqDecoratedTask.kiq"]\n',
        "pyrefly.toml": 'preset = "default"\n',
    }
    root = write(tmp_path, files)
    for judgement in _rejected(report_on(root)):
        (reason,) = judgement.reasons
        assert reason.code == "checker-limit"
        assert f"{judgement.checker} requires `database`, which taskiq injects" in reason.fact
        assert "https://github.com/taskiq-python/taskiq/issues/288" in reason.fact
        assert reason.fix.startswith("give `database` ")
    write(root, {**files, "jobs.py": TASKIQ.format("str = TaskiqDepends(connection)")})
    (site,) = report_on(root).calls
    assert {
        judgement.checker: conclusion(judgement) for judgement in site.judgements
    } == dict.fromkeys(SIX, "checked")


# Much as Prefect declares them. The package itself is too large for a test.
PREFECT = """\
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from typing_extensions import ParamSpec

P = ParamSpec("P")
R = TypeVar("R")


class Task(Generic[P, R]):
    @overload
    def submit(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
    @overload
    def submit(self, *args: P.args, wait_for: Any = None, **kwargs: P.kwargs) -> R: ...


def task(func: Callable[P, R]) -> Task[P, R]: ...
"""
FLOW = """\
from prefect import task


@task
def add(number: int) -> int:
    return number


def flow() -> None:
    first = add.submit(1)
    add.submit(2, wait_for=[first])
"""


def test_a_parameter_of_prefects_own(tmp_path: Path) -> None:
    files = {
        "prefect.pyi": PREFECT,
        "flows.py": FLOW,
        "pyproject.toml": '[tool.typed_bg]\nalso = ["prefect.Task.submit:receiver"]\n',
        "pyrefly.toml": 'preset = "default"\n',
    }
    # mypy and pyright take no call of this stand-in for wrong, but reject those of Prefect itself.
    report = report_on(write(tmp_path, files), ["ty", "pyrefly", "zuban"])
    assert {finding.rule for finding in report.findings} == {"unchecked-call"}
    _, site = report.calls
    for judgement in site.judgements:
        (reason,) = judgement.reasons
        assert reason.code == "checker-limit"
        assert f"{judgement.checker} rejects `wait_for=`, which Prefect accepts" in reason.fact
        assert "https://github.com/python/typing/issues/1009" in reason.fact
        assert not reason.fix


# --- packages


@pytest.mark.full
@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("unresolved-import", "from installed import send\n\n\n{}tasks.add_task(send, user)"),
        ("receiver-any", "from installed import queue\n\n\n{}queue.add_task(report, user)"),
    ],
)
def test_installing_a_package_makes_the_call_checked(code: str, call: str, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    (site,) = [folder for folder in environment.rglob("site-packages") if folder.is_dir()]
    (site / "more.pth").write_text(sysconfig.get_path("purelib"))
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    handler = "def handler(tasks: BackgroundTasks, user: str) -> None:\n    "
    root = write(
        tmp_path / "project",
        {"app.py": HEAD + call.format(handler) + "\n", "pyrefly.toml": 'preset = "default"\n'},
    )
    (site_before,) = report_on(root, python=str(python)).calls
    for judgement in site_before.judgements:
        fixes = [
            reason.fix for reason in judgement.reasons if reason.code in {code, "unresolved-import"}
        ]
        assert any(text.startswith("install ") for text in fixes), (judgement.checker, fixes)
    installed = "from starlette.background import BackgroundTasks\n\nqueue = BackgroundTasks()\n"
    installed += "def send(user: str) -> None: ...\n"
    write(site, {"installed/__init__.py": installed, "installed/py.typed": ""})
    (site_after,) = report_on(root, python=str(python)).calls
    assert {judgement.checker: conclusion(judgement) for judgement in site_after.judgements} == (
        dict.fromkeys(SIX, "checked")
    )


# --- other platforms and versions

GUARDED = HEAD + _handler("if {}:\n    tasks.add_task(report, user)")
SETTINGS = {
    "mypy": ("mypy.ini", "[mypy]\nplatform = win32\npython_version = 3.10\n"),
    "zuban": ("mypy.ini", "[mypy]\nplatform = win32\npython_version = 3.10\n"),
    "pyright": (
        "pyrightconfig.json",
        '{"pythonPlatform": "Windows", "pythonVersion": "3.10"}',
    ),
    "basedpyright": (
        "pyrightconfig.json",
        '{"pythonPlatform": "Windows", "pythonVersion": "3.10"}',
    ),
    "ty": ("ty.toml", '[environment]\npython-platform = "win32"\npython-version = "3.10"\n'),
    "pyrefly": (
        "pyrefly.toml",
        'preset = "default"\npython-platform = "win32"\npython-version = "3.10"\n',
    ),
}


@pytest.mark.parametrize("checker", SETTINGS)
def test_a_run_for_the_other_platform_or_version_checks_the_call(
    checker: str, tmp_path: Path
) -> None:
    files = {
        "platform.py": GUARDED.replace("{}", 'sys.platform == "win32"'),
        "version.py": GUARDED.replace("{}", "sys.version_info < (3, 11)"),
    }
    name, settings = SETTINGS[checker]
    files = {f"on_{it}": "import sys\n" + text for it, text in files.items()}
    plain = {"pyrefly.toml": 'preset = "default"\n'} if checker == "pyrefly" else {}
    root = write(tmp_path, {**files, **plain})
    for site in report_on(root, [checker]).calls:
        if sys.version_info < (3, 11) and "version" in site.place.path.stem:
            continue
        (judgement,) = site.judgements
        if checker == "basedpyright" and judgement.verdict == "checked":
            continue  # it also checks what is for another platform
        (reason,) = judgement.reasons
        assert reason.code == "unreachable"
        kind = site.place.path.stem.removeprefix("on_")
        assert f" for that {kind}, " in reason.fix
    write(root, {name: settings})
    assert {conclusion(site.judgements[0]) for site in report_on(root, [checker]).calls} == {
        "checked"
    }
