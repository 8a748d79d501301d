"""The web server's settings: gunicorn passes over a name that it does not know without a word."""

import resource
import runpy
import subprocess
import sys
from typing import Any

import pytest
from gunicorn.config import KNOWN_SETTINGS, Config


def settings() -> dict[str, Any]:
    names = runpy.run_module("conserje.server")
    return {
        name: value for name, value in names.items() if not name.startswith("_") and isinstance(value, str | int | None)
    }


@pytest.fixture(autouse=True)
def _environment_of_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "WEB_WORKERS", "WEB_WORKER_CLASS", "WEB_THREADS"):
        monkeypatch.delenv(name, raising=False)


def test_gunicorn_knows_and_accepts_every_setting() -> None:
    config = Config()
    given = settings()
    assert set(given) <= {setting.name for setting in KNOWN_SETTINGS}
    for name, value in given.items():
        config.set(name, value)


def test_without_settings_it_listens_on_this_machine_alone() -> None:
    assert settings()["bind"] == "127.0.0.1:8000"


def test_host_and_port_change_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "9000")
    assert settings()["bind"] == "0.0.0.0:9000"


def test_an_ipv6_host_is_put_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "::1")
    assert settings()["bind"] == "[::1]:8000"


def test_another_worker_class_keeps_its_single_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_WORKER_CLASS", "sync")
    assert settings()["threads"] == 1


def test_there_is_no_control_socket_and_no_second_log_of_requests() -> None:
    assert settings()["control_socket_disable"] is True
    assert settings()["accesslog"] is None


def test_a_worker_may_open_as_many_files_as_the_machine_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, hard), hard))
        settings()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_web_server_does_not_hold_what_makes_letters_and_reads_workbooks() -> None:
    script = (
        "import sys, conserje; "
        "assert not {'fpdf', 'fontTools', 'openpyxl', 'segno', 'conserje.worker'} & set(sys.modules); "
        "from conserje.blueprints import administration; "
        "assert not {'fpdf', 'fontTools', 'openpyxl', 'segno', 'conserje.worker'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
