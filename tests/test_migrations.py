"""Migrations, up and down with rows in every table, and what a rebuilt table must not lose."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError, IntegrityError

from conserje import create_app, jobs, tenancy
from conserje.access_lists import watch_list
from conserje.access_lists.matching import Listing
from conserje.access_lists.upkeep import add
from conserje.access_lists.watch_list import Watch
from conserje.accounts import password_reset, sign_in
from conserje.accounts.models import RecoveryCode, SecondFactor, SignInLock
from conserje.communities.models import ImportDraft, Origin
from conserje.database import MIGRATIONS, db, schema_is_current
from conserje.idempotency import claim
from conserje.messages import outbox
from conserje.messages.models import Channel, ConsoleMessage
from conserje.portal import links as portal_links
from conserje.portal import sessions as portal_sessions
from conserje.privacy import data_requests
from conserje.privacy.data_requests import Asked
from conserje.privacy.models import LegalHold, PurgeRun, RequestKind
from conserje.sms_wallet.models import SmsBundle
from conserje.sms_wallet.purchases import buy
from conserje.visits.registration import announce
from tests.builders import (
    NOON,
    OTHER_RUN,
    actor,
    announcement,
    make_account,
    make_administration,
    make_community,
    make_resident,
    make_unit,
)
from tests.conftest import SETTINGS

Migrate = Callable[..., None]

# SQLite cannot alter most of a table and rebuilds it; PostgreSQL alters it, and would refuse to drop a parent.
REBUILD_EVERY_TABLE = """
def each():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    for table in sorted(sa.inspect(op.get_bind()).get_table_names()):
        if table != "alembic_version":
            with op.batch_alter_table(table, recreate=recreate) as batch:
                yield batch

def upgrade():
    for batch in each():
        batch.add_column(sa.Column("extra", sa.String(3), nullable=False, server_default="new"))

def downgrade():
    for batch in each():
        batch.drop_column("extra")
"""
FAIL_HALFWAY = """
def upgrade():
    op.create_table("halfway", sa.Column("id", sa.Integer, primary_key=True))
    raise ZeroDivisionError
"""
ORPHAN_THE_UNITS = """
def upgrade():
    op.execute("DELETE FROM membership")
    op.execute("DELETE FROM community")
"""
HOW_LONG_MAY_IT_TAKE = """
def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        assert op.get_bind().exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"
"""


@pytest.fixture
def empty(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database without tables."""
    app = create_app({**SETTINGS, "DATABASE_URL": empty_database_url, "PHOTO_FOLDER": str(tmp_path / "photos")})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def filled(empty: Flask) -> Flask:
    """The newest schema, with a row in every table."""
    flask_migrate.upgrade()
    administration = make_administration()
    community = make_community(administration)
    account = make_account(administration, communities=(community,))
    sign_in.open_session(account, address="127.0.0.1", now=NOON)
    claim(account.id, "key", "said", NOON)
    db.session.add(SecondFactor(account_id=account.id, seed="totp:seed", begun_at=NOON))
    db.session.add(RecoveryCode(account_id=account.id, digest="x" * 64))
    db.session.add(SignInLock(email_digest="x" * 64, failures=1, failed_at=NOON))
    with tenancy.acting_for(community.id):
        unit = make_unit()
        make_resident(unit, phones=("+56961234567",), may_approve=True)
        announce(unit, announcement(), by=actor(account, community), now=NOON)
        add(unit, OTHER_RUN, "Elena Paz", Listing.AUTHORISED, by=actor(account, community), now=NOON)
        watch_list.add(community, Watch(OTHER_RUN, "Elena Paz", "Motivo", NOON.date()), by=actor(account), now=NOON)
        asked = Asked(RequestKind.ACCESS, "Elena Paz", NOON.date())
        data_requests.open_request(community, asked, by=actor(account), now=NOON)
        hold = {"identity_key": "run:1-9", "reason": "Motivo", "last_day": NOON.date(), "placed_at": NOON}
        db.session.add(LegalHold(**hold, placed_by=account.id))
        bundle = SmsBundle(country="CL", name="Bolsa 100", parts=100, price=5990, currency="CLP")
        db.session.add(bundle)
        db.session.flush()
        db.session.add(ImportDraft(account_id=account.id, origin=Origin.FILE, created_at=NOON))
        buy(community, bundle, accepts_conditions=True, by=actor(account, community), now=NOON)
    db.session.add(PurgeRun(community_id=community.id, ran_at=NOON))
    jobs.order("kind", {}, community_id=community.id, account_id=account.id, now=NOON)
    access = portal_links.access_of("ana@correo.example", now=NOON)
    portal_links.issue(access.id, "portal:seed", now=NOON, valid_for=portal_links.VALID_FOR)
    portal_sessions.begin(access.id, now=NOON)
    password_reset.send_link(account.email, address="127.0.0.1", now=NOON, admits_examples=True)
    outbox.pause("sns", Channel.SMS, "spend_limit", now=NOON)
    db.session.add(ConsoleMessage(channel=Channel.SMS, recipient="+56961234567", text="Hola", at=NOON))
    db.session.commit()
    assert all(rows().values()), "a new table needs a row here"
    return empty


@pytest.fixture
def throw_away(empty: Flask, tmp_path: Path) -> Migrate:
    """Upgrades with one more revision, which has this body; `base` and `head` are the ends of the longer history."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory(str(folder)).get_current_head()

    def migrate(body: str, way: str = "up") -> None:
        names = f'revision, down_revision, branch_labels, depends_on = "throw_away", "{head}", None, None\n'
        text = f"import sqlalchemy as sa\nfrom alembic import op\n{names}{body}"
        (folder / "versions" / "throw_away.py").write_text(text, "utf-8")
        db.session.remove()
        if way == "up":
            flask_migrate.upgrade(str(folder))
        else:
            flask_migrate.downgrade(str(folder), "-1")

    return migrate


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything that lies in the database, without what a throw-away revision added."""
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            read = connection.exec_driver_sql(f'SELECT {columns} FROM "{table.name}"')
            found[table.name] = sorted(tuple(map(str, row)) for row in read)
    return found


def refuses(statement: str) -> bool:
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError as refusal:
        return "append-only" in str(refusal)
    return False


def foreign_keys_are_kept() -> bool:
    try:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE resident SET unit_id = 999")
    except IntegrityError:
        return True
    return False


# Up and down


def test_up_from_nothing_down_to_nothing_and_up_again(filled: Flask) -> None:
    assert tables() == {table.name for table in db.metadata.sorted_tables}
    assert schema_is_current()
    db.session.remove()
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    assert not schema_is_current()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            left = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert connection.exec_driver_sql(left).all() == []
    flask_migrate.upgrade()
    assert tables() == {table.name for table in db.metadata.sorted_tables}
    assert schema_is_current()
    assert not any(rows().values())


def test_models_and_migrations_agree(empty: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.check()


def test_every_constraint_has_a_name(filled: Flask) -> None:
    """Batch mode drops and alters constraints by their names alone."""
    look = inspect(db.engine)
    for table in tables():
        # SQLite's AUTOINCREMENT is written beside the column, where no name fits.
        if db.engine.dialect.name == "sqlite" and table in ("change", "message"):
            continue
        found = [look.get_pk_constraint(table), *look.get_foreign_keys(table), *look.get_unique_constraints(table)]
        assert all(constraint["name"] for constraint in (*found, *look.get_check_constraints(table))), table


# A table that is rebuilt


def test_rebuilding_every_table_loses_no_row_and_nobody_of_it(filled: Flask, throw_away: Migrate) -> None:
    before = rows()
    throw_away(REBUILD_EVERY_TABLE)
    assert all("extra" in {column["name"] for column in inspect(db.engine).get_columns(table)} for table in tables())
    assert rows() == before
    throw_away(REBUILD_EVERY_TABLE, "down")
    assert rows() == before


def test_after_a_rebuild_the_journal_is_append_only_and_foreign_keys_are_kept(
    filled: Flask, throw_away: Migrate
) -> None:
    for way in ("up", "down"):
        throw_away(REBUILD_EVERY_TABLE, way)
        assert refuses("UPDATE audit_line SET account_id = 1")
        assert refuses("DELETE FROM audit_line")
        assert foreign_keys_are_kept()


def test_after_a_rebuild_models_and_database_still_agree(filled: Flask, throw_away: Migrate) -> None:
    def shape() -> dict[str, object]:
        look = inspect(db.engine)
        parts = (
            look.get_pk_constraint,
            look.get_foreign_keys,
            look.get_unique_constraints,
            look.get_indexes,
            look.get_check_constraints,
        )
        return {table: [str(sorted(map(str, part(table)))) for part in parts] for table in tables()}

    before = shape()
    throw_away(REBUILD_EVERY_TABLE)
    throw_away(REBUILD_EVERY_TABLE, "down")
    assert shape() == before


# A migration that fails


def test_a_migration_that_fails_leaves_everything_as_it_was(filled: Flask, throw_away: Migrate) -> None:
    before = rows()
    with pytest.raises(ZeroDivisionError):
        throw_away(FAIL_HALFWAY)
    assert "halfway" not in tables()
    assert rows() == before
    assert schema_is_current()


def test_a_migration_that_would_leave_rows_without_their_parent_fails(filled: Flask, throw_away: Migrate) -> None:
    before = rows()
    with pytest.raises((SystemExit, IntegrityError)):
        throw_away(ORPHAN_THE_UNITS)
    assert rows() == before


def test_what_a_failed_migration_set_is_not_left_to_the_next(filled: Flask, throw_away: Migrate) -> None:
    with pytest.raises(ZeroDivisionError):
        throw_away(FAIL_HALFWAY)
    assert foreign_keys_are_kept()


def test_a_migration_may_take_longer_than_a_request(filled: Flask, throw_away: Migrate) -> None:
    throw_away(HOW_LONG_MAY_IT_TAKE)


def test_a_deleted_unit_takes_its_people_with_it(filled: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM unit")
    assert not any(rows()[table] for table in ("resident", "resident_phone", "access_list_entry", "visitor", "visit"))
