"""The newcomer's demo: that it works, and that it fails when what it shows does not happen."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import httpx
import pytest

from typed_bg.checkers import CHECKERS

EXAMPLES = Path(__file__).parents[1] / "examples"
FILES = ("demo.py", "notifications_fastapi.py", "wrong_call.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")


@pytest.fixture
def examples(tmp_path):
    """A copy of the examples, to be spoilt."""
    folder = tmp_path / "examples"
    folder.mkdir()
    for name in FILES:
        shutil.copy(EXAMPLES / name, folder)
    return folder


@pytest.fixture
def demo(examples):
    spec = spec_from_file_location("demo_of_the_examples", examples / "demo.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def installed():
    """Say which checkers are installed beside this Python, or on the path."""
    beside = os.fspath(Path(sys.executable).parent)
    return [name for name in CHECKERS if shutil.which(name, path=beside) or shutil.which(name)]


def test_it_shows_everything_in_a_pipe_and_leaves_nothing_behind(examples, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    ended = subprocess.run(  # noqa: S603  # this very interpreter
        [sys.executable, "-B", examples / "demo.py"],
        cwd=scratch,
        env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
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
        assert "no type checker is installed" in ended.stderr
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in examples.iterdir()) == sorted(FILES)


def test_it_fails_if_the_task_runs_before_the_response(demo, tmp_path, monkeypatch):
    call = '    background_tasks.add_task(write_notification, email, message="some notification")'
    too_early = '    write_notification(email, "too early")\n'
    spoil(demo.RIGHT, call, too_early + call)
    monkeypatch.setattr(demo, "PATIENCE", 1)
    with pytest.raises(httpx.ReadTimeout):
        demo.show_right_call(tmp_path)


def test_it_fails_if_the_task_writes_something_else(demo, tmp_path):
    spoil(demo.RIGHT, "some notification", "another one")
    with pytest.raises(demo.NotAsPromisedError, match="another one"):
        demo.show_right_call(tmp_path)


def test_it_fails_if_the_wrong_call_is_not_refused(demo, tmp_path):
    spoil(demo.WRONG, "from typed_bg.fastapi import", "from fastapi import")
    with pytest.raises(demo.NotAsPromisedError, match="the client got 200"):
        demo.show_wrong_call(tmp_path)


def test_it_fails_if_something_else_is_refused(demo, tmp_path):
    spoil(demo.WRONG, "    background_tasks.add", "    {}['b']\n    background_tasks.add")
    with pytest.raises(demo.NotAsPromisedError, match="KeyError"):
        demo.show_wrong_call(tmp_path)


def test_it_fails_if_uvicorn_does_not_start(demo, tmp_path):
    spoil(demo.WRONG, "app = FastAPI()", "app = Flask()")
    with pytest.raises(demo.NotAsPromisedError, match="Flask"):
        demo.show_wrong_call(tmp_path)


@pytest.mark.skipif(not installed(), reason="no type checker is installed")
def test_it_fails_if_a_checker_accepts_the_wrong_call(demo, monkeypatch):
    name = installed()[-1]
    monkeypatch.setattr(demo, "CHECKERS", {name: CHECKERS[name]})
    spoil(demo.WRONG, "from typed_bg.fastapi import BackgroundTasks", "from typing import Any")
    spoil(demo.WRONG, "background_tasks: BackgroundTasks", "background_tasks: Any")
    with pytest.raises(demo.NotAsPromisedError, match="accepts the call"):
        demo.show_checkers()
