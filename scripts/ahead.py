"""Run tests on Pythons that are newer than those of this machine: see `nox -s ahead`.

Debian unstable packages the newest Pythons. `prepare` makes a minimal Debian with them in the
user's cache folder, and in it one virtual environment for each Python. All clones share them.
`test` runs pytest in all of these environments at once.

debootstrap and the commands in that Debian run in mount and process namespaces of their own. Their
mounts of /dev, /proc and the project are invisible outside, so deleting the folder cannot reach
through them. However this script ends, the kernel kills what runs in the namespaces,
and then removes the mounts.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, NoReturn

PYTHONS = ("3.14", "3.15")
PACKAGES = (*(f"python{version}" for version in PYTHONS), "python3-pip-whl")
PROJECT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "typed_bg-ahead"
WEEK = 7 * 24 * 60 * 60
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
KEPT = (
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("pip_index_url", "uv_default_index", "hypothesis_profile", "pythonhashseed"),
)
# debootstrap retries for hours if packets to Debian's archive are dropped.
BUILD_TIMEOUT = 40 * 60
# dpkg would flush each file to the disk. Nothing here needs to survive a power cut.
DPKG_SETTINGS = "force-unsafe-io\n" + "".join(
    f"path-exclude=/usr/share/{name}/*\n" for name in ("doc", "man", "locale")
)
NAMESPACES = (
    *("setpriv", "--pdeathsig", "KILL"),
    *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
)
# $1 is the root, $2 the project; the rest is the command. The shell stays process 1, because that
# one ignores most signals.
ENTER = """\
set -e
root=$1 project=$2
shift 2
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root/project"
mount --bind "$project" "$root/project"
cd "$root"
chroot . sh -c 'cd /project && exec "$@"' sh "$@" || exit $?
"""
UV = "/opt/uv/bin/uv"
# Debian's wheel of pip, as it is.
PIP = f"python{PYTHONS[0]} $(echo /usr/share/python-wheels/pip-*.whl)/pip"
# Succeeds in a finished root: uv is installed last.
COMPLETE = " && ".join((*(f"python{version} -c 'import ssl'" for version in PYTHONS), f"{UV} -V"))


def skip(reason: str) -> NoReturn:
    """End, and make nox skip the session for this reason."""
    print(reason)  # noqa: T201
    sys.exit(0)


def check_machine() -> None:
    """Skip if such a Debian can never be made on this machine."""
    if os.geteuid() != 0:
        skip("it needs root, for chroot and mount: use sudo or a container")
    for name in ("debootstrap", "setpriv", "unshare", "chroot"):
        if shutil.which(name) is None:
            skip(f"{name} is not installed: apt-get install debootstrap util-linux")
    if isolated("true").returncode != 0:
        skip("it needs the right to mount (CAP_SYS_ADMIN): in a container, run it privileged")


def prepare(requirements: list[str]) -> Path:
    """Return a folder with an environment for each Python, made now or by an earlier run.

    Its parent's parent is the root.

    Raises:
        SystemExit: That failed. It is a skip, except if the package index answers and the
            requirements still cannot be installed.
    """
    check_machine()
    week = str(int(time.time() // WEEK))
    folder = CACHE / key(Path(__file__).read_text("utf-8"), week)
    root = folder / "root"
    environments = (
        root / "venv" / key(*requirements, (PROJECT / "pyproject.toml").read_text("utf-8"))
    )
    with locked():
        remove_old(keep=folder)
        if not works(root, "sh", "-c", COMPLETE):
            build(folder)
        copy_settings(root)
        for version in PYTHONS:
            install(environments, version, requirements)
    return environments


def key(*contents: str) -> str:
    """Return a name for what is made from these contents."""
    return hashlib.sha256("\0".join(contents).encode()).hexdigest()[:16]


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """Wait until no other clone prepares the shared folder."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove_old(keep: Path) -> None:
    """Remove the folders of earlier weeks. A test run in them has ended long ago."""
    for folder in CACHE.iterdir():
        if folder.is_dir() and folder != keep and folder.stat().st_mtime < time.time() - WEEK:
            shutil.rmtree(folder)


def build(folder: Path) -> None:
    """Make the root from Debian's archive."""
    root, log = folder / "root", folder / "debootstrap.log"
    announce(f"makes a Debian with Python {' and '.join(PYTHONS)} in {folder}, once a week")
    shutil.rmtree(folder, ignore_errors=True)
    settings = root / "etc/dpkg/dpkg.cfg.d/ahead"
    settings.parent.mkdir(parents=True)
    settings.write_text(DPKG_SETTINGS, "utf-8")
    command = ("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "sid")
    with log.open("wb") as output:
        try:
            done = isolated(*command, str(root), stdout=output, timeout=BUILD_TIMEOUT)
        except subprocess.TimeoutExpired:
            skip(f"debootstrap has not ended after {BUILD_TIMEOUT // 60} minutes: see {log}")
    if done.returncode != 0:
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        skip(f"debootstrap failed: {' '.join(last)} (see {log})")
    copy_settings(root)
    options = "--quiet --no-compile --no-cache-dir --target /opt/uv uv"
    done = run(root, "sh", "-c", f"{PIP} install {options}")
    if done.returncode != 0:
        not_installed(root, f"uv:\n{done.stdout}")


def install(environments: Path, version: str, requirements: list[str]) -> None:
    """Make an environment for one Python, unless there is one that works."""
    root, marker = environments.parents[1], environments / version / "complete"
    environment = f"/{marker.parent.relative_to(root)}"
    python = f"{environment}/bin/python"
    if marker.is_file() and works(root, python, "-m", "pytest", "--version"):
        return
    announce(f"installs what the tests need into Python {version}")
    done = run(root, UV, "venv", "--quiet", "--clear", "--python", f"python{version}", environment)
    if done.returncode == 0:
        done = run(root, UV, "pip", "install", "--quiet", "--python", python, *requirements)
    if done.returncode != 0:
        not_installed(root, f"the requirements for Python {version}:\n{done.stdout}")
    marker.touch()


def not_installed(root: Path, what: str) -> NoReturn:
    """End: this is a failure, unless the package index does not answer."""
    done = run(root, "sh", "-c", f"{PIP} download --quiet --no-deps --dest /tmp/answer pip")
    if done.returncode != 0:
        skip(f"the package index does not answer: {done.stdout.strip().splitlines()[-1]}")
    sys.exit(f"pip or uv cannot install {what}")


def announce(what: str) -> None:
    """Print to stderr what takes time: stdout is for the answer."""
    print(f"ahead {what}", file=sys.stderr, flush=True)  # noqa: T201


def isolated(
    *command: str,
    env: dict[str, str] | None = None,
    stdout: IO[bytes] | int = subprocess.PIPE,
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command in namespaces of its own, which end with this process."""
    return subprocess.run(  # noqa: S603
        [*NAMESPACES, *command],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        check=False,
    )


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the root, in the folder of the project."""
    return isolated("sh", "-c", ENTER, "sh", str(root), str(PROJECT), *command, env=variables())


def works(root: Path, *command: str) -> bool:
    """Return whether a command in the root succeeds."""
    return root.is_dir() and run(root, *command).returncode == 0


def variables() -> dict[str, str]:
    """Return the environment of commands in the root: paths of this machine mean nothing there."""
    kept = {name: value for name, value in os.environ.items() if name.lower() in KEPT}
    if certificates() is not None:
        kept |= {"PIP_CERT": CERTIFICATES, "SSL_CERT_FILE": CERTIFICATES}
    return kept | {
        "HOME": "/root",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def certificates() -> Path | None:
    """Return the file of the certificates that this machine trusts."""
    name = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    return Path(name) if name and Path(name).is_file() else None


def copy_settings(root: Path) -> None:
    """Copy what the network needs: the trusted certificates and the name servers."""
    for source, target in ((certificates(), CERTIFICATES), (Path("/etc/resolv.conf"),) * 2):
        if source is not None and source.is_file():
            copy = root / str(target)[1:]
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def test(environments: Path, version: str, options: list[str]) -> bool:
    """Run pytest with one Python, print what it printed, and return whether all passed."""
    start = time.monotonic()
    root = environments.parents[1]
    scripts = f"/{environments.relative_to(root)}/{version}/bin"
    done = run(
        root,
        *("env", f"PATH={scripts}:/usr/bin:/bin", f"{scripts}/python", "-m", "pytest"),
        *("-p", "no:cacheprovider", "--quiet", *options),
    )
    seconds = time.monotonic() - start
    print(f"Python {version}, {seconds:.0f} s:\n{done.stdout}", flush=True)  # noqa: T201
    return done.returncode == 0


def end_with_parent() -> None:
    """End at once on Ctrl+C, and if nox is killed, so that the kernel ends the namespaces too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG in linux/prctl.h
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def main() -> None:
    """Prepare the environments, or run the tests in them."""
    end_with_parent()
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    preparing = commands.add_parser(
        "prepare", help="print the folder, or the reason why it cannot be made"
    )
    preparing.add_argument("requirements", nargs="+")
    testing = commands.add_parser("test", help="run pytest")
    testing.add_argument("environments", type=Path)
    testing.add_argument("options", nargs="*")
    given = parser.parse_args()
    if given.command == "prepare":
        print(prepare(given.requirements))  # noqa: T201
        return
    with ThreadPoolExecutor() as pool:
        passed = pool.map(lambda version: test(given.environments, version, given.options), PYTHONS)
        sys.exit(not all(list(passed)))


if __name__ == "__main__":
    main()
