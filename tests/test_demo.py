"""The demo works, and fails if what it shows does not happen."""

import os
import re
import shutil
import sys
import sysconfig
from pathlib import Path

import httpx
import pytest
from support.example_copies import copied, load, spoil, started

from typed_bg.checkers import CHECKERS

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = ("demo.py", "notifications_fastapi.py", "wrong_call.py")

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")


@pytest.fixture
def examples(tmp_path):
    """A copy of the examples, to be spoilt."""
    return copied(EXAMPLES, FILES, tmp_path / "examples")


@pytest.fixture
def demo(examples):
    return load(examples / "demo.py")


def installed():
    """Say which checkers are installed beside this Python, or on the path."""
    beside = os.fspath(Path(sys.executable).parent)
    return [name for name in CHECKERS if shutil.which(name, path=beside) or shutil.which(name)]


@needs_pipes
@pytest.mark.full
def test_it_shows_everything_in_a_pipe_and_leaves_nothing_behind(examples, tmp_path):
    scratch = tmp_path / "scratch"
    ended = started(examples / "demo.py", scratch)
    output = ended.stdout
    assert "\x1b" not in output
    response = output.index("response 200")
    assert response < output.index("reads: notification for new@example.org: some notification")
    assert response < output.index("response 500")
    assert "TaskArgumentError: write_notification() got an unexpected keyword" in output
    assert f"added at {examples / 'wrong_call.py'}:22, in send_notification" in output
    assert "write message=... instead of mesage=..." in output
    if names := installed():
        assert (ended.returncode, ended.stderr) == (0, "")
        assert re.findall(r"^  (\w+) [\d.]+ +wrong_call\.py:22: ", output, re.MULTILINE) == names
    else:
        assert ended.returncode == 1
        assert "no type checker" in ended.stderr
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in examples.iterdir()) == sorted(FILES)


@needs_pipes
def test_it_fails_if_the_task_runs_before_the_response(demo, tmp_path, monkeypatch):
    call = '    background_tasks.add_task(write_notification, email, message="some notification")'
    too_early = '    write_notification(email, "too early")\n'
    spoil(demo.RIGHT, call, too_early + call)
    monkeypatch.setattr(demo, "PATIENCE", 1)
    with pytest.raises(httpx.ReadTimeout):
        demo.show_right_call(tmp_path)


@needs_pipes
def test_it_fails_if_the_task_writes_something_else(demo, tmp_path):
    spoil(demo.RIGHT, "some notification", "another one")
    with pytest.raises(demo.NotAsPromisedError, match="another one"):
        demo.show_right_call(tmp_path)


@needs_pipes
@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        pytest.param(
            "from typed_bg.fastapi import",
            "from fastapi import",
            "the client got 200",
            id="the wrong call is not refused",
        ),
        pytest.param(
            "    background_tasks.add",
            "    {}['b']\n    background_tasks.add",
            "KeyError",
            id="something else is refused",
        ),
        pytest.param("app = FastAPI()", "app = Flask()", "Flask", id="uvicorn does not start"),
    ],
)
def test_it_fails_unless_the_wrong_call_is_refused(demo, tmp_path, old, new, shown):
    spoil(demo.WRONG, old, new)
    with pytest.raises(demo.NotAsPromisedError, match=shown):
        demo.show_wrong_call(tmp_path)


@pytest.mark.skipif(not installed(), reason="needs a type checker")
def test_it_fails_if_a_checker_accepts_the_wrong_call(demo, monkeypatch):
    name = installed()[-1]
    monkeypatch.setattr(demo, "CHECKERS", {name: CHECKERS[name]})
    spoil(demo.WRONG, "from typed_bg.fastapi import BackgroundTasks", "from typing import Any")
    spoil(demo.WRONG, "background_tasks: BackgroundTasks", "background_tasks: Any")
    with pytest.raises(demo.NotAsPromisedError, match="accepts the call"):
        demo.show_checkers()


@pytest.fixture
def check_wheel(monkeypatch):
    """The demo of the check, with a stand-in for the download, and one checker."""
    pytest.importorskip("platformdirs", reason="the command is not installed")
    if "ty" not in installed():
        pytest.skip("ty is not installed")
    monkeypatch.setattr(sys, "argv", ["check_wheel.py", "--checker", "ty"])
    return load(EXAMPLES / "check_wheel.py")


def downloads(module, monkeypatch, text):
    def install(folder, *packages):
        folder.mkdir(parents=True, exist_ok=True)
        if packages == (module.PACKAGE,):
            (folder / "app.py").write_text(text, encoding="utf-8")
        else:  # the environment gets what this one has
            (folder / "ours.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    monkeypatch.setattr(module, "install", install)


def test_the_check_shows_its_report_and_that_findings_are_no_failure(
    check_wheel, monkeypatch, capfd
):
    text = """\
from starlette.background import BackgroundTasks

def later(tasks: BackgroundTasks, target):
    tasks.add_task(target, 1)
"""
    downloads(check_wheel, monkeypatch, text)
    check_wheel.main()
    output = capfd.readouterr().out
    assert "$ typed-bg check --checker ty" in output
    assert "app.py:4:5" in output
    assert output.index("1 call in 1 file") < output.index("exit code is 1, as it should be")


@pytest.mark.parametrize("text", ["", "def broken(:\n    tasks.add_task(print)  # BackgroundTasks"])
def test_it_fails_if_the_check_did_not_check(check_wheel, monkeypatch, text):
    downloads(check_wheel, monkeypatch, text)
    with pytest.raises(SystemExit, match="FAILED: exit code 2 instead of 1"):
        check_wheel.main()


def test_it_fails_if_the_check_finds_nothing(check_wheel, monkeypatch):
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--allow-empty"])
    downloads(check_wheel, monkeypatch, "")
    with pytest.raises(SystemExit, match="FAILED: exit code 0 instead of 1"):
        check_wheel.main()


def test_it_fails_if_the_package_cannot_be_downloaded(check_wheel, tmp_path):
    with pytest.raises(SystemExit, match=r"FAILED: cannot download starlette==0\.0\.0:"):
        check_wheel.install(tmp_path, "starlette==0.0.0")
