"""What a draft would change, in words: the lists of [Importar datos] and one page of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conserje.blueprints import labels
from conserje.blueprints.wording import sentence
from conserje.communities.models import Administration, ImportDraft, Origin, unit_label
from conserje.errors import Refused
from conserje.identity import phones
from conserje.importing.comparing import Absent, Difference, NewResident, Plan, compare
from conserje.importing.drafts import lines_in_error
from conserje.importing.layout import TITLES, Column
from conserje.importing.standing import standing
from conserje.localisation import N_, gettext

ROWS_SHOWN = 200
ERRORS = "errores"
ABSENT_UNITS = "inmuebles-que-no-vienen"
ABSENT_RESIDENTS = "residentes-que-no-vienen"
_NAMES = {
    ERRORS: N_("Con error"),
    "inmuebles-nuevos": N_("Inmuebles nuevos"),
    "inmuebles-con-cambios": N_("Inmuebles con cambios"),
    "inmuebles-sin-cambios": N_("Inmuebles sin cambios"),
    "residentes-nuevos": N_("Residentes nuevos"),
    "residentes-con-cambios": N_("Residentes con cambios"),
    "residentes-sin-cambios": N_("Residentes sin cambios"),
    ABSENT_UNITS: N_("Inmuebles que ya no vienen"),
    ABSENT_RESIDENTS: N_("Residentes que ya no vienen"),
}
_VALUES = {column.value: title for column, title in TITLES.items()} | {
    "phones": N_("Teléfonos"),
    "origin": N_("Origen"),
}


@dataclass(frozen=True)
class List:
    """One of the lists, and how many it has."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class Row:
    """A line of a list: where or which unit, who or what, and what is told of it; `unit_id` of one to be opened."""

    unit: str
    name: str
    told: Sequence[str]
    unit_id: int | None = None


@dataclass(frozen=True)
class LogoNews:
    """What becomes of the administration's logo: in words, with the new one's digest; or why nothing does."""

    told: str
    digest: str | None = None
    is_work: bool = False


@dataclass(frozen=True)
class Preview:
    """`page` counts from 1; `pages` is how many the shown list has. `obstacle`: why it cannot be applied, if so."""

    lists: Sequence[List]
    shown: List
    rows: Sequence[Row]
    page: int
    pages: int
    lines_in_error: int
    has_work: bool
    logo: LogoNews | None = None
    obstacle: str = ""

    @property
    def is_errors(self) -> bool:
        return self.shown.code == ERRORS

    @property
    def shows_absent(self) -> bool:
        return self.shown.code in (ABSENT_UNITS, ABSENT_RESIDENTS)

    @property
    def absent_units(self) -> int:
        """How many units came before and no longer do; a list of who may enter has none."""
        return self._count(ABSENT_UNITS)

    @property
    def absent_residents(self) -> int:
        return self._count(ABSENT_RESIDENTS)

    def _count(self, code: str) -> int:
        return sum(each.count for each in self.lists if each.code == code)


def preview(draft: ImportDraft, code: str, page: int, administration: Administration) -> Preview:
    """The draft beside what the community holds now, with one page of the list of this code, or of the first."""
    plan = compare(standing(), draft.units, Origin(draft.origin))
    contents: dict[str, Sequence[Any]] = {
        ERRORS: draft.problems,
        "inmuebles-nuevos": plan.new_units,
        "inmuebles-con-cambios": plan.changed_units,
        "inmuebles-sin-cambios": plan.unchanged_units,
        "residentes-nuevos": plan.new_residents,
        "residentes-con-cambios": plan.changed_residents,
        "residentes-sin-cambios": plan.unchanged_residents,
        ABSENT_UNITS: plan.absent_units,
        ABSENT_RESIDENTS: plan.absent_residents,
    }
    logo = _logo(draft, administration)
    has_work = _has_work(plan) or (logo is not None and logo.is_work)
    return turned_to(contents, _NAMES, code, page, _row, draft=draft, has_work=has_work, logo=logo)


def turned_to(
    contents: Mapping[str, Sequence[Any]],
    names: Mapping[str, str],
    code: str,
    page: int,
    worded: Callable[[Any, str], Row],
    *,
    draft: ImportDraft,
    **more: Any,
) -> Preview:
    """The preview with one page of the list of this code, else of the first that has something."""
    lists = [List(each, gettext(names[each]), len(rows)) for each, rows in contents.items()]
    shown = next((each for each in lists if each.code == code), None)
    shown = shown or next((each for each in lists if each.count), lists[0])
    pages = max(1, -(-shown.count // ROWS_SHOWN))
    page = min(max(1, page), pages)
    some = contents[shown.code][(page - 1) * ROWS_SHOWN : page * ROWS_SHOWN]
    rows = [worded(each, shown.code) for each in some]
    return Preview(lists, shown, rows, page, pages, lines_in_error(draft.problems), **more)


def problem_row(problem: Mapping[str, Any]) -> Row:
    """A problem: its cell, what that says, and why it cannot be used."""
    return Row(problem["at"], problem["value"], [sentence(Refused(problem["code"], **problem["facts"]))])


def _logo(draft: ImportDraft, administration: Administration) -> LogoNews | None:
    match draft.logo:
        case {"problem": problem, "facts": facts}:
            why = sentence(Refused(problem, **facts))
            return LogoNews(
                gettext("El logo de la administración que vino no se puede usar, y queda como está. ") + why
            )
        case {"digest": digest} if digest != administration.inherited_logo:
            return LogoNews(_change_of_logo(digest, administration), digest, is_work=True)
    return None


def _change_of_logo(digest: str | None, administration: Administration) -> str:
    if digest is None:
        return gettext("El logo de la administración que vino antes ya no viene: se quita.")
    if administration.logo:
        return gettext("Viene un logo de la administración. Se sigue mostrando el que se subió aquí.")
    return gettext("Viene este logo de la administración, para todas sus comunidades que no tienen uno propio.")


def _has_work(plan: Plan) -> bool:
    return bool(plan.new_units or plan.changed_units or plan.new_residents or plan.changed_residents)


def _row(each: Any, code: str) -> Row:
    match each:
        case Difference():
            of_unit = code.startswith("inmuebles")
            changes = [_change(name, before, after, of_unit) for name, (before, after) in each.values.items()]
            return Row(each.unit, each.name, changes)
        case NewResident():
            return Row(each.unit, each.name, _told(each.said, ("kind", "is_principal", "email", "phones"), False))
        case Absent():
            return Row(each.unit, each.name, (), each.unit_id)
        case str():
            return Row(each, "", ())
        case (unit, name):
            return Row(unit, name, ())
        case {"code": _}:
            return problem_row(each)
        case _:
            told = _told(each, ("kind", "floor", "notice_phone"), True)
            told.append(gettext("Residentes: %(count)s", count=len(each["residents"])))
            return Row(unit_label(each["tower"], each["number"]), "", told)


def _told(said: Mapping[str, Any], names: Sequence[str], of_unit: bool) -> list[str]:
    return [
        f"{_title(name, of_unit)}: {_worded(name, said[name], of_unit)}"
        for name in names
        if said.get(name) not in (None, "", [], False)
    ]


def _change(name: str, before: object, after: object, of_unit: bool) -> str:
    return f"{_title(name, of_unit)}: {_worded(name, before, of_unit)} → {_worded(name, after, of_unit)}"


def _title(name: str, of_unit: bool) -> str:
    if name == Column.KIND and not of_unit:
        name = Column.RESIDENT_KIND
    return gettext(_VALUES[name])


def _worded(name: str, value: Any, of_unit: bool) -> str:
    if value in (None, "", (), []):
        return gettext("vacío")
    if isinstance(value, bool):
        return gettext("sí") if value else gettext("no")
    match name:
        case "phones":
            return ", ".join(phones.masked(number) for number in value)
        case "notice_phone":
            return phones.masked(value)
        case "kind":
            return labels.unit_kind(value) if of_unit else labels.resident_kind(value)
        case "origin":
            return labels.origin(value)
        case _:
            return str(value)
