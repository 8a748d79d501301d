"""The web server of the journeys: the real one, a process of its own, over a database and a photo folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import delete, make_url, select

from conserje import clock, create_app, tenancy
from conserje.accounts.models import Account, WebSession
from conserje.communities.models import Administration, Community, Unit
from conserje.database import begin_writing, db
from conserje.identity.documents import Document, DocumentType
from conserje.photos import storage
from conserje.photos.images import PreparedPhoto
from conserje.sms_wallet import catalogue
from conserje.visits import approval, registration
from conserje.visits.models import Method, State, Visit
from tests.browser import HOST
from tests.builders import Cast, actor, announcement, build_cast, make_account, make_resident, make_unit, run_number
from tests.page import Visitor

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
STOP_SECONDS = 15
POLL_SECONDS = 0.05
SECRET_KEY = "only-for-journeys-0123456789abcdefgh"
SHOWN_LOG_LINES = 60


class Gatehouse:
    """A running gatehouse: its address, its people, what lies in its database, and its log."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.photos = folder / "photos"
        self.port = _free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._settings = {
            "CONSERJE_MODE": "demo",
            "SECRET_KEY": SECRET_KEY,
            "DATABASE_URL": database_url,
            "PHOTO_FOLDER": str(self.photos),
            "PUBLIC_BASE_URL": self.url,
            "HOST": HOST,
            "PORT": str(self.port),
        }
        self._log = folder / "server.log"
        self._log_from = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._database_url = database_url
        self._untouched: sqlite3.Connection | None = None
        self.cast: Cast
        self._cookies: dict[str, str] = {}
        self._runs = count(20_000_000)
        # The same application in this process, to write and read rows; what is served is the other process's.
        self.app = create_app({**self._settings, "LOG_LEVEL": "ERROR", "TESTING": True, "RATELIMIT_ENABLED": False})

    # --- The server ---------------------------------------------------------------------------------------------

    def flask(self, *arguments: str) -> str:
        """What `flask …`, typed in a shell, prints; it must succeed."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, **settings: str) -> None:
        """Start the web server as the project starts it, and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "python:conserje.server", "app:app"],
                cwd=ROOT,
                env=self._environment() | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._session = self._process.pid
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            if self._is_ready():
                return
            try:
                status = self._process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the web server ended with status {status}:\n{self.log()}")
        self.stop()
        raise AssertionError(f"the web server was not ready after {START_SECONDS} s:\n{self.log()}")

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left of what the server started."""
        try:
            os.killpg(self._session, 0)
        except ProcessLookupError:
            return True
        return False

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    @contextmanager
    def sending(self) -> Iterator[None]:
        """While a `flask worker` runs beside the server, as `make run` has it."""
        with self._log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "worker"],
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.wait_for("worker: at work", worker)
            yield
        finally:
            worker.terminate()
            status = worker.wait(STOP_SECONDS)
        assert status == 0, self.log()

    def wait_for(self, words: str, process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait until the log says so; `process` must not end before."""
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            if words in self.log():
                return
            with suppress(subprocess.TimeoutExpired):
                (process or self._running).wait(POLL_SECONDS)
                break
        raise AssertionError(f"«{words}» was not written:\n{self.log()}")

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server is not running"
        return self._process

    def settle(self, **settings: object) -> None:
        """Give Aromos other settings."""
        with self.filling():
            community = db.session.get_one(Community, self.cast.aromos)
            for name, value in settings.items():
                setattr(community, name, value)

    def log(self) -> str:
        """The last lines that the server wrote since the test began."""
        with self._log.open("rb") as file:
            file.seek(self._log_from)
            return "\n".join(file.read().decode(errors="replace").splitlines()[-SHOWN_LOG_LINES:])

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self._settings}

    def _is_ready(self) -> bool:
        connection = HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    # --- Its data -----------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """The cast, two units more in Torre B, Rita who relieves Gustavo, and an open session for each of them."""
        with self.app.app_context():
            begin_writing()
            catalogue.install_default()
            self.cast = build_cast()
        with self.filling():
            rojas = make_unit("1204", "Torre B", notice_phone="+56965432109")
            make_resident(rojas, "Íñigo", "Núñez Ávila", ("+56998765432",), is_principal=True, may_approve=True)
            self.cast.units["1204"] = rojas.id
            self.cast.units["1205"] = make_unit("1205", "Torre B").id
            here = db.session.get_one(Community, self.cast.aromos)
            rita = make_account(
                db.session.get_one(Administration, here.administration_id),
                "relevo@demo.example",
                communities=(here,),
                given_name="Rita",
            )
            self.cast.emails["relevo"], self.cast.accounts["relevo"] = rita.email, rita.id
        for name, email in self.cast.emails.items():
            visitor = Visitor(self.app)
            visitor.sign_in(email)
            cookie = visitor.client.get_cookie("sid")
            assert cookie is not None
            self._cookies[name] = cookie.value

    def remember(self) -> None:
        """Take the database as it is for the state that every test begins with (SQLite)."""
        self._untouched = sqlite3.connect(":memory:")
        with _opened(self._database_url) as live:
            live.backup(self._untouched)

    def begin(self) -> None:
        """Put the database back to what was remembered, under the running server, and begin a test."""
        assert self._untouched is not None
        with _opened(self._database_url) as live:
            self._untouched.backup(live)
        shutil.rmtree(self.photos, ignore_errors=True)
        self._log_from = self._log.stat().st_size

    def close(self) -> None:
        self.stop()
        if self._untouched is not None:
            self._untouched.close()
        with self.app.app_context():
            db.engine.dispose()

    @contextmanager
    def filling(self, community: str = "aromos") -> Iterator[None]:
        """Write rows of a community, committed at the end."""
        with self.reading(community):
            yield
            db.session.commit()

    @contextmanager
    def reading(self, community: str = "aromos") -> Iterator[None]:
        with self.app.app_context(), tenancy.acting_for(getattr(self.cast, community)):
            yield

    def visits(self, community: str = "aromos") -> list[Visit]:
        """What the community's visits are now, oldest first."""
        with self.reading(community):
            return list(db.session.scalars(select(Visit).order_by(Visit.id)))

    def came(
        self,
        full_name: str,
        run: int = 0,
        *,
        unit: str = "aromos",
        community: str = "aromos",
        hours_ago: float = 1,
        state: State = State.PENDING,
        photo: PreparedPhoto | None = None,
        **said: object,
    ) -> int:
        """Somebody with this RUN (any) came earlier, through the rules; gives the visit's id."""
        then = clock.now() - timedelta(hours=hours_ago)
        with self.filling(community):
            by = actor(db.session.get_one(Account, self.cast.accounts["conserje"]))
            kept = storage.keep(self.app.extensions["photos"], getattr(self.cast, community), photo) if photo else None
            host = db.session.get_one(Unit, self.cast.units[unit])
            document = Document(DocumentType.RUN, run_number(run or next(self._runs)))
            said_then = announcement(full_name, document, then, photo=kept, **said)
            visit = registration.announce(host, said_then, by=by, now=then)
            if state is State.ACCEPTED:
                approval.accept(visit, Method.INTERCOM, "", by=by, now=then)
            elif state is State.REJECTED:
                approval.reject(visit, "No lo conocen", by=by, now=then)
            return visit.id

    def accept(self, visit_id: int) -> None:
        """The other gate accepts a visit at this moment."""
        with self.filling():
            by = actor(db.session.get_one(Account, self.cast.accounts["relevo"]))
            approval.accept(db.session.get_one(Visit, visit_id), Method.INTERCOM, "", by=by, now=clock.now())

    def end_sessions(self) -> None:
        """Every open session is over, as after a shift."""
        with self.app.app_context():
            db.session.execute(delete(WebSession))
            db.session.commit()

    # --- Its visitors -------------------------------------------------------------------------------------------

    def enter(self, page: Page, name: str = "conserje", path: str = "/porteria/") -> Page:
        """Come to a screen with a session that is open already. Signing in itself is the main journey's."""
        page.context.add_cookies([{"name": "sid", "value": self._cookies[name], "url": self.url}])
        page.goto(self.url + path)
        return page

    def enter_unit(self, page: Page, name: str = "conserje", unit: str = "aromos") -> Page:
        return self.enter(page, name, self.path_of(unit))

    def path_of(self, unit: str = "aromos") -> str:
        return f"/porteria/unidades/{self.cast.units[unit]}"

    def cookie(self, name: str = "conserje") -> str:
        return f"sid={self._cookies[name]}"


@contextmanager
def _opened(database_url: str) -> Iterator[sqlite3.Connection]:
    file = make_url(database_url).database
    assert file is not None
    connection = sqlite3.connect(file, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
