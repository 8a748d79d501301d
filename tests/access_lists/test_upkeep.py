"""Keeping the lists: on, over, off, one reason to refuse after another, and two administrators at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from conserje import paging, tenancy
from conserje.access_lists import upkeep
from conserje.access_lists.matching import Listing
from conserje.access_lists.models import AccessListEntry
from conserje.communities.models import Unit
from conserje.database import begin_writing, db
from conserje.errors import Refused
from conserje.identity.documents import Document
from tests.at_once import Act, all_at_once, held_up
from tests.builders import NOON, OTHER_RUN, RUN, actor, make_unit
from tests.visits.scene import MINUTE, Gate, journal, open_gate

AUTHORISED, UNAUTHORISED = Listing.AUTHORISED, Listing.UNAUTHORISED


@pytest.fixture
def gate(ctx: Flask) -> Gate:
    return open_gate()


def put(
    gate: Gate,
    listing: Listing = AUTHORISED,
    document: Document = RUN,
    name: str = "Camila Soto",
    now: datetime = NOON,
    unit: Unit | None = None,
) -> AccessListEntry:
    return upkeep.add(unit or gate.unit, document, name, listing, by=gate.admin, now=now)


def how_many() -> int:
    return db.session.scalars(select(func.count(AccessListEntry.id))).one()


def told() -> list[tuple[str, object]]:
    return [(line.action, line.facts["listing"]) for line in journal()]


# On a list


def test_somebody_new_is_put_on_the_list(gate: Gate) -> None:
    entry = put(gate, UNAUTHORISED)
    assert (entry.document, entry.full_name, entry.listing) == (RUN, "Camila Soto", UNAUTHORISED)
    assert (entry.listed_at, entry.listed_by) == (NOON, gate.admin.account_id)
    (line,) = journal()
    assert (line.action, line.subject_id, line.account_id) == ("access_list.added", entry.id, gate.admin.account_id)
    assert line.facts == {"unit": gate.unit.id, "listing": "unauthorised"}


@pytest.mark.parametrize("again", [AUTHORISED, UNAUTHORISED])
def test_somebody_on_a_list_is_refused_with_where_and_under_which_name(gate: Gate, again: Listing) -> None:
    put(gate)
    with pytest.raises(Refused) as refused:
        put(gate, again, name="C. Soto")
    assert refused.value.code == "already_listed"
    assert refused.value.facts == {"listing": AUTHORISED, "name": "Camila Soto"}
    assert how_many() == 1


def test_another_unit_lists_the_same_person_as_it_likes(gate: Gate) -> None:
    put(gate)
    assert put(gate, UNAUTHORISED, unit=make_unit("1205")).listing == UNAUTHORISED


def test_the_table_itself_keeps_a_document_off_the_second_list(gate: Gate) -> None:
    put(gate)
    db.session.add(
        AccessListEntry(
            unit_id=gate.unit.id,
            document_type=RUN.type,
            document_number=RUN.number,
            full_name="Camila Soto",
            listing=UNAUTHORISED,
            listed_at=NOON,
            listed_by=gate.admin.account_id,
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_nobody_is_listed_by_the_system(gate: Gate) -> None:
    with pytest.raises(ValueError, match="somebody"):
        upkeep.add(gate.unit, RUN, "Camila Soto", AUTHORISED, by=actor(), now=NOON)


# Over to the other


@pytest.mark.parametrize(("before", "after"), [(AUTHORISED, UNAUTHORISED), (UNAUTHORISED, AUTHORISED)])
def test_somebody_is_moved_to_the_other_list_with_who_and_when(gate: Gate, before: Listing, after: Listing) -> None:
    entry = put(gate, before)
    upkeep.change_type(entry, after, by=gate.conserje, now=NOON + MINUTE)
    (row,) = upkeep.listed(gate.unit, now=NOON).rows
    assert (row.entry.listing, row.entry.listed_at, row.listed_by) == (after, NOON + MINUTE, "conserje@demo.example")
    assert (row.entry.id, row.other) == (entry.id, before)
    assert told() == [("access_list.added", before), ("access_list.moved", after)]


def test_somebody_who_stands_there_already_is_left_as_recorded(gate: Gate) -> None:
    entry = put(gate)
    upkeep.change_type(entry, AUTHORISED, by=gate.conserje, now=NOON + MINUTE)
    assert (entry.listed_at, entry.listed_by) == (NOON, gate.admin.account_id)
    assert len(journal()) == 1


# Off


def test_somebody_taken_off_the_lists_is_on_none_and_can_be_put_on_again(gate: Gate) -> None:
    upkeep.remove(put(gate), by=gate.admin, now=NOON)
    assert how_many() == 0
    assert put(gate, UNAUTHORISED).listing == UNAUTHORISED
    assert told()[1] == ("access_list.removed", AUTHORISED)


def test_whoever_was_taken_off_meanwhile_is_neither_moved_nor_removed(gate: Gate) -> None:
    entry = put(gate)
    upkeep.remove(entry, by=gate.admin, now=NOON)
    with pytest.raises(Refused, match="not_listed_any_more"):
        upkeep.change_type(entry, UNAUTHORISED, by=gate.admin, now=NOON)
    with pytest.raises(Refused, match="not_listed_any_more"):
        upkeep.remove(entry, by=gate.admin, now=NOON)


def test_the_journal_names_nobody(gate: Gate) -> None:
    entry = put(gate)
    upkeep.change_type(entry, UNAUTHORISED, by=gate.admin, now=NOON)
    upkeep.remove(entry, by=gate.admin, now=NOON)
    said = " ".join(str(line.facts) for line in journal())
    assert "Camila" not in said
    assert "12345678" not in said


# Reading them


def test_the_latest_come_first_with_how_many_each_list_holds(gate: Gate) -> None:
    put(gate, AUTHORISED, RUN)
    put(gate, UNAUTHORISED, OTHER_RUN, "Elena Paz", NOON + MINUTE)
    page = upkeep.listed(gate.unit, now=NOON)
    assert [row.entry.full_name for row in page.rows] == ["Elena Paz", "Camila Soto"]
    assert [row.listed_by for row in page.rows] == ["admin@demo.example"] * 2
    assert (page.sizes, page.next) == ({AUTHORISED: 1, UNAUTHORISED: 1}, None)
    one = upkeep.listed(gate.unit, listing=AUTHORISED, now=NOON)
    assert [row.entry.full_name for row in one.rows] == ["Camila Soto"]
    assert one.sizes == page.sizes


def test_a_list_is_read_page_by_page_without_losing_or_repeating_anybody(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS_SHOWN", 2)
    # Three of the same moment: the id decides.
    for number in range(5):
        document = Document(RUN.type, f"900000{number}-0")
        put(gate, AUTHORISED, document, f"Ana {number}", NOON - timedelta(minutes=number // 3))
    seen, after = [], None
    for _ in range(3):
        page = upkeep.listed(gate.unit, after=after, now=NOON)
        seen += [row.entry.full_name for row in page.rows]
        after = page.next
    assert seen == ["Ana 2", "Ana 1", "Ana 0", "Ana 4", "Ana 3"]
    assert after is None


def test_an_entry_is_found_in_its_own_unit_only(gate: Gate) -> None:
    entry = put(gate)
    assert upkeep.find(gate.unit, entry.id) is entry
    assert upkeep.find(make_unit("1205"), entry.id) is None


# Two administrators at once


def request(gate: Gate, act: Callable[[Unit], object]) -> Act:
    community_id, unit_id = gate.community.id, gate.unit.id

    def carried_out() -> object:
        tenancy.bind(community_id)
        unit = db.session.get_one(Unit, unit_id)
        begin_writing()
        return act(unit)

    return carried_out


def adding(gate: Gate, listing: Listing) -> Act:
    return request(gate, lambda unit: upkeep.add(unit, RUN, "Camila Soto", listing, by=gate.admin, now=NOON).listing)


def committed(gate: Gate) -> None:
    """Let the others see what was written, and see what they write."""
    db.session.commit()
    db.session.expire_all()


def test_who_comes_second_with_the_same_document_is_told_so_and_there_is_one_entry(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    first, second = held_up(ctx, adding(gate, AUTHORISED), adding(gate, UNAUTHORISED))
    assert first == AUTHORISED
    assert isinstance(second, Refused)
    assert (second.code, second.facts["listing"]) == ("already_listed", AUTHORISED)
    committed(gate)
    assert how_many() == 1


def test_when_the_first_comes_to_nothing_the_second_is_listed(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    _, second = held_up(ctx, adding(gate, AUTHORISED), adding(gate, UNAUTHORISED), first_commits=False)
    assert second == UNAUTHORISED


def test_four_at_the_same_moment_make_one_entry(ctx: Flask, gate: Gate) -> None:
    committed(gate)
    outcomes = all_at_once(ctx, [adding(gate, AUTHORISED), adding(gate, UNAUTHORISED)] * 2)
    assert sum(isinstance(each, Refused) for each in outcomes) == 3
    committed(gate)
    assert how_many() == 1


def test_whoever_moves_somebody_who_is_being_removed_is_told_so(ctx: Flask, gate: Gate) -> None:
    entry_id = put(gate).id
    committed(gate)

    def remove(unit: Unit) -> None:
        upkeep.remove(db.session.get_one(AccessListEntry, entry_id), by=gate.admin, now=NOON)

    def move(unit: Unit) -> object:
        entry = AccessListEntry(id=entry_id)
        return upkeep.change_type(entry, UNAUTHORISED, by=gate.admin, now=NOON)

    _, second = held_up(ctx, request(gate, remove), request(gate, move))
    assert isinstance(second, Refused)
    assert second.code == "not_listed_any_more"
