"""A reason that lies in another module is followed to it, and the printed fix helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import corpus_outcomes
import pytest
from support.samples import CHECKER_SETS

from typed_bg.check.calls.project_modules import project_file

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Reason, Report

pytestmark = pytest.mark.xdist_group("reasons-across-modules")

_DECORATOR = "import functools\n\n\ndef background_task(func):\n"
_BODY = """\
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper
"""
_TYPED_DECORATOR = """\
import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def background_task(func: Callable[P, R]) -> Callable[P, R]:
    @functools.wraps(func)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return func(*args, **kwargs)

    return wrapper
"""
_FILES = {
    "src/shop/__init__.py": "",
    "src/shop/decorators.py": _DECORATOR + _BODY,
    "src/shop/orders/__init__.py": "",
    "src/shop/orders/flows.py": """\
from shop.decorators import background_task


@background_task
def created(order: int) -> None: ...
""",
    "src/shop/orders/views.py": """\
from fastapi import BackgroundTasks

from . import flows
from .flows import created


def by_name(tasks: BackgroundTasks) -> None:
    tasks.add_task(created, order=1)
    tasks.add_task(flows.created, order=1)
""",
    "src/shop/lost.py": """\
from fastapi import BackgroundTasks
from nowhere_installed.mail import lost


def view(tasks: BackgroundTasks) -> None:
    tasks.add_task(lost, "ada")
""",
}


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module", params=CHECKER_SETS)
def checkers(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


@pytest.fixture(scope="module")
def root(checkers: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("across")
    _write(root, {**_FILES, "pyproject.toml": '[tool.pyrefly]\npreset = "default"\n'})
    return root


@pytest.fixture(scope="module")
def before(root: Path, checkers: tuple[str, ...]) -> Report:
    return corpus_outcomes.report_on(root, checkers)


@pytest.fixture(scope="module")
def after(root: Path, before: Report, checkers: tuple[str, ...]) -> Report:  # `before` comes first
    """Apply what the reason says, and check again."""
    _write(root, {"src/shop/decorators.py": _TYPED_DECORATOR})
    return corpus_outcomes.report_on(root, checkers)


def _reasons(report: Report, target: str, checker: str) -> tuple[Reason, ...]:
    (judgement,) = (
        judgement
        for call in report.calls
        if call.target == target
        for judgement in call.judgements
        if judgement.checker == checker
    )
    return judgement.reasons


@pytest.mark.parametrize("target", ["created", "flows.created"])
def test_an_untyped_decorator_in_a_third_module_is_named(
    before: Report, checkers: tuple[str, ...], target: str
) -> None:
    """Where it is defined, not where the function is imported or decorated."""
    for checker in {"mypy", "ty", "pyrefly"} & {*checkers}:
        (reason,) = _reasons(before, target, checker)
        assert reason.code == "untyped-decorator"
        assert str(reason.place) == "src/shop/decorators.py:4:1"
        assert reason.fact.startswith("@background_task turns created() into ")


def test_a_package_that_is_not_installed_is_named(
    before: Report, checkers: tuple[str, ...]
) -> None:
    for checker in checkers:
        (reason,) = _reasons(before, "lost", checker)
        assert reason.fix.startswith("install nowhere_installed, ")


@pytest.mark.full
def test_each_fix_helps(after: Report) -> None:
    """Both calls are checked by all checkers once the decorator is typed."""
    found = {call.target: corpus_outcomes.outcome(call) for call in after.calls}
    del found["lost"]
    assert {target: corpus_outcomes.is_clean(seen) for target, seen in found.items()} == {
        "created": True,
        "flows.created": True,
    }


def test_a_cause_is_one_finding_for_calls_in_its_own_module_and_in_others(tmp_path: Path) -> None:
    head = "from fastapi import BackgroundTasks\n"
    view = "\n\ndef view(tasks: BackgroundTasks) -> None:\n    tasks.add_task(anything, 1)\n"
    define = "\n\ndef anything(*args, **kwargs) -> None: ...\n"
    files = {
        "jobs.py": head + define + view,
        "views.py": f"{head}from jobs import anything\n{view}",
    }
    _write(tmp_path, files)
    (tmp_path / ".git").mkdir()
    (finding,) = corpus_outcomes.report_on(tmp_path, ["ty"]).findings
    assert [str(call.place.path) for call in finding.calls] == ["jobs.py", "views.py"]


_OVERRIDING = """\
from collections.abc import Callable
from typing import Any, ParamSpec

from fastapi import BackgroundTasks

P = ParamSpec("P")


class Hybrid(BackgroundTasks):
    def add_task(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> None: ...
"""
_TYPED_OVERRIDING = _OVERRIDING.replace("[..., Any]", "[P, Any]").replace(
    "*args: Any, **kwargs: Any", "*args: P.args, **kwargs: P.kwargs"
)
_OVERRIDDEN = """\
from tasks import Hybrid


def send(to: str) -> None: ...


def view(tasks: Hybrid) -> None:
    tasks.add_task(send, "ada")
    tasks.add_task(send, to="ada")
"""


@pytest.mark.parametrize("checker", ["ty", "zuban", "mypy", "pyright"])
def test_a_class_that_overrides_the_method_is_named_once(tmp_path: Path, checker: str) -> None:
    """It is one cause for all calls, and its fix helps."""
    _write(tmp_path, {"tasks.py": _OVERRIDING, "views.py": _OVERRIDDEN, ".git/HEAD": ""})
    (finding,) = corpus_outcomes.report_on(tmp_path, [checker]).findings
    (reason,) = finding.reasons
    assert reason.code == "forwarder-signature"
    assert reason.fact.startswith("the signature of Hybrid.add_task does not compare ")
    assert str(reason.place) == "tasks.py:10:1"
    assert len(finding.calls) == 2  # all there are
    _write(tmp_path, {"tasks.py": _TYPED_OVERRIDING})
    report = corpus_outcomes.report_on(tmp_path, [checker])
    assert not report.findings
    assert [corpus_outcomes.outcome(call) for call in report.calls] == [{"checked": checker}] * 2


@pytest.mark.parametrize("returned", ["Hybrid", '"Hybrid"', "tasks.Hybrid"])
def test_the_class_of_what_a_function_returns_is_named(tmp_path: Path, returned: str) -> None:
    makers = f"import tasks\nfrom tasks import Hybrid\n\n\ndef make() -> {returned}: ...\n"
    calling = _OVERRIDDEN.replace("from tasks import Hybrid", "from makers import make").replace(
        "view(tasks: Hybrid) -> None:\n", "view() -> None:\n    tasks = make()\n"
    )
    files = {"tasks.py": _OVERRIDING, "makers.py": makers, "views.py": calling, ".git/HEAD": ""}
    _write(tmp_path, files)
    (finding,) = corpus_outcomes.report_on(tmp_path, ["ty"]).findings
    (reason,) = finding.reasons
    assert reason.code == "forwarder-signature"
    assert str(reason.place) == "tasks.py:10:1"


_INSTANCES = """\
from functools import wraps


def threaded(func):
    @wraps(func)
    def wrapper(*args, **kwargs):
        return func(*args, **kwargs)

    return wrapper


@threaded
def connect(node, config=None): ...


class Scheduler:
    def start(self, job, *args, **kwargs): ...


scheduler = Scheduler()
"""
_ATTRIBUTES = """\
from fastapi import BackgroundTasks

from shop import jobs


def view(tasks: BackgroundTasks, node: int) -> None:
    tasks.add_task(jobs.operations.connect, node=node)
    tasks.add_task(jobs.operations.connect, node)
    tasks.add_task(jobs.operations.scheduler.start, job="a")
    tasks.add_task(jobs.operations.Scheduler().start, job="b")
"""


_NO_CAUSE = pytest.mark.xfail(
    strict=True, reason="no cause is found for `start`, of which zuban accepts any call"
)


@pytest.mark.parametrize("checker", ["ty", pytest.param("zuban", marks=_NO_CAUSE)])
def test_a_module_of_a_package_and_methods_are_followed(tmp_path: Path, checker: str) -> None:
    """Calls of one function have one cause, at the place where it is defined."""
    files = {
        ".git/HEAD": "",
        "shop/__init__.py": "",
        "shop/jobs/__init__.py": "from shop.jobs import operations as operations\n",
        "shop/jobs/operations.py": _INSTANCES,
        "shop/views.py": _ATTRIBUTES,
    }
    _write(tmp_path, files)
    findings = corpus_outcomes.report_on(tmp_path, [checker]).findings
    assert [len(finding.calls) for finding in findings] == [2, 2]
    assert {str(reason.place) for finding in findings for reason in finding.reasons} <= {
        "shop/jobs/operations.py:4:1",  # the decorator
        "shop/jobs/operations.py:13:1",  # connect()
        "shop/jobs/operations.py:17:1",  # start()
    }


def test_a_package_that_another_module_imports_is_named(tmp_path: Path) -> None:
    files = {
        ".git/HEAD": "",
        "shop/__init__.py": "",
        "shop/db.py": "from missing_orm import Session\n",
        "shop/store.py": "from shop.db import Session\n\n\ndef save(db: Session) -> None: ...\n",
        "shop/views.py": """\
from fastapi import BackgroundTasks

from shop.store import save


def view(tasks: BackgroundTasks, number: int) -> None:
    tasks.add_task(save, number)
""",
    }
    _write(tmp_path, files)
    (finding,) = corpus_outcomes.report_on(tmp_path, ["ty"]).findings
    (reason,) = finding.reasons
    assert (finding.rule, reason.code) == ("unchecked-argument", "unresolved-import")
    assert reason.fix.startswith("install missing_orm, ")
    assert str(reason.place) == "shop/db.py:1:1"
    _write(tmp_path, {"missing_orm.py": "class Session: ...\n"})  # as if it were installed
    (finding,) = corpus_outcomes.report_on(tmp_path, ["ty"]).findings
    assert finding.rule == "wrong-argument"


def test_a_module_deep_in_the_project_finds_the_others(tmp_path: Path) -> None:
    deep = tmp_path / "shop" / "app" / "routes" / "api" / "v2" / "tasks.py"
    deep.parent.mkdir(parents=True)
    mail = tmp_path / "shop" / "mail.py"
    mail.write_text("def send(to: str) -> None: ...\n", encoding="utf-8")
    assert project_file(deep, "shop.mail", 0) == mail
