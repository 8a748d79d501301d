"""The document of a person, as the gate and the administration ask for it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import StopValidation

from conserje.blueprints import labels
from conserje.blueprints.fields import ChoiceField, PostForm
from conserje.blueprints.wording import sentence
from conserje.communities.models import Community
from conserje.errors import Refused
from conserje.identity import documents, scans
from conserje.identity.documents import Document, DocumentType


class DocumentForm(PostForm):
    """Kind and number of an identity document of the community's country."""

    document_type = ChoiceField(_("Tipo de documento"), validate_choice=True)
    document_number = StringField(_("Número de documento"))

    def __init__(self, community: Community, *, is_required: bool, **options: Any) -> None:
        super().__init__(**options)
        self._is_required = is_required
        self.document: Document | None = None
        self.document_type.choices = [
            (kind.value, labels.document_type(kind)) for kind in documents.types_for(community.of_country)
        ]

    def validate_document_number(self, field: StringField) -> None:
        """A scanner types the whole code of the card into the field: the document is read out of it."""
        typed = field.data or ""
        scanned = scans.document_in(typed)
        if scanned is not None and scanned.type in dict(self.document_type.choices):
            self.document = scanned
            self.document_type.data = scanned.type.value
            field.data = documents.display(scanned)
            return
        if not typed.strip() and not self._is_required:
            return
        if self.document_type.data not in dict(self.document_type.choices):
            return  # the list above says so already
        try:
            self.document = documents.parse(DocumentType(self.document_type.data), typed)
        except Refused as refusal:
            raise StopValidation(sentence(refusal)) from refusal
