"""Real web servers, started as the project starts them, and what they cost in memory."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile

from bench.seed import Scene

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
START_SECONDS = 30
WORKERS = 2
THE_APP = "app:app"
GUNICORN = ("-m", "gunicorn", "-c", "python:conserje.server")


@dataclass(frozen=True)
class Memory:
    """Of one worker process, in bytes: its share (PSS), what it holds (RSS), and the most that it ever held."""

    share: int
    resident: int
    peak: int


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def memory(self) -> list[Memory]:
        """Of each worker."""
        return [_memory(pid) for pid in _children(self.pid)]

    def processor_seconds(self) -> float:
        """What the workers have computed so far: unlike a time, no other program on the machine changes it much."""
        return sum(_processor_seconds(pid) for pid in _children(self.pid))


@contextmanager
def running(
    scene: Scene,
    *,
    command: Sequence[str] = (*GUNICORN, THE_APP),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """The web server over the scene's database, ready to answer, stopped at the end. Its log is shown if it fails."""
    port = _free_port()
    settings = {
        "CONSERJE_MODE": "demo",
        "SECRET_KEY": "bench-" * 8,
        "DATABASE_URL": scene.database_url,
        "PHOTO_FOLDER": str(scene.photo_folder),
        "PUBLIC_BASE_URL": f"http://{HOST}:{port}",
        "HOST": HOST,
        "PORT": str(port),
        "WEB_WORKERS": str(WORKERS),
    }
    arguments = [part.format(port=port) for part in command]
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **settings, **(environment or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, port)
            yield Server(port, process.pid)
        except BaseException:
            log.seek(0)
            faults = [line for line in log if "status=2" not in line and "status=3" not in line]
            print("".join(faults[-40:]), file=sys.stderr)
            raise
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended with status {process.returncode}")
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"the web server was not ready after {START_SECONDS} s")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _processor_seconds(pid: int) -> float:
    in_user_mode, in_kernel_mode = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(in_user_mode) + int(in_kernel_mode)) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> Memory:
    rollup = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"))
    status = _kilobytes(Path(f"/proc/{pid}/status"))
    return Memory(rollup["Pss"] * 1024, rollup["Rss"] * 1024, status["VmHWM"] * 1024)


def _kilobytes(file: Path) -> dict[str, int]:
    lines = (line.split() for line in file.read_text().splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in lines if words[-1] == "kB"}
