"""What a list of who may enter would change, in words: the lists of [Importar lista] and one page of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conserje.access_lists.comparing import Wanted, compare, held_entries
from conserje.access_lists.schedules import Validity
from conserje.blueprints import labels
from conserje.blueprints.administration.import_preview import ERRORS, Preview, Row, problem_row, turned_to
from conserje.blueprints.schedule_words import schedule
from conserje.blueprints.wording import sentence
from conserje.communities.models import ImportDraft
from conserje.errors import Refused
from conserje.identity import documents
from conserje.importing.standing import KnownUnits, held_units
from conserje.localisation import N_, day, gettext

_NAMES = {
    ERRORS: N_("Con error"),
    "nuevos": N_("Nuevos"),
    "cambian-de-lista": N_("Cambian de lista"),
    "con-cambios": N_("Con cambios"),
    "sin-cambios": N_("Sin cambios"),
}


def preview(draft: ImportDraft, code: str, page: int) -> Preview:
    """The draft beside what the lists hold now, with one page of the list of this code, or of the first."""
    plan = compare(KnownUnits(held_units()), held_entries(), draft.units)
    contents: dict[str, Sequence[Any]] = {
        ERRORS: draft.problems,
        "nuevos": plan.new,
        "cambian-de-lista": plan.moved,
        "con-cambios": plan.changed,
        "sin-cambios": plan.unchanged,
    }
    obstacle = sentence(Refused("import_unit_gone", unit=plan.gone[0])) if plan.gone else ""
    return turned_to(contents, _NAMES, code, page, _row, draft=draft, has_work=plan.has_work, obstacle=obstacle)


def _row(each: Any, _code: str) -> Row:
    if not isinstance(each, Wanted):
        return problem_row(each)
    shown = f"{labels.document_type(each.document.type)} {documents.display(each.document)}"
    return Row(each.unit, each.full_name, [shown, *_told(each)])


def _told(wanted: Wanted) -> list[str]:
    listing, held = labels.listing(wanted.listing), wanted.held
    if held is None:
        return [listing, *_when(wanted.validity)]
    if wanted.is_move:
        return [f"{labels.listing(held.listing)} → {listing}", *_when(wanted.validity)]
    told = [listing]
    if held.full_name != wanted.full_name:
        told.append(_change(gettext("Nombre"), held.full_name, wanted.full_name))
    if held.validity.expires_on != wanted.validity.expires_on:
        told.append(_change(gettext("Vence"), _last_day(held.validity), _last_day(wanted.validity)))
    if _hours(held.validity) != _hours(wanted.validity):
        told.append(_change(gettext("Horario"), _hours(held.validity), _hours(wanted.validity)))
    return told if len(told) > 1 else [*told, *_when(wanted.validity)]


def _when(validity: Validity) -> list[str]:
    when = [f"{gettext('Vence')}: {_last_day(validity)}"] if validity.expires_on else []
    return [*when, f"{gettext('Horario')}: {_hours(validity)}"] if validity.has_schedule else when


def _change(name: str, before: str, after: str) -> str:
    return f"{name}: {before} → {after}"


def _last_day(validity: Validity) -> str:
    return day(validity.expires_on) if validity.expires_on else gettext("nunca")


def _hours(validity: Validity) -> str:
    return schedule(validity) or gettext("siempre")
