"""The gate's forms: shape is checked here, truth in the areas."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Optional, StopValidation

from conserje import clock
from conserje.blueprints import labels
from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.fields import (
    ChoiceField,
    CountField,
    LastDayField,
    LocalDayField,
    LocalMomentField,
    PhotoField,
    PostForm,
    full_name_field,
    note_field,
    plate_field,
)
from conserje.blueprints.wording import sentence
from conserje.communities import units
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.localisation import time_zone
from conserje.visits.board import Filters
from conserje.visits.models import MANUAL_METHODS, State, Visitor, VisitorKind
from conserje.visits.registration import MOST_COMPANIONS, USUAL_VALIDITY, Announcement

LONGEST_FILTER = 40


class VisitorForm(DocumentForm):
    """Registering a visitor (O21); the fields and their order are acceptance.md's."""

    full_name = full_name_field(_("Nombre completo"))
    kind = ChoiceField(_("Tipo"), default=VisitorKind.VISIT.value)
    photo = PhotoField(_("Foto"))
    plate = plate_field(_("Patente"))
    companions = CountField(
        _("Acompañantes"),
        most=MOST_COMPANIONS,
        message=_("Los acompañantes son un número entre 0 y %(most)s.", most=MOST_COMPANIONS),
    )
    note = note_field(_("Observación"))
    valid_from = LocalMomentField(_("Desde"))
    valid_until = LocalMomentField(_("Hasta"))

    def __init__(self, community: Community, now: datetime, **options: Any) -> None:
        super().__init__(community, is_required=community.document_required, **options)
        self._now = now
        self.kind.choices = [(kind.value, labels.kind(kind)) for kind in VisitorKind]
        if not self.is_submitted():
            self.process(data={"valid_from": now, "valid_until": now + USUAL_VALIDITY})

    def announcement(self) -> Announcement:
        """What the form says, for the rules. The photograph's digest is added where it is kept."""
        valid_from = self.valid_from.data or self._now
        return Announcement(
            full_name=self.full_name.data or "",
            document=self.document,
            kind=VisitorKind(self.kind.data),
            valid_from=valid_from,
            valid_until=self.valid_until.data or valid_from + USUAL_VALIDITY,
            companions=self.companions.data or 0,
            plate=self.plate.data or "",
            note=self.note.data or "",
            photo=self.photo.digest,
        )

    def asks_who_it_is(self) -> bool:
        """Whether Enter was pressed, rather than [Guardar], with a good document and no name yet."""
        entered = request.form.get("by") == "enter"
        return entered and self.document is not None and not (self.full_name.data or "").strip()

    def fill_from(self, visitor: Visitor) -> None:
        """Put the data of someone who came before where nothing was typed yet."""
        self.full_name.data = self.full_name.data or visitor.full_name
        self.plate.data = self.plate.data or visitor.plate
        self.kind.data = visitor.kind


class AcceptForm(PostForm):
    """[Pendiente]: how the resident said yes (O25, O29), or why the visitor is not let in."""

    method = ChoiceField(_("Medio de aprobación"))
    note = note_field(_("Observación"))

    def __init__(self, visit_id: int, **options: Any) -> None:
        super().__init__(**options)
        # Beside it on the screen may stand the form of another visit, or of a new visitor.
        for field in (self.method, self.note):
            field.id = f"{field.id}-{visit_id}"
        self.method.choices = [(each.value, labels.method(each)) for each in MANUAL_METHODS]


class FilterForm(FlaskForm):
    """The filters of the list of entries; they live in the address, so a list can be kept and sent."""

    class Meta:
        csrf = False

    unit = StringField(_("Unidad"))
    since = LocalDayField(_("Desde"))
    until = LastDayField(_("Hasta"))
    state = ChoiceField(_("Estado"), default="", validators=[Optional()])

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._unit_ids: list[int] = []
        self.state.choices = [("", _("Todos")), *((each.value, labels.state(each)) for each in State)]

    def validate_unit(self, field: StringField) -> None:
        if not (field.data or "").strip():
            return
        if len(field.data) > LONGEST_FILTER:
            raise StopValidation(sentence(Refused("note_too_long", longest=LONGEST_FILTER)))
        self._unit_ids = units.ids_of(field.data)
        if not self._unit_ids:
            raise StopValidation(_("No hay una unidad con ese número o torre."))

    def filters(self) -> Filters:
        """The filters in the terms of the rules: whole local days, as moments in UTC."""
        zone = time_zone()
        return Filters(
            unit_ids=tuple(self._unit_ids),
            since=clock.day_bounds(self.since.data, zone)[0] if self.since.data else None,
            until=clock.day_bounds(self.until.data, zone)[1] if self.until.data else None,
            state=State(self.state.data) if self.state.data else None,
        )

    @property
    def has_range(self) -> bool:
        return bool(self.since.data or self.until.data)

    @property
    def narrows(self) -> bool:
        return bool(self.unit.data or self.has_range or self.state.data)
