"""Finding a unit, and what the gate needs to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from conserje.communities.models import Resident, Unit
from conserje.database import db
from conserje.identity.names import fold

# What a screen shows at once while the conserje types.
MOST_FOUND = 8
# A tower or a floor at most: a filter that names more narrows nothing.
MOST_FILTERED = 200
_SAID_BEFORE_A_NUMBER = frozenset({"depto", "dpto", "departamento", "apto", "apartamento", "unidad", "numero", "nro"})
_LETTERS_BESIDE_DIGITS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")


@dataclass(frozen=True)
class FoundUnit:
    """A unit that answers to what was typed, with the resident whose name did, if that is how it was found."""

    id: int
    label: str
    person: str


def search_text(tower: str, number: str) -> str:
    """The words by which a unit is found: those of its label, parted where letters touch digits, each after a space."""
    return "".join(f" {word}" for word in _words(f"{tower} {number}"))


def asked_words(typed: str) -> list[str]:
    """The words to look for: «depto 1204» asks for 1204."""
    words = _words(typed)
    return ([word for word in words if word not in _SAID_BEFORE_A_NUMBER] or words)[:6]


def _words(text: str) -> list[str]:
    return _LETTERS_BESIDE_DIGITS.sub(" ", fold(text)).split()


def find(typed: str) -> list[FoundUnit]:
    """Units whose number, tower or a resident's name begins like each word typed (O14); accents and case ignored.

    The exact number comes first. Residents are asked only where no unit answers by its own words: «a 102» is not Ana's
    flat 102. At most `MOST_FOUND`.
    """
    words = asked_words(typed)
    if not words:
        return []
    exact = case((Unit.search.like(f"% {words[-1]}"), 0), else_=1)
    own = db.session.scalars(
        select(Unit)
        .where(*_by_label(words))
        .order_by(exact, Unit.tower, func.length(Unit.number), Unit.number)
        .limit(MOST_FOUND)
    ).all()
    if own:
        return [FoundUnit(unit.id, unit.label, "") for unit in own]
    people = db.session.execute(
        select(Unit, Resident)
        .join(Resident, _LIVES_THERE)
        .where(*_by_person(words))
        .order_by(Resident.search, Resident.id)
        .limit(MOST_FOUND)
    ).all()
    return [FoundUnit(unit.id, unit.label, resident.full_name) for unit, resident in people]


def narrowed(typed: str) -> list[ColumnElement[bool]]:
    """The conditions on units that narrow a list to all those that `find` looks among; none for nothing typed."""
    words = asked_words(typed)
    own = labelled(words)
    if own or not words:
        return own
    return [select(Resident.id).where(_LIVES_THERE, *_by_person(words)).correlate(Unit).exists()]


def labelled(words: list[str]) -> list[ColumnElement[bool]]:
    """The conditions on units that answer to every word by tower and number; none where no unit does."""
    own = _by_label(words)
    return own if own and db.session.scalar(select(Unit.id).where(*own).limit(1)) is not None else []


_LIVES_THERE = and_(Resident.community_id == Unit.community_id, Resident.unit_id == Unit.id)


def _by_label(words: list[str]) -> list[ColumnElement[bool]]:
    return [Unit.search.like(f"% {word}%") for word in words]


def _by_person(words: list[str]) -> list[ColumnElement[bool]]:
    return [or_(Unit.search.like(f"% {word}%"), Resident.search.like(f"% {word}%")) for word in words]


def get(unit_id: int) -> Unit | None:
    """The bound community's unit of this id; None for an unknown or a foreign one."""
    return db.session.get(Unit, unit_id)


def ids_of(typed: str) -> list[int]:
    """Ids of the units whose number or tower begins like each word typed: what a list is filtered by."""
    words = asked_words(typed)
    if not words:
        return []
    matching = select(Unit.id).where(*_by_label(words))
    exact = case((Unit.search.like(f"% {words[-1]}"), 0), else_=1)
    return list(db.session.scalars(matching.order_by(exact, Unit.id).limit(MOST_FILTERED)))
