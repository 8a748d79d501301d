"""[Ingresar acceso]: whom to put on which of the unit's lists, until when and at which hours."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields import TimeField
from wtforms.validators import InputRequired, Optional, StopValidation

from conserje import clock
from conserje.access_lists import schedules, upkeep
from conserje.access_lists.matching import LISTS, Listing
from conserje.access_lists.models import AccessListEntry
from conserje.access_lists.schedules import EVERY_DAY, Validity
from conserje.blueprints import labels
from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.fields import ChoiceField, LocalDayField, PostForm, full_name_field
from conserje.blueprints.schedule_words import WEEKDAYS
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.localisation import gettext, time_zone


class HourField(TimeField):
    """A time of the community's wall clock; none where nothing was typed."""

    data: time | None

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, format=["%H:%M", "%H:%M:%S"], validators=[Optional()], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("Ingrese una hora válida, como 9:30.")) from None

    @property
    def minute(self) -> int | None:
        return None if self.data is None else self.data.hour * 60 + self.data.minute

    def show(self, minute: int | None) -> None:
        self.data = None if minute is None else time(*divmod(minute, 60))


class DaysField(SelectMultipleField):
    """Days of the week; none named means every day."""

    data: list[int] | None

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, coerce=int, validators=[Optional()], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = []
            raise ValueError(_("Elija una opción de la lista.")) from None

    def pre_validate(self, form: object) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise StopValidation(_("Elija una opción de la lista.")) from None


class ValidityForm(PostForm):
    """When an entry holds, on whichever list it is."""

    expires_on = LocalDayField(_("Vence el"))
    days = DaysField(_("Días"))
    from_hour = HourField(_("Desde las"))
    until_hour = HourField(_("Hasta las"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.days.choices = [(day, gettext(name)) for day, name in enumerate(WEEKDAYS)]

    def listing_meant(self) -> str:
        """The list that the entry is on, or is to be put on."""
        raise NotImplementedError

    def validate(self, *args: Any, **options: Any) -> bool:
        """Beside what each field says, what the rule says of all together."""
        if not super().validate(*args, **options):
            return False
        today = clock.local(clock.now(), time_zone()).date()
        is_authorised = self.listing_meant() == Listing.AUTHORISED
        try:
            schedules.require_sense(self.validity(), is_authorised=is_authorised, today=today)
        except Refused as refusal:
            self.refuse(refusal)
            return False
        return True

    def validity(self) -> Validity:
        """What the form says, for the rule."""
        return Validity(
            self.expires_on.data,
            schedules.days_of(self.days.data or ()),
            self.from_hour.minute,
            self.until_hour.minute,
        )

    def show_validity(self, validity: Validity) -> None:
        """When the entry holds as it is."""
        self.expires_on.data = validity.expires_on
        self.days.data = [] if validity.days == EVERY_DAY else list(validity.weekdays)
        self.from_hour.show(validity.from_minute)
        self.until_hour.show(validity.until_minute)

    def when_said(self) -> list[tuple[str, str]]:
        """The fields about when, as a further form posts them again."""
        said = [("days", str(day)) for day in self.days.data or ()]
        if self.expires_on.data:
            said.append(("expires_on", self.expires_on.data.isoformat()))
        hours = (("from_hour", self.from_hour.data), ("until_hour", self.until_hour.data))
        return said + [(name, f"{hour:%H:%M}") for name, hour in hours if hour is not None]


class AccessForm(DocumentForm, ValidityForm):
    """The form of [Ingresar acceso] (K083); without a document nobody can be listed."""

    listing = ChoiceField(_("Tipo de acceso"), validators=[InputRequired(_("Elija el tipo de acceso."))])
    full_name = full_name_field(_("Nombre completo"))

    def __init__(self, community: Community, **options: Any) -> None:
        super().__init__(community, is_required=True, **options)
        # Neither is taken for granted: whoever does not choose is asked.
        self.listing.choices = [("", _("Elija uno")), *((each.value, labels.listing(each)) for each in LISTS)]

    def listing_meant(self) -> str:
        return str(self.listing.data)


class AmendForm(ValidityForm):
    """[Editar]: when an entry holds."""

    # What whoever edits was shown.
    seen = HiddenField()

    def __init__(self, entry: AccessListEntry, **options: Any) -> None:
        super().__init__(**options)
        self._listing = entry.listing

    def listing_meant(self) -> str:
        return self._listing

    def show(self, entry: AccessListEntry) -> None:
        """The entry as it is."""
        self.show_validity(entry.validity)
        self.seen.data = upkeep.amendable(entry)
