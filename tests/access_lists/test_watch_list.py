"""The community's watch list: kept, read, and asked about whoever arrives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from conserje import paging, tenancy
from conserje.access_lists import watch_list, watching
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.watch_list import Watch, WatchRow
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.documents import Document
from conserje.paging import Page
from tests.at_once import Act, held_up
from tests.builders import NOON, OTHER_RUN, RUN, actor, make_administration, make_community
from tests.visits.scene import MINUTE, Gate, journal, open_gate

TODAY = date(2026, 11, 20)
NAME = "Nelson Barría Godoy"


@pytest.fixture
def gate(ctx: Flask) -> Gate:
    return open_gate()


def watch(
    document: Document | None = RUN, name: str = NAME, reason: str = "Amenazó al conserje", days: int = 90
) -> Watch:
    return Watch(document, name, reason, TODAY + timedelta(days=days))


def put(gate: Gate, said: Watch | None = None, now: datetime = NOON) -> WatchEntry:
    return watch_list.add(gate.community, said or watch(), by=gate.admin, now=now)


def change(gate: Gate, entry: WatchEntry, said: Watch) -> WatchEntry:
    seen = watch_list.version(entry)
    return watch_list.change(gate.community, entry, said, seen=seen, by=gate.conserje, now=NOON + MINUTE)


def how_many() -> int:
    return db.session.scalars(select(func.count(WatchEntry.id))).one()


# Keeping it


def test_somebody_is_put_on_the_list_with_who_why_and_until_when(gate: Gate) -> None:
    entry = put(gate)
    assert (entry.document, entry.full_name, entry.search) == (RUN, NAME, "nelson barria godoy")
    assert (entry.reason, entry.review_on) == ("Amenazó al conserje", TODAY + timedelta(days=90))
    assert (entry.added_at, entry.added_by) == (NOON, gate.admin.account_id)
    (line,) = journal()
    assert (line.action, line.subject_id, line.facts) == ("watch.added", entry.id, {})


def test_a_document_stands_there_once_and_a_name_without_one_as_often_as_needed(gate: Gate) -> None:
    put(gate)
    with pytest.raises(Refused) as refused:
        put(gate, watch(name="N. Barría"))
    assert (refused.value.code, refused.value.field, refused.value.facts) == (
        "already_watched",
        "document_number",
        {"name": NAME},
    )
    for _ in range(2):
        put(gate, watch(None))
    assert how_many() == 3


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        (watch(reason=""), "reason_required", "reason"),
        (watch(reason="x" * 141), "note_too_long", "reason"),
        (watch(days=-1), "review_out_of_range", "review_on"),
        (watch(days=181), "review_out_of_range", "review_on"),
    ],
)
def test_what_makes_no_sense_is_refused_at_first_and_later(gate: Gate, said: Watch, code: str, field: str) -> None:
    entry = put(gate, watch(OTHER_RUN))
    for act in (lambda: put(gate, said), lambda: change(gate, entry, said)):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.code, refused.value.field) == (code, field)
    assert how_many() == 1


@pytest.mark.parametrize("days", [0, 180])
def test_the_review_is_today_at_the_earliest_and_in_180_days_at_the_latest(gate: Gate, days: int) -> None:
    assert put(gate, watch(days=days)).review_on == TODAY + timedelta(days=days)


def test_the_system_watches_for_nobody(gate: Gate) -> None:
    with pytest.raises(ValueError, match="somebody"):
        watch_list.add(gate.community, watch(), by=actor(), now=NOON)


def test_an_entry_is_changed_and_keeps_who_added_it(gate: Gate) -> None:
    entry = change(gate, put(gate), watch(OTHER_RUN, "Néstor Barría", "Otra cosa", 10))
    assert (entry.document, entry.search, entry.reason) == (OTHER_RUN, "nestor barria", "Otra cosa")
    assert (entry.added_at, entry.added_by) == (NOON, gate.admin.account_id)
    assert [line.action for line in journal()] == ["watch.added", "watch.changed"]


def test_what_is_changed_to_the_same_is_not_written_down(gate: Gate) -> None:
    change(gate, put(gate), watch())
    assert [line.action for line in journal()] == ["watch.added"]


def test_no_entry_takes_the_document_of_another(gate: Gate) -> None:
    put(gate)
    other = put(gate, watch(OTHER_RUN, "Elena Paz"))
    with pytest.raises(Refused, match="already_watched"):
        change(gate, other, watch(RUN, "Elena Paz"))
    assert other.document == OTHER_RUN


def test_a_form_older_than_a_change_changes_nothing(gate: Gate) -> None:
    entry = put(gate)
    seen = watch_list.version(entry)
    change(gate, entry, watch(reason="Otra cosa"))
    with pytest.raises(Refused, match="watch_changed"):
        watch_list.change(gate.community, entry, watch(), seen=seen, by=gate.admin, now=NOON)


def test_whoever_is_taken_off_is_watched_for_no_longer_and_neither_changed_nor_removed_again(gate: Gate) -> None:
    entry = put(gate)
    watch_list.remove(entry, by=gate.admin, now=NOON)
    assert watching.watched(RUN, NAME) is None
    assert journal()[-1].action == "watch.removed"
    with pytest.raises(Refused, match="watch_gone"):
        watch_list.remove(entry, by=gate.admin, now=NOON)
    with pytest.raises(Refused, match="watch_gone"):
        watch_list.change(gate.community, entry, watch(), seen="", by=gate.admin, now=NOON)


def test_the_journal_names_nobody(gate: Gate) -> None:
    watch_list.remove(change(gate, put(gate), watch(OTHER_RUN)), by=gate.admin, now=NOON)
    said = " ".join(str(line.facts) for line in journal())
    assert not any(each in said for each in ("Barr", "12345678", "Amenaz"))


def adding(gate: Gate, name: str) -> Act:
    community_id, by = gate.community.id, gate.admin

    def act() -> object:
        tenancy.bind(community_id)
        community = db.session.get_one(type(gate.community), community_id)
        begin_writing()
        return watch_list.add(community, watch(name=name), by=by, now=NOON).full_name

    return act


def test_who_comes_second_with_the_same_document_is_told_so(ctx: Flask, gate: Gate) -> None:
    db.session.commit()
    first, second = held_up(ctx, adding(gate, "Uno Primero"), adding(gate, "Dos Segundo"))
    assert first == "Uno Primero"
    assert isinstance(second, Refused)
    assert (second.code, second.facts) == ("already_watched", {"name": "Uno Primero"})


# Reading it


def names(page: Page[WatchRow]) -> list[str]:
    return [row.entry.full_name for row in page.rows]


def test_what_is_to_be_reviewed_comes_first_and_is_marked(gate: Gate) -> None:
    put(gate, watch(RUN, "Más tarde", days=50))
    put(gate, watch(OTHER_RUN, "Pronto", days=2))
    page = watch_list.listed(gate.community, now=NOON + timedelta(days=3))
    assert [(row.entry.full_name, row.is_due) for row in page.rows] == [("Pronto", True), ("Más tarde", False)]
    assert (page.count, page.next, watch_list.due(gate.community, now=NOON + timedelta(days=3))) == (2, None, 1)
    assert page.rows[0].added_by == "Paula Pino"
    assert watch_list.due(gate.community, now=NOON + timedelta(days=2)) == 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("barria", [NAME]),
        ("GODOY nélson", [NAME]),
        ("12.345.678-5", [NAME]),
        ("123456785", [NAME]),
        ("12345", [NAME]),
        ("Ñez", ["Iñaki Núñez"]),
        ("%", [NAME, "Iñaki Núñez"]),
        ("_", [NAME, "Iñaki Núñez"]),
        ("barria nunez", []),
        ("345", []),
    ],
)
def test_the_list_is_searched_by_words_of_the_name_or_by_document(gate: Gate, typed: str, found: list[str]) -> None:
    put(gate)
    put(gate, watch(None, "Iñaki Núñez"))
    page = watch_list.listed(gate.community, typed, now=NOON)
    assert (sorted(names(page), reverse=True), page.count) == (sorted(found, reverse=True), len(found))


def test_the_list_is_read_page_by_page_without_losing_or_repeating_anybody(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    for number in range(5):
        put(gate, watch(None, f"Ana {number}", days=9 - number // 3))
    seen, after = [], None
    for _ in range(3):
        page = watch_list.listed(gate.community, after=after, now=NOON)
        seen += names(page)
        after = page.next
    assert seen == ["Ana 3", "Ana 4", "Ana 0", "Ana 1", "Ana 2"]
    assert (page.count, after) == (5, None)


# Asking it


@pytest.mark.parametrize(
    ("on_list", "at_the_gate", "said"),
    [
        ((RUN, NAME), (RUN, "Otro Nombre"), Listing.WATCHED),
        ((RUN, NAME), (None, "NELSON  barria godoy"), Listing.WATCHED_NAME),
        ((None, NAME), (OTHER_RUN, "nelson barría Godoy"), Listing.WATCHED_NAME),
        ((None, NAME), (None, NAME), Listing.WATCHED_NAME),
        ((RUN, NAME), (OTHER_RUN, NAME), None),
        ((RUN, NAME), (None, "Nelson Barría"), None),
        ((None, NAME), (None, "Nelson Barría Godoy Soto"), None),
        ((None, "Straße Weiß"), (None, "STRASSE WEISS"), Listing.WATCHED_NAME),
    ],
)
def test_somebody_is_known_by_document_else_by_the_whole_name(
    gate: Gate,
    on_list: tuple[Document | None, str],
    at_the_gate: tuple[Document | None, str],
    said: Listing | None,
) -> None:
    put(gate, watch(*on_list))
    assert watching.watched(*at_the_gate) is said
    assert watching.reasons([at_the_gate, (OTHER_RUN, "Nadie")]) == ["Amenazó al conserje" if said else "", ""]


def test_the_document_tells_more_than_the_name(gate: Gate) -> None:
    put(gate, watch(None, NAME, "Por el nombre"))
    put(gate, watch(RUN, "Otra Persona", "Por el documento"))
    assert watching.watched(RUN, NAME) is Listing.WATCHED
    assert watching.reasons([(RUN, NAME)]) == ["Por el documento"]


def test_one_community_watches_for_nobody_of_another(gate: Gate) -> None:
    put(gate)
    other = make_community(make_administration("Otra"), "Otro edificio")
    with tenancy.acting_for(other.id):
        assert watching.watched(RUN, NAME) is None
        assert not watch_list.listed(other, now=NOON).rows


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is sent to the database meanwhile, with its values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_asking_takes_one_statement_over_an_index(gate: Gate) -> None:
    put(gate)
    db.session.flush()
    with statements() as sent:
        assert watching.watched(RUN, NAME) is Listing.WATCHED
    ((statement, values),) = sent
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        assert all("SCAN" not in step[3] for step in plan)
