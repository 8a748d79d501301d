"""The base of every form, and the fields that know what the field's own rules know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import IO, Any, Generic, Protocol, TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import DateField, DateTimeLocalField
from wtforms.validators import InputRequired, Optional, StopValidation

from conserje import clock
from conserje.blueprints.rendering import new_key
from conserje.blueprints.wording import sentence
from conserje.errors import Refused
from conserje.identity import names, plates
from conserje.localisation import time_zone
from conserje.photos.images import PreparedPhoto, prepare

NOTE_LENGTH = 140
# What a calendar of a gatehouse holds; beyond lie slips of the keyboard, and moments that overflow.
YEARS = range(2000, 2101)


class KeyField(HiddenField):
    """The key by which a second post is recognised: new in a new form, and what was posted in a posted one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(default=new_key, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = str(valuelist[0]) if valuelist else ""


class PostForm(FlaskForm):
    """A form that writes: carries the key by which a second post is recognised, and keeps what was typed."""

    key = KeyField()

    def said(self) -> dict[str, object]:
        """Everything the form said, parsed: what a second post of the same key is compared by."""
        return {
            # A file is told by its content.
            field.short_name: field.digest if isinstance(field, PictureField) else field.data
            for field in self
            if field.short_name not in ("csrf_token", "key")
        }

    def refuse(self, refusal: Refused) -> None:
        """Put a refusal beside the field it is about, or above the form where it is about none."""
        if refusal.code == "form_stale":
            self.renew_key()
        if refusal.field and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, sentence(refusal)]
        else:
            self.form_errors.append(sentence(refusal))

    def renew_key(self) -> None:
        """A fresh form with the same content: this one's key has been used."""
        self.key.data = new_key()


def by_rule(rule: Callable[[str], Any]) -> Callable[[object, StringField], None]:
    """A validator that lets a rule of the areas judge and tidy the text."""

    def judge(_form: object, field: StringField) -> None:
        try:
            field.data = rule(field.data or "")
        except Refused as refusal:
            raise StopValidation(sentence(refusal)) from refusal

    # WTForms asks each validator which attributes it puts on the control.
    judge.field_flags = {}  # type: ignore[attr-defined]
    return judge


def full_name_field(label: str) -> StringField:
    return StringField(label, validators=[by_rule(names.parse)])


def plate_field(label: str) -> StringField:
    return StringField(label, validators=[by_rule(plates.canonical)])


def tidy_note(text: str) -> str:
    """A remark of one line, at most 140 characters. Refuses: `note_too_long`, `note_characters`."""
    tidy = " ".join(text.split())
    if len(tidy) > NOTE_LENGTH:
        raise Refused("note_too_long", longest=NOTE_LENGTH)
    if not tidy.isprintable():
        raise Refused("note_characters")
    return tidy


def note_field(label: str, **options: Any) -> StringField:
    return StringField(label, validators=[by_rule(tidy_note)], **options)


class ChoiceField(SelectField):
    """One of a list; something else comes only from a form that is old or tampered with."""

    def pre_validate(self, form: object) -> None:
        try:
            super().pre_validate(form)
        except ValueError:
            raise StopValidation(_("Elija una opción de la lista.")) from None


class NumberField(IntegerField):
    """A whole number that must be there, within the least and the most that its rule admits."""

    data: int | None

    def __init__(self, label: str, *, limits: tuple[int, int], **options: Any) -> None:
        super().__init__(label, validators=[InputRequired(_("Ingrese un número."))], **options)
        self.limits = limits

    def process_formdata(self, valuelist: list[Any]) -> None:
        least, most = self.limits
        try:
            super().process_formdata(valuelist)
            if self.data is None or not least <= self.data <= most:
                raise ValueError
        except ValueError:
            self.data = None
            raise ValueError(sentence(Refused("setting_out_of_range", least=least, most=most))) from None


class CountField(IntegerField):
    """A whole number from 0 to `most`; nothing typed counts as none."""

    def __init__(self, label: str, *, most: int, message: str, **options: Any) -> None:
        super().__init__(label, validators=[Optional()], default=0, **options)
        self.most = most
        self.message = message

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
        if valuelist and (self.data is None or not 0 <= self.data <= self.most):
            self.data = None
            raise ValueError(self.message)


class LocalDayField(DateField):
    """A day on the community's calendar; none where nothing was typed."""

    data: date | None

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, validators=[Optional()], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
            if self.data is not None and self.data.year not in YEARS:
                raise ValueError
        except ValueError:
            self.data = None
            raise ValueError(_("Ingrese una fecha válida.")) from None


class LastDayField(LocalDayField):
    """The last day of a period, whose form has its first as `since`."""

    def pre_validate(self, form: Any) -> None:
        if form.since.data and self.data and self.data < form.since.data:
            raise StopValidation(_("La fecha «hasta» debe ser igual o posterior a la fecha «desde»."))


class LocalMomentField(DateTimeLocalField):
    """A wall-clock time of the community, kept as a moment in UTC."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
            if self.data is None or self.data.year not in YEARS:
                raise ValueError
        except ValueError:
            self.data = None
            raise ValueError(_("Ingrese una fecha y una hora válidas.")) from None
        self.data = clock.from_local(self.data, time_zone())

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock.local(self.data, time_zone()).strftime("%Y-%m-%dT%H:%M") if isinstance(self.data, datetime) else ""


Picture = TypeVar("Picture", bound="Prepared")


class Prepared(Protocol):
    """A picture ready to be stored, and the address that its content gives it."""

    @property
    def digest(self) -> str: ...


class PictureField(FileField, Generic[Picture]):
    """A picture, optional; read, judged and shrunk while the form is validated, before anything is written."""

    prepared: Picture | None = None

    def prepare(self, stream: IO[bytes], form: Any) -> Picture:
        """What is kept of the upload; refuses what is no such picture."""
        raise NotImplementedError

    def pre_validate(self, form: object) -> None:
        upload = self.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return
        try:
            self.prepared = self.prepare(upload.stream, form)
        except Refused as refusal:
            raise StopValidation(sentence(refusal)) from refusal

    @property
    def digest(self) -> str | None:
        return self.prepared.digest if self.prepared else None


class PhotoField(PictureField[PreparedPhoto]):
    """A photograph of a visitor."""

    def prepare(self, stream: IO[bytes], form: Any) -> PreparedPhoto:
        return prepare(stream)
