"""The forms of requests about personal data and of keeping somebody's visits, and their words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired

from conserje.blueprints.fields import ChoiceField, LocalDayField, PostForm, note_field
from conserje.localisation import N_, gettext
from conserje.privacy.data_requests import Asked
from conserje.privacy.models import Outcome, RequestKind

# Each right by its name, and in plain words.
_KINDS = {
    RequestKind.ACCESS: (N_("Acceso"), N_("conocer sus datos")),
    RequestKind.RECTIFICATION: (N_("Rectificación"), N_("corregirlos")),
    RequestKind.ERASURE: (N_("Supresión"), N_("borrarlos")),
    RequestKind.OBJECTION: (N_("Oposición"), N_("que no se usen")),
    RequestKind.PORTABILITY: (N_("Portabilidad"), N_("llevárselos en un archivo")),
    RequestKind.BLOCKING: (N_("Bloqueo"), N_("que no se usen por un tiempo")),
}
_OUTCOMES = {Outcome.ANSWERED: N_("Respondida"), Outcome.REFUSED: N_("Rechazada")}


def kind_label(code: str) -> str:
    """What somebody asks for, as the law calls it."""
    name, _meaning = _KINDS[RequestKind(code)]
    return gettext(name)


def outcome_label(code: str) -> str:
    """What became of a request."""
    return gettext(_OUTCOMES[Outcome(code)])


class RequestForm(PostForm):
    """What somebody asked about his data, and when."""

    kind = ChoiceField(_("Qué pide"), validators=[InputRequired(_("Elija qué pide."))])
    asker = note_field(_("Quién pide y cómo responderle"))
    received_on = LocalDayField(_("Llegó el"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        meanings = ((kind.value, f"{gettext(name)}: {gettext(meaning)}") for kind, (name, meaning) in _KINDS.items())
        self.kind.choices = [("", gettext("Elija")), *meanings]
        self.received_on.validators = [InputRequired(_("Elija el día en que llegó."))]

    def asked(self) -> Asked:
        """What the form says, for the rule."""
        if self.received_on.data is None:
            raise ValueError("an unjudged form says nothing")
        return Asked(RequestKind(self.kind.data), self.asker.data or "", self.received_on.data)


class ClosingForm(PostForm):
    """What became of a request."""

    outcome = ChoiceField(_("Resultado"), validators=[InputRequired(_("Elija el resultado."))])
    note = note_field(_("Nota"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.outcome.choices = [("", gettext("Elija")), *((each.value, outcome_label(each)) for each in Outcome)]


class HoldForm(PostForm):
    """Why somebody's visits are kept, and through which day."""

    reason = note_field(_("Motivo"))
    last_day = LocalDayField(_("Conservar hasta el"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.reason.validators = [InputRequired(_("Escriba el motivo.")), *self.reason.validators]
        self.last_day.validators = [InputRequired(_("Elija el último día."))]

    def day(self) -> date:
        """The last day, for the rule."""
        if self.last_day.data is None:
            raise ValueError("an unjudged form says nothing")
        return self.last_day.data
