"""Long work as the bench orders it: a `flask worker` beside, from the order to the end, and what it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench.seed import Scene
from bench.server import ROOT
from conserje.communities.models import Community
from conserje.database import begin_writing, db
from conserje.jobs import Job, JobState
from conserje.tenancy import acting_for


def timed(app: Flask, order: Callable[[Community], Job]) -> float:
    """Seconds from the order to the end of the work."""
    with app.app_context(), acting_for(1):
        community = db.session.get_one(Community, 1)
        begin_writing()
        begun = time.monotonic()
        job_id = order(community).id
        db.session.commit()
        while True:
            job = db.session.get_one(Job, job_id, populate_existing=True)
            over, state, problem = job.is_over, job.state, job.problem
            db.session.rollback()
            if over:
                assert state == JobState.DONE, problem
                return time.monotonic() - begun
            time.sleep(0.05)


@contextmanager
def working(scene: Scene) -> Iterator[int]:
    """While a `flask worker` runs; its process id."""
    environment = {
        **os.environ, "CONSERJE_MODE": "demo", "SECRET_KEY": "bench-" * 8, "DATABASE_URL": scene.database_url,
        "PHOTO_FOLDER": str(scene.photo_folder), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "worker"], cwd=ROOT, env=environment)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def processor_seconds(process_id: int) -> float:
    """How long the process has kept a processor busy."""
    used = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def peak(process_id: int) -> int:
    """The most memory that it held so far, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process_id}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
