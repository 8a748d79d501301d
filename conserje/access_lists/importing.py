"""From the lines of a list of who may and may not enter to what is to be kept, and every problem with its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final

from conserje.access_lists import list_cells
from conserje.access_lists.list_layout import ListColumn
from conserje.access_lists.matching import Listing
from conserje.access_lists.schedules import ALWAYS, Validity, require_sense
from conserje.communities import unit_upkeep
from conserje.communities.models import ImportDraft
from conserje.errors import Refused
from conserje.identity import documents, names
from conserje.identity.countries import Country
from conserje.identity.documents import Document, types_for
from conserje.importing import drafts
from conserje.importing.cells import as_text, is_dash, unshortened
from conserje.importing.drafts import Subject
from conserje.importing.layout import Line
from conserje.importing.reading import TOLD_EVERY, Problem, Said, problem_at
from conserje.importing.standing import HeldUnit, KnownUnits

# Its drafts are told from those of units and residents by their origin.
ORIGIN: Final = "lists"
LISTS = Subject("lists.read", "lists.apply", (ORIGIN,))
# Applied in one transaction, for which SQLite has one writer: 5,000 take it for more than two seconds, these for one.
MOST_ENTRIES = 3_000

# Where a rule's complaint stands if the column that it is about was not filled in.
_BESIDE = {
    ListColumn.DAYS: ListColumn.FROM_HOUR,
    ListColumn.FROM_HOUR: ListColumn.UNTIL_HOUR,
    ListColumn.UNTIL_HOUR: ListColumn.FROM_HOUR,
}


@dataclass(frozen=True)
class Terms:
    """What a list is understood by: the community's country and units, and the day on its wall."""

    country: Country
    units: KnownUnits
    today: date


@dataclass
class ListReading:
    """What was understood, as `said_validity` and `comparing` read it. A line with a problem adds nothing."""

    entries: list[Said] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def understand(
    lines: Iterable[Line[ListColumn]], terms: Terms, told: Callable[[int], None] = lambda _: None
) -> ListReading:
    """Read every line, to the last one, whatever is wrong with some. `told` hears now and then how many were read.

    Problems: `unit_number_required`, `import_unit_unknown`; `cell_listing`, `cell_document_type`, `cell_day`,
    `cell_days`, `cell_hour`; `access_twice` and `access_on_both` (fact: first) where another line has the document on
    the same list of the unit, or on the other one (K088); and what the rules for documents, names and schedules refuse.
    Refuses what the lines themselves refuse, `import_empty` and `import_too_many_rows` (fact: most).
    """
    reader = _Reader(terms)
    count = 0
    for count, line in enumerate(lines, 1):
        if count > MOST_ENTRIES:
            raise Refused("import_too_many_rows", most=f"{MOST_ENTRIES:,}".replace(",", "."))
        reader.take(line)
        if count % TOLD_EVERY == 0:
            told(count)
    if not count:
        raise Refused("import_empty", field="file")
    return reader.reading


def keep(name: str, reading: ListReading, *, account_id: int, now: datetime) -> ImportDraft:
    """Put what was understood before the community, in place of the list that waited."""
    problems = [asdict(problem) for problem in reading.problems]
    draft = ImportDraft(
        account_id=account_id, origin=ORIGIN, name=name, units=reading.entries, problems=problems, created_at=now
    )
    return drafts.put(draft, of=LISTS)


def said_validity(said: Said, held: Validity) -> Validity:
    """When an entry would hold: what the list leaves empty stays as it is."""
    expires_on = date.fromisoformat(said["expires_on"]) if said.get("expires_on") else None
    from_minute, until_minute = said.get("hours", (held.from_minute, held.until_minute))
    return Validity(
        expires_on if "expires_on" in said else held.expires_on,
        said.get("days", held.days),
        from_minute,
        until_minute,
    )


class _Reader:
    def __init__(self, terms: Terms) -> None:
        self.reading = ListReading()
        self._terms = terms
        # On which list each document of a unit was read first, and where.
        self._read: dict[tuple[int, Document], tuple[Listing, str]] = {}

    def take(self, line: Line[ListColumn]) -> None:
        before = len(self.reading.problems)
        unit = self._unit(line)
        listing = self._meant(line, ListColumn.LISTING, list_cells.listing, missing="cell_listing")
        document = self._document(line)
        full_name = self._full_name(line)
        said = self._when(line)
        # Not told beside a cell that could not be read: the complaint may be about what it was meant to say.
        if len(self.reading.problems) > before:
            return
        self._require_sense(line, said, listing)
        self._require_once(line, unit, document, listing)
        if len(self.reading.problems) > before:
            return
        self.reading.entries.append(
            {
                "tower": unit.tower,
                "number": unit.number,
                "listing": listing.value,
                "document_type": document.type.value,
                "document_number": document.number,
                "full_name": full_name,
                **said,
            }
        )

    def _unit(self, line: Line[ListColumn]) -> Any:
        tower = self._meant(line, ListColumn.TOWER, lambda value: unit_upkeep.tower(_unless_dash(value)), missing=None)
        number = self._meant(
            line, ListColumn.NUMBER, lambda value: unit_upkeep.number(as_text(value)), missing="unit_number_required"
        )
        if number is None or (tower is None and ListColumn.TOWER in line.values):
            return None
        unit: HeldUnit | None = self._terms.units.find(tower or "", number)
        if unit is None:
            self._complain(line, ListColumn.NUMBER, "import_unit_unknown")
        return unit

    def _document(self, line: Line[ListColumn]) -> Any:
        country = self._terms.country
        kind = types_for(country)[0]
        if ListColumn.DOCUMENT_TYPE in line.values:
            kind = self._meant(line, ListColumn.DOCUMENT_TYPE, lambda value: list_cells.document_type(value, country))
            if kind is None:
                return None
        return self._meant(
            line,
            ListColumn.DOCUMENT_NUMBER,
            lambda value: documents.parse(kind, unshortened(as_text(value))),
            missing="document_required",
        )

    def _full_name(self, line: Line[ListColumn]) -> Any:
        def whole(given: object) -> str:
            return names.parse(f"{as_text(given)} {as_text(line.values.get(ListColumn.SURNAMES, ''))}")

        return self._meant(line, ListColumn.GIVEN_NAMES, whole, missing="name_required")

    def _when(self, line: Line[ListColumn]) -> Said:
        said: Said = {}
        if ListColumn.EXPIRES_ON in line.values:
            day = self._meant(line, ListColumn.EXPIRES_ON, list_cells.last_day)
            said["expires_on"] = day.isoformat() if day else None
        if ListColumn.DAYS in line.values:
            said["days"] = self._meant(line, ListColumn.DAYS, list_cells.days)
        if line.values.keys() & {ListColumn.FROM_HOUR, ListColumn.UNTIL_HOUR}:
            hours = (ListColumn.FROM_HOUR, ListColumn.UNTIL_HOUR)
            said["hours"] = [self._meant(line, column, list_cells.minute) for column in hours]
        return said

    def _require_sense(self, line: Line[ListColumn], said: Said, listing: Listing) -> None:
        try:
            require_sense(
                said_validity(said, ALWAYS),
                is_authorised=listing is Listing.AUTHORISED,
                today=self._terms.today,
            )
        except Refused as refusal:
            column = ListColumn(refusal.field or "")
            self._complain(line, column if column in line.values else _BESIDE[column], refusal.code, **refusal.facts)

    def _require_once(self, line: Line[ListColumn], unit: HeldUnit, document: Document, listing: Listing) -> None:
        place = line.place(ListColumn.DOCUMENT_NUMBER)
        first_on, first = self._read.setdefault((unit.id, document), (listing, place))
        if first != place:
            code = "access_twice" if first_on is listing else "access_on_both"
            self._complain(line, ListColumn.DOCUMENT_NUMBER, code, first=first)

    def _meant(
        self,
        line: Line[ListColumn],
        column: ListColumn,
        rule: Callable[[object], Any],
        *,
        missing: str | None = None,
    ) -> Any:
        """What the cell means by this rule; None where it is empty, or says what the rule refuses."""
        if column not in line.values:
            if missing:
                self._complain(line, column, missing)
            return None
        try:
            return rule(line.values[column])
        except Refused as refusal:
            self._complain(line, column, refusal.code, **refusal.facts)
            return None

    def _complain(self, line: Line[ListColumn], column: ListColumn, code: str, **facts: Any) -> None:
        self.reading.problems.append(problem_at(line, column, code, **facts))


def _unless_dash(value: object) -> str:
    """A tower: none for a dash, as people write it where there are no towers."""
    text = as_text(value)
    return "" if is_dash(text) else text
