"""Alive, and ready for work: for load balancers, so nothing but a word is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from conserje.database import db
from tests.blueprints.conftest import MakeApp


def test_a_process_that_answers_is_healthy(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_process_with_its_schema_and_its_photographs_is_ready(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize("version", ["0000", None])
def test_a_database_at_another_migration_is_not_ready(app: Flask, version: str | None) -> None:
    with app.app_context(), db.engine.begin() as connection:
        head = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        _set_version(connection, version)
    try:
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "no\n")
        assert app.test_client().get("/healthz").status_code == 200
    finally:
        with app.app_context(), db.engine.begin() as connection:
            _set_version(connection, head)
    assert app.test_client().get("/readyz").status_code == 200


def _set_version(connection: Connection, version: str | None) -> None:
    connection.exec_driver_sql("DELETE FROM alembic_version")
    if version is not None:
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{version}')")


def test_a_database_that_does_not_answer_is_not_ready(make_app: MakeApp) -> None:
    house = make_app(DATABASE_URL="sqlite:////nonexistent/gone.sqlite3")
    assert house.test_client().get("/readyz").status_code == 503
    assert house.test_client().get("/healthz").status_code == 200


def test_a_folder_that_can_keep_no_photograph_is_not_ready(make_app: MakeApp, tmp_path: Path) -> None:
    in_the_way = tmp_path / "photos"
    in_the_way.write_text("a file where the folder should be")
    house = make_app(PHOTO_FOLDER=str(in_the_way))
    assert house.test_client().get("/readyz").status_code == 503


def test_a_bucket_that_does_not_answer_is_not_ready(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    house = make_app(PHOTO_STORE="s3", PHOTO_S3_BUCKET="fotos", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert house.test_client().get("/readyz").status_code == 503
