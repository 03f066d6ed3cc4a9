"""uvicorn, hypercorn and granian: a task that their shutdown interrupts is named."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

APP = """
import asyncio, logging, time
logging.basicConfig(format="LOG %(name)s %(message)s")
from fastapi import FastAPI
from typed_bg.fastapi import BackgroundTasks
app = FastAPI()
async def long_mail(to: str) -> None: await asyncio.sleep(60)
def long_report(to: str) -> None: time.sleep(4)
@app.get("/async")
async def handler(tasks: BackgroundTasks): tasks.add_task(long_mail, "a")
@app.get("/def")
async def handler_def(tasks: BackgroundTasks): tasks.add_task(long_report, "a")
"""
COMMANDS = {
    "uvicorn": ["uvicorn", "shut_app:app", "--port", "{}", "--timeout-graceful-shutdown", "1"],
    "hypercorn": ["hypercorn", "shut_app:app", "--bind", "127.0.0.1:{}", "--graceful-timeout", "1"],
    "granian": [
        *("granian", "shut_app:app", "--interface", "asgi", "--port", "{}"),
        *("--workers-kill-timeout", "2"),
    ],
}


@pytest.mark.parametrize("path", ["async", "def"])
@pytest.mark.parametrize("server", COMMANDS)
def test_an_interrupted_task_is_named(server, path, tmp_path):
    if importlib.util.find_spec(server) is None:
        pytest.skip(f"{server} is not installed")
    (tmp_path / "shut_app.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [word.format(port) for word in COMMANDS[server]]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: S603  # this interpreter
            [sys.executable, "-m", *command], cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            for _ in range(300):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/{path}", timeout=10)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        finally:
            process.kill()
            process.wait()
    text = (tmp_path / "log").read_text()
    name = {"async": "long_mail()", "def": "long_report()"}[path]
    assert text.count(f"while background task {name}, added at ") == 1, text
