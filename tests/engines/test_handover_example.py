"""The example with an engine works, and fails if what it shows does not happen."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.example_copies import copied, load, spoil, started

pytest.importorskip("docket", reason="Docket is not installed")
pytest.importorskip("click", reason="the command is not installed")

EXAMPLE = Path(__file__).parents[2] / "examples" / "handover"
FILES = ["show.py", "tasks.py", "web.py"]

if shutil.which("redis-server") is None and not os.environ.get("CI"):
    pytest.skip(
        "redis-server is not installed: apt-get install redis-server", allow_module_level=True
    )


@pytest.fixture
def example(tmp_path):
    """A copy of the example, to be spoilt."""
    return copied(EXAMPLE, FILES, tmp_path / "handover")


@pytest.fixture
def show(example, monkeypatch):
    module = load(example / "show.py")
    monkeypatch.setattr(module, "PATIENCE", 120)
    return module


@pytest.fixture
def shop(show, tmp_path):
    """Redis and the web app."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with ExitStack() as ends:
        shop = show.Shop(folder, ends)
        yield shop


def give_up(show, monkeypatch, what):
    """Have one thing waited for no longer than it takes where it happens."""
    until = show.until

    def shorter(awaited, *args, **options):
        with monkeypatch.context() as patch:
            if awaited == what:
                patch.setattr(show, "PATIENCE", 6)
            until(awaited, *args, **options)

    monkeypatch.setattr(show, "until", shorter)


def test_it_shows_everything_and_leaves_nothing_behind(example, tmp_path):
    scratch = tmp_path / "scratch"
    ended = started(example / "show.py", scratch)
    assert (ended.returncode, ended.stderr) == (0, "")
    output = ended.stdout
    assert "\x1b" not in output
    parts = (
        "TaskArgumentError: send_welcome() got an unexpected keyword argument 'mail'",
        "TaskPayloadError: the argument name of send_welcome() cannot be sent",
        "the reminder ran once",
        "is killed (SIGKILL): 8 started",
        "all 8 are done and none is lost",
        "POST /signup/eve@example.org?name=Eve: 503",
        "the reminder to bob@example.org was not lost",
        "its exit code is 0",
        "Everything happened as promised.",
    )
    places = [output.find(part) for part in parts]
    assert -1 not in places, output
    assert places == sorted(places), output
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in example.iterdir()) == FILES


def test_it_says_how_to_install_redis(tmp_path):
    ended = started(EXAMPLE / "show.py", tmp_path / "scratch", PATH=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "apt-get install redis-server" in ended.stderr


@pytest.mark.full
def test_it_fails_if_a_call_that_does_not_fit_is_taken(show, shop, example):
    spoil(example / "web.py", "tasks.add_task(send_welcome, **fields)", "pass")
    shop.start_redis()
    shop.start_web()
    with pytest.raises(show.NotAsPromisedError, match="the client got 200"):
        show.show_refusals(shop)


@pytest.mark.full
def test_it_fails_if_tasks_run_in_the_web_process(show, shop, example, monkeypatch):
    spoil(example / "web.py", "use(app, engine=", "use(app, engines=[")
    spoil(example / "web.py", '6379/0")))', '6379/0"))])')
    spoil(example / "web.py", "tasks.add(send_reminder, key=email, delay=5)(email)", "pass")
    shop.start_redis()
    shop.start_web()
    give_up(show, monkeypatch, "the tasks run")
    with pytest.raises(show.NotAsPromisedError, match="waiting for this: the tasks run"):
        show.show_ordinary(shop)


@pytest.mark.full
def test_it_fails_if_tasks_are_done_before_the_worker_is_killed(show, shop, example):
    spoil(example / "tasks.py", "time.sleep(2)", "time.sleep(0)")
    shop.start_redis()
    shop.start_web()
    worker = shop.start_worker()
    with pytest.raises(show.NotAsPromisedError, match="done before the worker was killed"):
        show.show_killed_worker(shop, worker)


@pytest.mark.full
def test_it_fails_if_tasks_are_lost_with_their_worker(show, shop, monkeypatch):
    monkeypatch.setattr(show, "REDELIVERY", 600)
    shop.start_redis()
    shop.start_web()
    worker = shop.start_worker()
    give_up(show, monkeypatch, "all are done")
    with pytest.raises(show.NotAsPromisedError, match="waiting for this: all are done"):
        show.show_killed_worker(shop, worker)


@pytest.mark.full
def test_it_fails_if_the_client_is_not_told_of_a_stopped_redis(show, shop, example):
    spoil(example / "web.py", '6379/0")))', '6379/0")), unreachable="run_in_process")')
    redis = shop.start_redis()
    shop.start_web()
    shop.start_worker()
    with pytest.raises(show.NotAsPromisedError, match="the client got 200"):
        show.show_stopped_redis(shop, redis)


@pytest.mark.full
def test_it_fails_if_the_worker_does_not_start(show, shop, example):
    spoil(example / "tasks.py", "class Invoice(BaseModel)", "class Invoice(BaseModl)")
    shop.start_redis()
    with pytest.raises(show.NotAsPromisedError, match=r"(?s)the worker starts.*BaseModl"):
        shop.start_worker()


@pytest.mark.full
def test_it_fails_if_the_worker_does_not_end_well(show, shop):
    shop.start_redis()
    worker = shop.start_worker()
    worker.kill()
    with pytest.raises(show.NotAsPromisedError, match="exit code is -9"):
        show.show_ended_worker(worker)
