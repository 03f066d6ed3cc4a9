"""Direct calls find wrong arguments in calls that no checker checks, and report nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from support.samples import CHECKER_SETS

from typed_bg.check.project.settings import Settings
from typed_bg.check.run import Request, check_project
from typed_bg.checkers import CHECKERS

if TYPE_CHECKING:
    from pathlib import Path

    from typed_bg.check.results.report import Finding, Report

pytestmark = pytest.mark.xdist_group("direct calls")
# pyrefly checks no argument types without a config.
_PYREFLY = '[tool.pyrefly]\npreset = "default"\n'

# Each call has the argument that is wrong, if one is, in its comment.
_CALLS = """\
import os
from typing import Any, NoReturn, TypedDict, TypeVar
from starlette.background import BackgroundTask, BackgroundTasks
from typed_bg import BackgroundTasks as Ours
from jobs import hybrid, later
T = TypeVar("T")
def send(to: str, n: int = 0, *, retries: int = 3) -> None: ...
async def asend(to: str, n: int = 0) -> int: return n
def first(rows: list[T], default: T) -> T: return default
def fail(code: int) -> NoReturn: raise SystemExit(code)
def takes(anything: object) -> None: ...
class Good(TypedDict):
    to: str
    n: int
class Bad(TypedDict):
    to: str
    retry: int
class Mail:
    def __init__(self, to: str) -> None: ...
    def send(self, to: str) -> None: ...
    @staticmethod
    def static(to: str) -> None: ...
class Own(BackgroundTasks):
    def add_task(self, func: Any, *args: Any, queue: str = "", **kwargs: Any) -> None: ...
class Logged(BackgroundTasks):
    def add_task(self, func: Any, *args: Any, **kwargs: Any) -> None:
        print(func)
        if args:
            super().add_task(func, *args, **kwargs)
        else:
            self.run(func, *args, **kwargs)
    def run(self, func: Any, *args: Any, **kwargs: Any) -> None: ...
class Other(BackgroundTasks):
    def add_task(self, func: Any, *args: Any, **kwargs: Any) -> None:
        super().add_task(func, "first", *args, **kwargs)
class Service:
    def __init__(self, background_tasks):
        self.background_tasks = background_tasks
    def run(self, to: str, mail: Mail, maybe: "int | None", rows: list[str],
            known: Good, unknown: dict[str, Any], wrong: Bad) -> None:
        self.background_tasks.add_task(send, to)
        self.background_tasks.add_task(send, to, retry=1)  #! retry=1
        self.background_tasks.add_task(send)  #! self
        self.background_tasks.add_task(send, to, "x")  #! "x"
        self.background_tasks.add_task(send, to, n="x")  #! n="x"
        self.background_tasks.add_task(send, to, 1, 2)  #! 2
        self.background_tasks.add_task(asend, to, n=1)
        self.background_tasks.add_task(asend, 1)  #! 1
        self.background_tasks.add_task(mail.send, to)
        self.background_tasks.add_task(mail.send, b"")  #! b""
        self.background_tasks.add_task(Mail.static, 1)  #! 1
        self.background_tasks.add_task(Mail, 1)  #! 1
        self.background_tasks.add_task(takes, 1)
        self.background_tasks.add_task(first, [1], 2)
        self.background_tasks.add_task(func=send, to=to)
        self.background_tasks.add_task(func=send, to=1)  #! to=1
        self.background_tasks.add_task(
            send,
            to,
            n=[
                "x",
            ],
        )  #! n=
        if maybe is not None:
            self.background_tasks.add_task(send, to, maybe)
        self.background_tasks.add_task(fail, 1)
        self.background_tasks.add_task(os._exit, 1)
        self.background_tasks.add_task(send, *rows)
        self.background_tasks.add_task(send, 1, *rows)  #! 1
        self.background_tasks.add_task(send, *rows, 1)
        self.background_tasks.add_task(send, **known)
        self.background_tasks.add_task(send, **unknown)
        self.background_tasks.add_task(send, **wrong)  #! wrong
        options = {"to": to, "n": 1, "retries": 2}
        self.background_tasks.add_task(send, **options)
        options_wrong = dict(to=to, retry=1)
        self.background_tasks.add_task(send, **options_wrong)  #! options_wrong
        self.background_tasks.add_task(send, **{"to": to, "n": "x"})  #! "x"
        pair = (to, "x")
        self.background_tasks.add_task(send, *pair)  #! pair
        self.background_tasks.add_task(send, str(1), int("1"))
        self.background_tasks.add_task(lambda: send(1))
        self.background_tasks.add_task(send, 1)  # type: ignore  # pyright: ignore
        self.background_tasks.add_task(
            send,
            1,  # type: ignore  # pyright: ignore
        )
def own(tasks: Own, to: str) -> None:
    tasks.add_task(send, to, queue="mail")
def logged(tasks: Logged, other: Other, to: str) -> None:
    tasks.add_task(send, to, 1)
    tasks.add_task(send, to, retry=1)  #! retry=1
    other.add_task(send, 1)
    hybrid().add_task(send, 1)  #! 1
def declared(to: str) -> None:
    later(send, to, delay=3)
    later(send, to, delay=3, retry=1)  #! retry=1
def value(background_tasks: Any, to: str) -> None:
    done = [background_tasks.add_task(send, each) for each in [to]]
    other = background_tasks.add_task(send, 1) if to else None  #! 1
"""
_JOBS = """\
from typing import Any
from starlette.background import BackgroundTasks
class Hybrid(BackgroundTasks):
    def add_task(self, func: Any, *args: Any, **kwargs: Any) -> None:
        super().add_task(func, *args, **kwargs)
def hybrid() -> Hybrid: return Hybrid()
def later(func: Any, *args: Any, delay: int = 0, **kwargs: Any) -> None: ...
"""


def _check(root: Path, *checkers: str, also: tuple[str, ...] = ()) -> Report:
    settings = Settings(checkers=checkers or tuple(CHECKERS), python=sys.executable, also=also)
    report = check_project(Request((root,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    return report


def _directly(report: Report) -> list[Finding]:
    return [
        finding
        for finding in report.findings
        if finding.rule == "wrong-argument" and "checked as `" in finding.message
    ]


@pytest.fixture(scope="module", params=CHECKER_SETS)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Check the calls once with some checkers."""
    root = tmp_path_factory.mktemp("direct")
    (root / "calls.py").write_text(_CALLS, "utf-8")
    (root / "jobs.py").write_text(_JOBS, "utf-8")
    (root / "pyproject.toml").write_text(_PYREFLY, "utf-8")
    return _check(root, *request.param, also=("jobs.later",))


def _expected() -> set[tuple[int, str]]:
    """Return the last line of each wrong call, and what is wrong in it."""
    return {
        (number, line.partition("#! ")[2])
        for number, line in enumerate(_CALLS.splitlines(), 1)
        if "#! " in line
    }


def test_every_wrong_argument_is_found_by_all_checkers_and_no_right_one(report: Report) -> None:
    found: dict[tuple[int, str], set[str]] = {}
    lines = _CALLS.splitlines()
    for finding in _directly(report):
        assert finding.call is not None
        last = finding.call.place.end_line or finding.place.line
        text = lines[finding.place.line - 1][finding.place.column - 1 :]
        said = lines[last - 1].partition("#! ")[2]
        assert text.startswith(said), finding
        found.setdefault((last, said), set()).update(finding.reported_by)
    assert found.keys() == _expected()
    asked = {judgement.checker for judgement in report.calls[0].judgements}
    assert {key: asked - names for key, names in found.items() if names != asked} == {}


def test_a_direct_call_is_shown_as_it_was_checked(report: Report) -> None:
    shown = {
        finding.message.rpartition("checked as ")[2]
        for finding in _directly(report)
        if finding.call is not None and "retry" in str(finding.call.arguments)
    }
    assert shown == {"`send(to, retry=1)`"}


def test_the_verdict_is_its_own_and_has_the_reason(report: Report) -> None:
    verdicts = {
        (site.source, judgement.verdict)
        for site in report.calls
        for judgement in site.judgements
        if "type: ignore" not in site.source and site.place.line == site.place.end_line
    }
    directly = {source for source, verdict in verdicts if verdict == "checked-directly"}
    others = {source for source, verdict in verdicts if verdict != "checked-directly"}
    assert "self.background_tasks.add_task(send, to)" in directly
    assert "self.background_tasks.add_task(asend, to, n=1)" in directly
    assert "self.background_tasks.add_task(send, *rows)" in others
    assert "self.background_tasks.add_task(send, **unknown)" in others
    assert "self.background_tasks.add_task(send, **known)" in directly
    assert "self.background_tasks.add_task(send, **options)" in directly
    assert "self.background_tasks.add_task(lambda: send(1))" in directly
    assert 'tasks.add_task(send, to, queue="mail")' in others
    assert not directly & others
    for finding in report.findings:
        if finding.rule == "checked-directly":
            assert all(reason.fix for reason in finding.reasons)
            # A class that the module does not name is not looked for.
            assert finding.reasons or finding.source.strip().startswith("hybrid().")


@pytest.mark.full
def test_the_code_behind_a_call_stays_reachable(tmp_path: Path) -> None:
    """A direct call of a function that never returns does not hide what comes after it."""
    text = (
        "import sys\nfrom starlette.background import BackgroundTasks\n"
        "def send(to: str) -> None: ...\n"
        "def run(tasks: BackgroundTasks, to: str) -> None:\n"
        "    tasks.add_task(sys.exit, 1)\n    tasks.add_task(send, to)\n"
    )
    (tmp_path / "app.py").write_text(text, "utf-8")
    (tmp_path / "pyproject.toml").write_text(_PYREFLY, "utf-8")
    report = _check(tmp_path)
    assert {judgement.verdict for site in report.calls for judgement in site.judgements} == {
        "checked"
    }


def test_a_call_that_mypy_cannot_see_for_its_config_is_checked_directly(tmp_path: Path) -> None:
    """`follow_imports = skip` turns the framework's class into Any."""
    (tmp_path / "app.py").write_text(
        "from starlette.background import BackgroundTasks\n"
        "def send(to: str) -> None: ...\n"
        "def run(tasks: BackgroundTasks) -> None:\n    tasks.add_task(send, 1)\n",
        "utf-8",
    )
    (tmp_path / "mypy.ini").write_text("[mypy]\nfollow_imports = skip\n", "utf-8")
    report = _check(tmp_path, "mypy")
    (site,) = report.calls
    assert site.judgements[0].verdict == "checked-directly"
    assert [finding.place.column for finding in _directly(report)] == [26]


def test_a_target_that_accepts_anything_stays_unchecked(tmp_path: Path) -> None:
    """A direct call counts only if a wrong one is reported."""
    (tmp_path / "app.py").write_text(
        "from typing import Any\n"
        "def send(*args: Any, **kwargs: Any) -> None: ...\n"
        "def run(background_tasks: Any, hook: Any) -> None:\n"
        "    background_tasks.add_task(send, 1)\n    background_tasks.add_task(hook, 1)\n",
        "utf-8",
    )
    report = _check(tmp_path, "ty", "pyright")
    assert {judgement.verdict for site in report.calls for judgement in site.judgements} == {
        "unchecked"
    }


_UNANNOTATED = """\
from mail import Mail, other

LIMIT = 3


def send(to: str, n: int = 0) -> None: ...


class Service:
    def work(self, background_tasks, to):
        background_tasks.add_task(self.own, to)
        background_tasks.add_task(self.own, to, 1)  #! back
        background_tasks.add_task(self.own, k=to)  #! k=to

    def own(self, to: str) -> None: ...


def run(background_tasks, to, send_later):
    background_tasks.add_task(send, to)
    background_tasks.add_task(send, to, LIMIT)
    background_tasks.add_task(send, to, n="x")  #! n="x"
    background_tasks.add_task(send, to, retry=1)  #! retry=1
    background_tasks.add_task(send)  #! back
    background_tasks.add_task(send)  #! back
    background_tasks.add_task(other, to, b"x")  #! b"x"
    background_tasks.add_task(Mail.send, LIMIT)  #! LIMIT
    background_tasks.add_task(send, object())  #! object()
    background_tasks.add_task(send, str(to), n=len("x"))
    background_tasks.add_task(print, to)
    background_tasks.add_task(send_later, to, retry=1)
    for send_each in [send]:
        background_tasks.add_task(send_each, to)
    LOCAL = "x"
    background_tasks.add_task(send, to, LOCAL)


def nested(background_tasks, to):
    def later(to: str, n=0) -> None: ...

    def twice(to): ...

    background_tasks.add_task(later, to)
    background_tasks.add_task(later, to, n=1)
    background_tasks.add_task(later, to, retry=1)  #! retry=1
    background_tasks.add_task(lambda to, n=LIMIT: other(1), to)
    background_tasks.add_task(lambda to, *, n=LIMIT: other(1), to, 3)  #! back
    background_tasks.add_task(lambda to: None, retry=1)  #! retry=1
    background_tasks.add_task(twice, to, retry=1)

    def twice(to, retry): ...


def shadowed(background_tasks, send, to):
    background_tasks.add_task(send, to, retry=1)
    for other in [send]:
        background_tasks.add_task(other, 1, 2, 3)
"""
_MAIL = """\
def other(to: str, text: str) -> None: ...
class Mail:
    @staticmethod
    def send(to: str) -> None: ...
"""


def test_a_call_in_a_body_that_mypy_skips_is_checked_outside_of_it(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(_UNANNOTATED, "utf-8")
    (tmp_path / "mail.py").write_text(_MAIL, "utf-8")
    report = _check(tmp_path, "mypy")
    lines = _UNANNOTATED.splitlines()
    expected = {n for n, line in enumerate(lines, 1) if "#! " in line}
    found = {finding.place.line: finding for finding in _directly(report)}
    assert {n for n, finding in found.items() if "mypy" in finding.reported_by} == expected
    for number, finding in found.items():
        if number in expected:
            line = lines[number - 1]
            assert line[finding.place.column - 1 :].startswith(line.partition("#! ")[2])
    assert not [finding for finding in report.findings if finding.place.path.name != "app.py"]
    (site,) = [each for each in report.calls if each.arguments == ("to", "LIMIT")]
    judgement = next(each for each in site.judgements if each.checker == "mypy")
    assert judgement.verdict == "checked-directly"
    assert judgement.unseen == ("to",)
    assert [reason.code for reason in judgement.reasons] == ["unannotated-function"]


def test_a_lambda_that_pyrefly_does_not_check_is_called_directly(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        "from starlette.background import BackgroundTasks\n"
        "def send(to: str, n: int = 0) -> None: ...\n"
        "def handler(tasks: BackgroundTasks) -> None:\n"
        "    tasks.add_task(lambda: send(1))\n"
        "    tasks.add_task(lambda to, n=0: send(to, n), 'a', n='b')\n"
        "    tasks.add_task(lambda to: send(to), 'a', retry=1)\n",
        "utf-8",
    )
    (tmp_path / "pyproject.toml").write_text(_PYREFLY, "utf-8")
    report = _check(tmp_path, "pyrefly")
    verdicts = [each.verdict for site in report.calls for each in site.judgements]
    assert verdicts == ["checked-directly"] * 3
    (found,) = _directly(report)
    assert (found.place.line, found.place.column) == (6, 46)
    assert found.message == (
        "Unexpected keyword argument `retry` (pyrefly: unexpected-keyword), "
        "checked as `(lambda to: send(to))('a', retry=1)`"
    )


@pytest.mark.full
def test_an_error_of_a_call_within_an_argument_is_not_one_of_the_direct_call(
    tmp_path: Path,
) -> None:
    """zuban checks the inner call only where the outer function is called directly."""
    (tmp_path / "app.py").write_text(
        "from starlette.background import BackgroundTasks\n"
        "def payload(a: int, b: int) -> int: return a + b\n"
        "def handler(tasks: BackgroundTasks, service) -> None:\n"
        "    tasks.add_task(service.send, payload(1))\n"
        "    tasks.add_task(service.send, data=payload(1, c=2))\n",
        "utf-8",
    )
    (tmp_path / "pyproject.toml").write_text(_PYREFLY, "utf-8")
    settings = Settings(checkers=tuple(CHECKERS), python=sys.executable)
    report = check_project(Request((tmp_path,), settings)).report
    assert not [run.failure for run in report.runs if run.failure]
    assert [each.message for each in report.findings if "checked as" in each.message] == []


def test_an_attribute_that_hasattr_found_has_no_known_type(tmp_path: Path) -> None:
    """For ty it is an `object`, which is no reason to call the argument wrong."""
    (tmp_path / "app.py").write_text(
        "from typing import Any, Callable\n"
        "def send(to: str) -> None: ...\n"
        "def handler(background_tasks: Any, call: Callable[..., int], other: object) -> None:\n"
        "    if hasattr(call, '__name__'):\n"
        "        background_tasks.add_task(send, call.__name__)\n"
        "        background_tasks.add_task(send, other)\n"
        "        background_tasks.add_task(send, call.__doc__)\n",
        "utf-8",
    )
    assert [found.place.line for found in _directly(_check(tmp_path, "ty"))] == [6, 7]


_NONE_DEFAULTS = """\
from __future__ import annotations
from typing import Any
def send(to: str, cc: str = None, *, n: int = None) -> None: ...
def exact(to: str, cc: str = "") -> None: ...
def handler(background_tasks: Any, cc: str | None, other: int | None) -> None:
    background_tasks.add_task(send, "a", None)
    background_tasks.add_task(send, "a", cc, n=other)
    background_tasks.add_task(send, cc)  # wrong
    background_tasks.add_task(send, "a", other)  # wrong
    background_tasks.add_task(send, "a", n=cc)  # wrong
    background_tasks.add_task(exact, "a", cc)  # wrong
"""


@pytest.mark.parametrize("checker", CHECKERS)
def test_none_is_not_wrong_if_it_is_the_default(tmp_path: Path, checker: str) -> None:
    """`cc: str = None` is not exact, and the project's checkers say so where it is defined."""
    (tmp_path / "app.py").write_text(_NONE_DEFAULTS, "utf-8")
    (tmp_path / "pyproject.toml").write_text(_PYREFLY, "utf-8")
    lines = enumerate(_NONE_DEFAULTS.splitlines(), 1)
    wrong = [number for number, line in lines if line.endswith("# wrong")]
    assert [found.place.line for found in _directly(_check(tmp_path, checker))] == wrong
