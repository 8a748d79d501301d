"""Who is in the residents' portal: a cookie and a session of its own. A session of the staff is none here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conserje import clock, tenancy
from conserje.audit.journal import Actor
from conserje.communities import branding
from conserje.communities.models import Community, Resident, Unit
from conserje.database import db
from conserje.localisation import be_in
from conserje.portal import contacts, sessions
from conserje.portal.contacts import Home
from conserje.portal.models import PortalAccess, PortalSession


@dataclass(frozen=True)
class ResidentAccess:
    """Who is in, every home that his contact opens, and the one that he looks at."""

    access: PortalAccess
    session: PortalSession
    homes: Sequence[Home]
    home: Home
    resident: Resident
    unit: Unit
    community: Community
    actor: Actor
    # The digest of the community's logo, where there is one.
    logo: str | None


def current_resident() -> ResidentAccess:
    """The access of the resident whose request this is; only views for residents have one."""
    return cast(ResidentAccess, g.resident)


def guard() -> ResponseReturnValue | None:
    """Let in whoever has a session of the portal, bound to the community of one home that the contact opens now.

    Asked anew for every request: whoever was taken off the unit is out at once.
    """
    held = held_session()
    if held is None:
        return redirect(url_for("portal.entry"), 303)
    session, access = held
    homes = contacts.homes(access.contact)
    home = sessions.chosen(session, homes)
    if home is None:
        return render_template("portal/nobody.html", contact=contacts.shown(access.contact)), 403
    tenancy.bind(home.community_id)
    resident = db.session.get(Resident, home.resident_id)
    if resident is None:
        return redirect(url_for("portal.home"), 303)
    community = db.session.get_one(Community, home.community_id)
    be_in(community)
    sessions.note_activity(session, clock.now())
    g.resident = ResidentAccess(
        access,
        session,
        homes,
        home,
        resident,
        db.session.get_one(Unit, resident.unit_id),
        community,
        Actor(None, community.id, request.remote_addr or ""),
        branding.logo_of(community),
    )
    return None


def held_session() -> tuple[PortalSession, PortalAccess] | None:
    """The live session that this browser came with, and whose it is."""
    token = request.cookies.get(_cookie_name())
    return sessions.resume(token, clock.now()) if token else None


def hand_over(response: Response, token: str) -> Response:
    """Give the browser its token, for as long as the session may last."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=sessions.LONGEST,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
    )
    return response


def take_back(response: Response) -> Response:
    """Have the browser forget its token."""
    response.delete_cookie(_cookie_name(), secure=current_app.config["HTTPS"], httponly=True, samesite="Lax")
    return response


def _cookie_name() -> str:
    return "__Host-rid" if current_app.config["HTTPS"] else "rid"
