"""`task_options(check_types=True)` in apps, with and without an engine."""

import fastapi
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

import typed_bg
from typed_bg.engines import use
from typed_bg.fastapi import BackgroundTasks, task_options

# The oldest supported typing_extensions is too old for typeguard.
pytest.importorskip("typeguard", exc_type=ImportError)

ran = []


def send(to: str, retries: int = 3) -> None:
    ran.append((to, retries))


@pytest.fixture(autouse=True)
def _nothing_ran():
    ran.clear()


class RecordingEngine:
    supports = frozenset()

    def __init__(self):
        self.names = []

    async def submit(self, calls):
        self.names += [call.name for call in calls]


def make_app(*, app_options=(), router_options=(), handler_options=()):
    app = FastAPI(dependencies=list(app_options))
    router = APIRouter(dependencies=list(router_options))

    @router.get("/", dependencies=list(handler_options))
    def handler(tasks: BackgroundTasks, wrong: bool = False):  # noqa: FBT001, FBT002
        tasks.add_task(send, "a", retries="3" if wrong else 3)

    app.include_router(router)
    return app


@pytest.mark.parametrize("level", ["app_options", "router_options", "handler_options"])
def test_a_wrong_type_is_rejected_before_the_response(level):
    app = make_app(**{level: [task_options(check_types=True)]})
    client = TestClient(app)
    assert client.get("/").status_code == 200
    with pytest.raises(typed_bg.TaskArgumentError, match=r"got '3' \(str\) as retries"):
        client.get("/?wrong=1")
    response = TestClient(app, raise_server_exceptions=False).get("/?wrong=1")
    assert response.status_code == 500
    assert ran == [("a", 3)]


def test_the_handlers_option_goes_before_the_apps():
    app = make_app(
        app_options=[task_options(check_types=True)],
        handler_options=[task_options(check_types=False)],
    )
    assert TestClient(app).get("/?wrong=1").status_code == 200
    assert ran == [("a", "3")]


def test_another_apps_requests_are_not_checked():
    make_app(app_options=[task_options(check_types=True)])
    assert TestClient(make_app()).get("/?wrong=1").status_code == 200


def test_warn_only_logs(caplog):
    app = make_app(app_options=[task_options(check_types="warn")])
    assert TestClient(app).get("/?wrong=1").status_code == 200
    assert ran == [("a", "3")]
    assert "got '3' (str) as retries, whose annotation is int" in caplog.text


def test_fastapis_own_class_is_checked_too():
    app = FastAPI(dependencies=[task_options(check_types=True)])

    @app.get("/")
    def handler(tasks: fastapi.BackgroundTasks):
        tasks.add_task(send, None)

    with pytest.raises(typed_bg.TaskArgumentError, match="as to"):
        TestClient(app).get("/")


@pytest.mark.parametrize("value", ["error", 1.5])
def test_a_value_that_it_cannot_have_is_rejected_at_once(value):
    with pytest.raises(ValueError, match="check_types"):
        task_options(check_types=value)


def test_a_collection_in_starlette():
    async def handler(request):
        tasks = typed_bg.BackgroundTasks(check_types=True)
        tasks.add_task(send, request.query_params.get("to"))
        return JSONResponse({}, background=tasks)

    client = TestClient(Starlette(routes=[Route("/", handler)]))
    assert client.get("/?to=a").status_code == 200
    with pytest.raises(typed_bg.TaskArgumentError, match=r"got None \(NoneType\) as to"):
        client.get("/")
    assert ran == [("a", 3)]


def test_with_an_engine_too():
    engine = RecordingEngine()
    app = make_app(app_options=[task_options(check_types=True)])
    use(app, engine=engine, packages=[__name__])
    client = TestClient(app)
    assert client.get("/").status_code == 200
    with pytest.raises(typed_bg.TaskArgumentError, match="as retries, whose annotation is int"):
        client.get("/?wrong=1")
    assert engine.names == [f"{__name__}:send"]
