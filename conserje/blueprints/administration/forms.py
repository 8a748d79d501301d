"""The administration's forms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from conserje.blueprints import labels
from conserje.blueprints.fields import ChoiceField, LastDayField, LocalDayField, NumberField, PostForm
from conserje.communities.directory import UnitRow
from conserje.communities.models import ColumnNames, Community
from conserje.communities.settings import APPROVAL_MINUTES, ESCALATION_SECONDS, SMS_PER_DAY, GateSettings
from conserje.identity import phones


class SeenNumberForm(PostForm):
    """Deletes a unit's number: the one that was shown to whoever deletes, and no other."""

    seen = HiddenField()

    def show(self, row: UnitRow) -> None:
        """A fresh form about the number as it is now."""
        self.renew_key()
        self.seen.data = row.notice_phone


class NumberForm(SeenNumberForm):
    """Gives a unit its number. The field is empty also where there is one already (K098)."""

    phone = StringField(_("Número de celular"))

    def __init__(self, unit_id: int, **options: Any) -> None:
        super().__init__(**options)
        # In the list beside it may stand the form of another unit.
        self.phone.id = f"phone-{unit_id}"


class PurchaseForm(PostForm):
    """The confirmation of a purchase, with its conditions (K014)."""

    accept = BooleanField(_("Acepto las condiciones"))


class PeriodForm(FlaskForm):
    """The period of the history of purchases (K021), days of the community's calendar; it lives in the address."""

    class Meta:
        csrf = False

    since = LocalDayField(_("Desde"))
    until = LastDayField(_("Hasta"))

    def address(self) -> dict[str, Any]:
        """The period as the address of a further page says it."""
        return {field.short_name: field.data.isoformat() for field in self if field.data}


class SettingsForm(PostForm):
    """What the community settles; the ranges are the rule's."""

    approval_minutes = NumberField(_("Minutos para responder"), limits=APPROVAL_MINUTES)
    asks_residents = BooleanField(_("Preguntar al residente por mensaje"))
    escalation_seconds = NumberField(_("Segundos antes de preguntar a los demás"), limits=ESCALATION_SECONDS)
    sms_per_day = NumberField(_("SMS por día, como máximo"), limits=SMS_PER_DAY)
    document_required = BooleanField(_("Pedir siempre el documento del visitante"))
    gate_phone = StringField(_("Teléfono de la portería"))
    column_names = ChoiceField(_("Nombres de las personas de una unidad"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.column_names.choices = [(each.value, labels.people(each).both) for each in ColumnNames]

    def show(self, community: Community) -> None:
        """The settings as they are."""
        for field in self:
            if hasattr(community, field.short_name):
                field.data = getattr(community, field.short_name)
        self.gate_phone.data = phones.display(community.gate_phone) if community.gate_phone else ""

    def settings(self) -> GateSettings:
        """What the form says, for the rule."""
        return GateSettings(
            approval_minutes=self.approval_minutes.data or 0,
            escalation_seconds=self.escalation_seconds.data or 0,
            sms_per_day=self.sms_per_day.data or 0,
            asks_residents=self.asks_residents.data,
            document_required=self.document_required.data,
            gate_phone=self.gate_phone.data or "",
            column_names=ColumnNames(self.column_names.data),
        )
