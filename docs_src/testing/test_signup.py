"""Tests of the signup page, which send no mail."""

from fastapi.testclient import TestClient

from docs_src.first_steps.fastapi import app, send_email
from typed_bg.fastapi import misannotated_handlers
from typed_bg.testing import capture

client = TestClient(app)


def test_signup_sends_a_mail() -> None:
    """The task is recorded in the place of being run."""
    with capture() as tasks:
        answer = client.post("/signup/new@example.org")
    assert answer.json() == {"status": "ok"}
    [task] = tasks
    assert task.func is send_email
    assert task.arguments == {"to": "new@example.org", "subject": "Welcome", "retries": 5}


def test_all_handlers_get_checked_tasks() -> None:
    """No handler names the class for which FastAPI injects its own."""
    assert misannotated_handlers(app) == []
