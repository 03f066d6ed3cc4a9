"""Tests of the signup page that send no email."""

from fastapi.testclient import TestClient

from docs_src.first_steps.fastapi import app, send_email
from typed_bg.fastapi import misannotated_handlers
from typed_bg.testing import capture

client = TestClient(app)


def test_signup_sends_an_email() -> None:
    """The task is recorded instead of run."""
    with capture() as tasks:
        response = client.post("/signup/new@example.org")
    assert response.json() == {"status": "ok"}
    [task] = tasks
    assert task.func is send_email
    assert task.arguments == {"to": "new@example.org", "subject": "Welcome", "retries": 5}


def test_all_handlers_get_checked_tasks() -> None:
    """No handler is annotated with the wrong class."""
    assert misannotated_handlers(app) == []
