"""The form of the watch list: for whom to watch, why, and when to look at it again."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import InputRequired

from conserje.access_lists import watch_list
from conserje.access_lists.models import WatchEntry
from conserje.access_lists.watch_list import Watch
from conserje.blueprints.document_form import DocumentForm
from conserje.blueprints.fields import LocalDayField, full_name_field, note_field
from conserje.communities.models import Community
from conserje.identity import documents


class WatchForm(DocumentForm):
    """Adds somebody to the watch list, or changes what is said of one who is on it."""

    full_name = full_name_field(_("Nombre completo"))
    reason = note_field(_("Motivo"))
    review_on = LocalDayField(_("Revisar el"))
    # What whoever edits was shown.
    seen = HiddenField()

    def __init__(self, community: Community, **options: Any) -> None:
        super().__init__(community, is_required=False, **options)
        self.reason.validators = [InputRequired(_("Escriba el motivo.")), *self.reason.validators]
        self.review_on.validators = [InputRequired(_("Elija la fecha de revisión."))]

    def show(self, entry: WatchEntry) -> None:
        """The entry as it is."""
        if entry.document is not None:
            self.document_type.data = entry.document.type.value
            self.document_number.data = documents.display(entry.document)
        self.full_name.data, self.reason.data = entry.full_name, entry.reason
        self.review_on.data = entry.review_on
        self.seen.data = watch_list.version(entry)

    def watch(self) -> Watch:
        """What the form says, for the rule."""
        if self.review_on.data is None:
            raise ValueError("an unjudged form says nothing")
        return Watch(self.document, self.full_name.data or "", self.reason.data or "", self.review_on.data)
