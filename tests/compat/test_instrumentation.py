"""Tracers and dashboards see the same of a checked task as of FastAPI's."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

COMMON = """
import json, sys
if sys.argv[1] == "checked":
    from typed_bg.fastapi import BackgroundTasks
else:
    from fastapi import BackgroundTasks
from fastapi import FastAPI
from fastapi.testclient import TestClient

def send(to: str) -> None: ...
async def send_async(to: str) -> None: ...
def fail(to: str) -> None: raise OSError(to)

app = FastAPI()

@app.get("/send")
def handler(tasks: BackgroundTasks) -> int:
    tasks.add_task(send, "ann")
    tasks.add_task(send_async, to="ann")
    return 1

@app.get("/fail")
async def failing(tasks: BackgroundTasks) -> int:
    tasks.add_task(fail, "ann")
    return 1

def request_all():
    client = TestClient(app, raise_server_exceptions=False)
    return [client.get(path).status_code for path in ("/send", "/fail")]
"""

DDTRACE = """
import logging
logging.disable(logging.CRITICAL)
from ddtrace import patch
from ddtrace.trace import TraceFilter, tracer
patch(starlette=True, fastapi=True)
spans = []
class Keep(TraceFilter):
    def process_trace(self, trace):
        spans.extend([span.name, span.resource, span.error] for span in trace)
tracer.configure(trace_processors=[Keep()])
"""
DDTRACE_END = """
request_all()
tracer.flush()
print(json.dumps(sorted(span for span in spans if "background_task" in span[0])))
"""

OPENTELEMETRY = """
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
"""
OPENTELEMETRY_END = """
FastAPIInstrumentor.instrument_app(app, tracer_provider=provider)
request_all()
print(json.dumps(sorted(
    [span.name, span.status.status_code.name, [event.name for event in span.events]]
    for span in exporter.get_finished_spans()
)))
"""

SENTRY = """
import sentry_sdk
from sentry_sdk.transport import Transport
events = []
class Keep(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            content = item.payload.json or {}
            for error in (content.get("exception") or {}).get("values", ()):
                value = error["value"].splitlines()[0]  # the notes that name the task follow
                events.append([error["type"], value, content.get("transaction")])
sentry_sdk.init("http://key@127.0.0.1:9/1", transport=Keep, traces_sample_rate=1.0)
"""
SENTRY_END = """
request_all()
print(json.dumps(events))
"""

ELASTIC = """
import elasticapm
from elasticapm.contrib.starlette import ElasticAPM, make_apm_client
client = make_apm_client({"SERVICE_NAME": "x", "ENABLED": True, "DISABLE_SEND": True})
events = []
client.queue = lambda kind, data, flush=False: events.append(
    [kind, data.get("name"), data.get("result"), (data.get("exception") or {}).get("type")]
)
"""
ELASTIC_END = """
app.add_middleware(ElasticAPM, client=client)
request_all()
print(json.dumps(sorted(events, key=str)))
"""

DASHBOARD = "from fastapi_bgtasks_dashboard import core, mount_bg_tasks_dashboard\n"
DASHBOARD_END = """
mount_bg_tasks_dashboard(app)
request_all()
print(json.dumps(sorted(
    [task["func_name"], task["status"], task["params"]] for task in core._tasks.values()
)))
"""

PROGRAMS = {
    "ddtrace": DDTRACE + COMMON + DDTRACE_END,
    "opentelemetry.instrumentation.fastapi": OPENTELEMETRY + COMMON + OPENTELEMETRY_END,
    "sentry_sdk": SENTRY + COMMON + SENTRY_END,
    "elasticapm": ELASTIC + COMMON + ELASTIC_END,
    "fastapi_bgtasks_dashboard": DASHBOARD + COMMON + DASHBOARD_END,
}


def seen(program: str, kind: str) -> list[object]:
    environment = {
        **os.environ,
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_AGENT_URL": "http://127.0.0.1:9",
    }
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-W", "ignore", "-c", program, kind],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("module", PROGRAMS)
def test_it_sees_what_it_sees_of_fastapis_class(module):
    pytest.importorskip(module)
    expected = seen(PROGRAMS[module], "fastapi")
    assert expected  # it sees something
    assert seen(PROGRAMS[module], "checked") == expected


VIEW = """
import sys
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from {module}.cbv import cbv
from typed_bg.fastapi import BackgroundTasks, CheckedBackgroundTasks

router, ran = APIRouter(), []

@cbv(router)
class View:
    tasks: BackgroundTasks

    @router.get("/")
    def get(self) -> bool:
        self.tasks.add_task(ran.append, "x")
        return type(self.tasks) is CheckedBackgroundTasks

app = FastAPI()
app.include_router(router)
print(TestClient(app).get("/").json(), ran)
"""


@pytest.mark.parametrize("module", ["fastapi_utils", "fastapi_restful"])
def test_a_class_based_view_gets_the_checked_class(module):
    pytest.importorskip(f"{module}.cbv")
    done = subprocess.run(  # noqa: S603  # this interpreter
        [sys.executable, "-W", "ignore", "-c", VIEW.format(module=module)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "True ['x']\n", done.stderr
