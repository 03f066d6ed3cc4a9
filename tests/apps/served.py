"""The app that `test_servers.py` serves; its tasks report to the test through sockets."""

import os
import socket

import anyio
import fastapi
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from typed_bg.fastapi import BackgroundTasks

TEST = ("127.0.0.1", int(os.environ["REPORTS_PORT"]))
app = FastAPI()


def report(name: str) -> None:
    with socket.create_connection(TEST, timeout=30) as connection:
        connection.sendall(name.encode())


async def held(name: str) -> None:
    """Report, and go on when the test says so."""
    async with await anyio.connect_tcp(*TEST) as connection:
        await connection.send(name.encode())
        await connection.receive()
        await connection.send(b"went on")


@app.post("/report/{name}")
async def report_one(name: str, tasks: BackgroundTasks) -> None:
    tasks.add_task(report, name)


@app.post("/held")
async def held_one(request: Request, tasks: BackgroundTasks) -> int:
    tasks.add_task(held, "first")
    tasks.add_task(report, "second")
    tasks.add_task(report, name="third")
    return request.client.port if request.client else 0


@app.post("/wrong")
async def wrong_call(tasks: BackgroundTasks) -> None:
    tasks.add_task(report, "never")
    tasks.add_task(report, nmae="never")  # type: ignore[call-arg]  # the wrong call


async def chunks_until_the_client_goes():
    while True:
        yield b"chunk\n"
        await anyio.sleep(0.01)


@app.get("/stream/checked")
async def stream(tasks: BackgroundTasks) -> StreamingResponse:
    tasks.add_task(report, "after the stream")
    return StreamingResponse(chunks_until_the_client_goes())


@app.get("/stream/fastapi")
async def stream_with_fastapis_own(tasks: fastapi.BackgroundTasks) -> StreamingResponse:
    tasks.add_task(report, "after the stream")
    return StreamingResponse(chunks_until_the_client_goes())
