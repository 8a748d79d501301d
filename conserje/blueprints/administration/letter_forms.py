"""The forms of [Carta de bienvenida]."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from conserje.blueprints import places
from conserje.blueprints.fields import PostForm, by_rule
from conserje.letters import wording
from conserje.letters.ordering import Form

CHOSEN, ALL = "chosen", "all"
MAIL = "mail"


class LettersForm(PostForm):
    """Which units, and what is to be done with their letters: the pressed button says it."""

    q = HiddenField()
    which = StringField(_("Inmuebles"), default=CHOSEN)
    act = StringField(validators=[InputRequired(_("Elija si quiere descargar o enviar las cartas."))])

    def validate_which(self, field: StringField) -> None:
        if field.data not in (CHOSEN, ALL):
            raise ValidationError(_("Elija los inmuebles."))

    def validate_act(self, field: StringField) -> None:
        if field.data not in (MAIL, *Form):
            raise ValidationError(_("Elija si quiere descargar o enviar las cartas."))

    def chosen(self) -> list[int]:
        """The ids ticked; what is no id is left out."""
        found = (places.read_id(text) for text in request.form.getlist("unit"))
        return [unit_id for unit_id in found if unit_id is not None]

    @property
    def of_all(self) -> bool:
        return bool(self.which.data == ALL)

    @property
    def by_mail(self) -> bool:
        return bool(self.act.data == MAIL)

    @property
    def paper(self) -> Form:
        return Form(self.act.data)

    def said(self) -> dict[str, object]:
        return {**super().said(), "units": self.chosen()}


class LetterTextForm(PostForm):
    """The community's own letter (T16)."""

    text = TextAreaField(_("Texto de la carta"), validators=[by_rule(wording.parse)])

    @property
    def previews(self) -> bool:
        return "preview" in request.form

    @property
    def restores(self) -> bool:
        return "restore" in request.form
