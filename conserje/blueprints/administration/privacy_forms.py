"""The forms of [Datos personales], and its words for the kinds of data."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField

from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.fields import NumberField, PostForm, full_name_field
from conserje.communities.models import Community
from conserje.identity import documents
from conserje.localisation import N_
from conserje.privacy import retention
from conserje.privacy.dossier import Dossier
from conserje.privacy.retention import TERMS, Kind

# What a purge erases, as its counts are shown.
ERASED = {
    "visits": N_("Visitas que quedan sin persona"),
    "register": N_("Personas del registro de visitantes"),
    "documents": N_("Números de documento"),
    "photos": N_("Fotos"),
    "plates": N_("Patentes"),
    "links": N_("Enlaces de aprobación"),
    "messages": N_("Destinatarios de mensajes"),
    "jobs": N_("Trabajos terminados"),
    "runs": N_("Borrados de hace más de un año"),
    "requests": N_("Solicitudes cerradas"),
    "holds": N_("Conservaciones por un incidente que terminaron"),
    "journal": N_("Líneas de la bitácora"),
    "files": N_("Archivos sin uso"),
}


class Explained(NamedTuple):
    """A term's field and what it means."""

    field: NumberField
    hint: str


class RetentionForm(PostForm):
    """For how many days each kind of data is kept; the ranges are the rule's."""

    visits = NumberField(_("Visitas"), limits=(TERMS[Kind.VISITS].least, TERMS[Kind.VISITS].most))
    documents = NumberField(_("Número de documento"), limits=(TERMS[Kind.DOCUMENTS].least, TERMS[Kind.DOCUMENTS].most))
    photos = NumberField(_("Fotos de visitantes"), limits=(TERMS[Kind.PHOTOS].least, TERMS[Kind.PHOTOS].most))
    plates = NumberField(_("Patentes"), limits=(TERMS[Kind.PLATES].least, TERMS[Kind.PLATES].most))
    messages = NumberField(_("Mensajes"), limits=(TERMS[Kind.MESSAGES].least, TERMS[Kind.MESSAGES].most))
    journal = NumberField(_("Bitácora"), limits=(TERMS[Kind.JOURNAL].least, TERMS[Kind.JOURNAL].most))

    def show(self, community: Community) -> None:
        """The days as they are."""
        for kind, days in retention.all_days(community).items():
            self[kind].data = days

    def days(self) -> dict[Kind, int]:
        """What the form says, for the rule."""
        return {kind: self[kind].data or 0 for kind in Kind}

    def explained(self) -> list[Explained]:
        return [Explained(self[kind], hint) for kind, hint in _HINTS.items()]


_HINTS = {
    Kind.VISITS: _("Entre 30 y 365 días desde que termina la vigencia. Después queda solo que alguien vino y cuándo."),
    Kind.DOCUMENTS: _("Entre 0 y 90 días. Con 0 se borra a las 24 horas, que es lo que la portería necesita."),
    Kind.PHOTOS: _("Entre 0 y 90 días. Con 0 se borra a las 24 horas. Se elimina también el archivo."),
    Kind.PLATES: _("Entre 0 y 90 días. Con 0 se borra a las 24 horas."),
    Kind.MESSAGES: _("Entre 30 y 180 días. El texto se borra al enviarlo; después, también el número o correo."),
    Kind.JOURNAL: _(
        "Entre 365 y 1.825 días. Guarda solo números internos, nunca nombres; nadie la cambia ni la acorta."
    ),
}


class PersonSearchForm(FlaskForm):
    """Whom to look for. It is posted, so that no name or document ends up in an address or in a log."""

    text = StringField(_("Documento, teléfono, correo o nombre"))


class CorrectionForm(DocumentForm):
    """Name and document of somebody in the register of visitors."""

    full_name = full_name_field(_("Nombre completo"))

    def __init__(self, community: Community, **options: Any) -> None:
        super().__init__(community, is_required=False, **options)

    def show(self, person: Dossier) -> None:
        """The person as the register has him."""
        self.full_name.data = person.name
        if person.document is not None:
            self.document_type.data = person.document.type
            self.document_number.data = documents.display(person.document)
