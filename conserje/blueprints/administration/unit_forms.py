"""The forms of a unit and of a resident of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired

from conserje.blueprints import labels
from conserje.blueprints.fields import ChoiceField, NumberField, PostForm, by_rule
from conserje.communities import resident_upkeep, unit_upkeep
from conserje.communities.models import ColumnNames, Community, Origin, Resident, ResidentKind, Unit, UnitKind
from conserje.communities.resident_upkeep import CONTACT_ORDER, Contact, Person
from conserje.communities.unit_upkeep import UnitParticulars
from conserje.identity import emails, names, phones


class UnitForm(PostForm):
    """Makes a unit by hand, or edits one that was made so."""

    tower = StringField(_("Torre"), validators=[by_rule(unit_upkeep.tower)])
    number = StringField(_("Número"), validators=[by_rule(unit_upkeep.number)])
    floor = StringField(_("Piso"), validators=[by_rule(unit_upkeep.floor)])
    kind = ChoiceField(_("Tipo de inmueble"), default=UnitKind.APARTMENT.value)
    # What whoever edits was shown.
    seen = HiddenField()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kind.choices = [(each.value, labels.unit_kind(each)) for each in UnitKind]

    def show(self, unit: Unit) -> None:
        """The unit as it is."""
        for name in ("tower", "number", "floor", "kind"):
            self[name].data = getattr(unit, name)
        self.seen.data = unit_upkeep.version(unit)

    def particulars(self) -> UnitParticulars:
        """What the form says, for the rule."""
        return UnitParticulars(self.tower.data, self.number.data, self.floor.data, UnitKind(self.kind.data))


class ResidentForm(PostForm):
    """Adds a resident by hand or edits one; of somebody imported only what is Conserje's own (T05)."""

    given_names = StringField(_("Nombres"), validators=[by_rule(lambda text: names.parse(text, "given_names"))])
    surnames = StringField(_("Apellidos"), validators=[by_rule(lambda text: names.parse(text, "surnames"))])
    kind = ChoiceField(_("Tipo de usuario"), validators=[InputRequired(_("Elija el tipo de usuario."))])
    is_principal = BooleanField()
    email = StringField(
        _("Correo electrónico"), validators=[by_rule(lambda text: emails.parse(text) if text.strip() else "")]
    )
    may_approve = BooleanField(_("Puede aprobar visitas"))
    contact_order = NumberField(_("Orden de contacto"), limits=CONTACT_ORDER)
    phone_1 = StringField(_("Teléfono 1"))
    phone_2 = StringField(_("Teléfono 2"))
    phone_3 = StringField(_("Teléfono 3"))
    phone_4 = StringField(_("Teléfono 4"))
    reduced_mobility = BooleanField(_("Movilidad reducida"))
    electro_dependent = BooleanField(_("Electrodependiente"))
    # What whoever edits was shown.
    seen = HiddenField()

    def __init__(self, community: Community, origin: str = Origin.HAND, **options: Any) -> None:
        super().__init__(**options)
        self.kind.choices = [
            ("", _("Elija el tipo")),
            *((each.value, labels.resident_kind(each)) for each in ResidentKind),
        ]
        self.is_principal.label.text = labels.people(ColumnNames(community.column_names)).principal
        self.is_by_hand = origin == Origin.HAND
        if not self.is_by_hand:
            for name in ("given_names", "surnames", "kind", "is_principal", "email"):
                del self[name]

    @property
    def telephones(self) -> list[StringField]:
        return [self.phone_1, self.phone_2, self.phone_3, self.phone_4]

    def show(self, resident: Resident) -> None:
        """The resident as he is, telephones in full."""
        for field in self:
            if hasattr(resident, field.short_name):
                field.data = getattr(resident, field.short_name)
        for field, number in zip(self.telephones, resident_upkeep.numbers_of(resident), strict=False):
            field.data = phones.display(number)
        self.seen.data = resident_upkeep.version(resident)

    def person(self) -> Person:
        """What the form says of somebody who is not imported, for the rule."""
        return Person(
            given_names=self.given_names.data,
            surnames=self.surnames.data,
            kind=ResidentKind(self.kind.data),
            is_principal=self.is_principal.data,
            email=self.email.data or None,
        )

    def contact(self) -> Contact:
        """What the form says of how to reach him, for the rule."""
        return Contact(
            may_approve=self.may_approve.data,
            contact_order=self.contact_order.data or 0,
            phones=[field.data or "" for field in self.telephones],
            reduced_mobility=self.reduced_mobility.data,
            electro_dependent=self.electro_dependent.data,
        )
