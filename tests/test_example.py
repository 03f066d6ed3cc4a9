"""The example of FastAPI's docs and those of this project, with every import line."""

import inspect
import re
import textwrap
from pathlib import Path

import fastapi
import pytest
from starlette.testclient import TestClient

from typed_bg import TaskArgumentError

EXAMPLES = Path(__file__).parents[1] / "examples"

OWN_LINE = "from fastapi import BackgroundTasks, FastAPI"
CHECKED_LINES = "from typed_bg.fastapi import BackgroundTasks\nfrom fastapi import FastAPI"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the examples write log.txt where they run


def namespace_of(code):
    """Run a module's code."""
    namespace = {"__name__": "example"}
    exec(compile(code, "example.py", "exec", dont_inherit=True), namespace)  # noqa: S102  # ours
    return namespace


def docs_example():
    """Take the example out of the docs of FastAPI's own class."""
    docs = inspect.getdoc(fastapi.BackgroundTasks)
    assert docs is not None
    found = re.search(r"```python\n(.*?)```", docs, re.DOTALL)
    assert found is not None
    code = textwrap.dedent(found[1])
    assert OWN_LINE in code
    return code


def assert_notifies(app):
    """Send what the docs send, and read what the task wrote."""
    response = TestClient(app).post("/send-notification/new@example.org")
    assert response.status_code == 200
    assert response.json() == {"message": "Notification sent in the background"}
    text = Path("log.txt").read_text(encoding="utf-8")
    assert text == "notification for new@example.org: some notification"


@pytest.mark.parametrize("import_lines", [OWN_LINE, CHECKED_LINES], ids=["own", "checked"])
def test_the_example_of_fastapis_docs_runs_with_both_import_lines(import_lines):
    assert_notifies(namespace_of(docs_example().replace(OWN_LINE, import_lines))["app"])


def test_a_slip_in_the_docs_example_is_told_by_the_changed_import_line_alone():
    code = docs_example().replace("message=", "mesage=").replace('mesage=""', 'message=""')
    url = "/send-notification/new@example.org"
    checked = TestClient(namespace_of(code.replace(OWN_LINE, CHECKED_LINES))["app"])
    with pytest.raises(TaskArgumentError, match="unexpected keyword argument 'mesage'"):
        checked.post(url)
    own = TestClient(namespace_of(code)["app"], raise_server_exceptions=False)
    assert own.post(url).status_code == 200
    assert not Path("log.txt").exists()


@pytest.mark.parametrize("import_line", ["own", "checked"])
def test_the_fastapi_example_runs_with_both_import_lines(import_line):
    code = (EXAMPLES / "notifications_fastapi.py").read_text(encoding="utf-8")
    first, rest = code.split("\n", 1)
    checked, own = first.split("# was: ")
    assert checked.split() == ["from", "typed_bg.fastapi", "import", "BackgroundTasks"]
    assert own == "from fastapi import BackgroundTasks"
    lines = {"checked": checked, "own": own}
    assert_notifies(namespace_of(f"{lines[import_line]}\n{rest}")["app"])


def test_the_starlette_example_runs():
    namespace = namespace_of((EXAMPLES / "notifications_starlette.py").read_text(encoding="utf-8"))
    assert_notifies(namespace["app"])
    assert namespace["counts"] == {"notifications": 1}
    response = TestClient(namespace["app"]).post("/remind/old@example.org")
    assert response.json() == {"message": "Reminder sent in the background"}
    text = Path("log.txt").read_text(encoding="utf-8")
    assert text == "notification for old@example.org: a reminder"


def test_the_wrong_call_is_refused_before_the_response():
    namespace = namespace_of((EXAMPLES / "wrong_call.py").read_text(encoding="utf-8"))
    client = TestClient(namespace["app"], raise_server_exceptions=False)
    assert client.post("/send-notification/new@example.org").status_code == 500
    assert not Path("log.txt").exists()
