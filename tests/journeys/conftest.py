"""Fixtures of the journeys: a gatehouse that runs, the same before every test."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import WAIT_MILLISECONDS, Complaints, OpenPage
from tests.databases import PostgreSQL
from tests.journeys.gatehouse import Gatehouse
from tests.journeys.steps import Conserje

expect.set_options(timeout=WAIT_MILLISECONDS)


@pytest.fixture(scope="session")
def running_gatehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatehouse]:
    """The run's web server over SQLite."""
    folder = tmp_path_factory.mktemp("gatehouse")
    gatehouse = Gatehouse(folder, f"sqlite:///{folder / 'conserje.sqlite3'}")
    gatehouse.flask("db", "upgrade")
    gatehouse.fill()
    gatehouse.remember()
    gatehouse.start()
    yield gatehouse
    gatehouse.close()


@pytest.fixture
def gatehouse(running_gatehouse: Gatehouse) -> Gatehouse:
    """The gatehouse with nothing in it but the cast."""
    running_gatehouse.begin()
    return running_gatehouse


@pytest.fixture
def gatehouse_on_postgresql(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatehouse]:
    """The same over PostgreSQL, for one test."""
    gatehouse = Gatehouse(tmp_path_factory.mktemp("gatehouse"), postgresql.create_database("gatehouse"))
    gatehouse.flask("db", "upgrade")
    gatehouse.fill()
    gatehouse.start()
    yield gatehouse
    gatehouse.close()
    postgresql.drop_database("gatehouse")


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def conserje(
    request: pytest.FixtureRequest, gatehouse: Gatehouse, open_page: OpenPage, complaints: Complaints
) -> Conserje:
    """Somebody at the gate, once with script and once without."""
    return Conserje(gatehouse, open_page(script=request.param), complaints, has_script=request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that failed shows what the web server wrote meanwhile."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Gatehouse):
                report.sections.append(("Web server", value.log()))
                break
    return report
