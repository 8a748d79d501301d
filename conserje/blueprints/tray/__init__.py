"""[Bandeja de salida], where the demonstration's messages can be read. In production there is no such address."""

from __future__ import annotations

from flask import Blueprint, Response

from conserje.blueprints.access import current_access, not_activity, requires
from conserje.blueprints.htmx import page_or_fragment, tagged
from conserje.messages import tray as messages
from conserje.messages.models import ConsoleMessage
from conserje.permissions import Permission

tray = Blueprint("tray", __name__, url_prefix="/bandeja-de-salida")


@tray.get("/")
@requires(Permission.SEE_GATE)
def home() -> Response:
    return page_or_fragment("tray/home.html", "tray/_messages.html", messages=_latest())


@tray.get("/actual")
@requires(Permission.SEE_GATE)
@not_activity
def messages_now() -> Response:
    """The messages as they stand, asked for again and again by the screen that shows them."""
    return tagged("tray/_messages.html", messages=_latest())


def _latest() -> list[ConsoleMessage]:
    return messages.latest(current_access().community.id)
