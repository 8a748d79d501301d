"""Closed by default: who is it, in which community, and may he?

Every view declares a permission, is for residents, or is public.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user, logout_user

from conserje import clock, tenancy
from conserje.accounts import second_factor, sign_in, staff
from conserje.accounts.models import Account, WebSession
from conserje.audit.journal import Actor, record_now
from conserje.blueprints import resident_access
from conserje.blueprints.htmx import wants_fragment
from conserje.communities import branding
from conserje.communities.models import Community
from conserje.database import end_request
from conserje.errors import Refused
from conserje.permissions import Permission, Profile, permissions_of

View = TypeVar("View", bound=Callable[..., Any])

# By address and in each process's memory; what locks an account lies in the database.
limiter = Limiter(get_remote_address, default_limits=[])


@dataclass(frozen=True)
class Access:
    """Who is signed in, where he works, and what he may do there."""

    account: Account
    web_session: WebSession
    communities: Sequence[Community]
    community: Community
    actor: Actor
    # Beside the community, which a rollback makes the session ask for anew: an error page must not need the database.
    locale: str
    time_zone: str
    # The digest of the logo in the top bar, where a whole page is asked for and there is one.
    logo: str | None

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)


class SignedIn:
    """What Flask-Login keeps: the token of the server-side session, so that signing out or in elsewhere ends it."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, token: str, web_session: WebSession | None = None, account: Account | None = None) -> None:
        self.token = token
        self.web_session = web_session
        self.account = account

    def get_id(self) -> str:
        return self.token


def public(view: View) -> View:
    """Open this view to everybody. The list of such views is asserted by a test."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def for_residents(view: View) -> View:
    """Open this view to residents in their portal, whose sessions are apart from those of the staff."""
    view.access = "resident"  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Open this view to accounts that hold the permission."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def not_activity(view: View) -> View:
    """A view that a screen calls by itself does not keep a session from ending."""
    view.not_activity = True  # type: ignore[attr-defined]
    return view


def before_second_factor(view: View) -> View:
    """A view that answers an administrator who must set a second factor up and has not: that, and signing out."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def asks_for_a_page() -> bool:
    """Whether the answer will be a whole page: no part of one, and nothing that a screen calls by itself."""
    view = current_app.view_functions[request.endpoint or ""]
    return not wants_fragment() and not getattr(view, "not_activity", False)


def current_access() -> Access:
    """The access of the person whose request this is; only views that require a permission have one."""
    return cast(Access, g.access)


def client_address() -> str:
    return request.remote_addr or ""


def held_session() -> WebSession | None:
    """The live session that this browser came with, where a view is open to everybody."""
    user = current_user._get_current_object()
    return cast(WebSession, user.web_session) if user.is_authenticated else None


def begin_session(token: str) -> None:
    """Hand the browser its token, with nothing left of what the cookie held before (session fixation)."""
    session.clear()
    login_user(SignedIn(token))


def forget_session() -> None:
    logout_user()
    session.clear()


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of ours, or else the gate (no open redirect, ASVS 3.7.2)."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and target.isprintable():
            return target
    return url_for("gate.home")


def init_access(app: Flask) -> None:
    # Templates ask for `access`. An error page must not load the user anew from a database that may be what failed.
    login = LoginManager(app, add_context_processor=False)
    login.session_protection = None  # roaming phones change address; the token lies in the database
    login.user_loader(_load)
    limiter.init_app(app)
    app.before_request(_guard)
    app.after_request(_note_nothing_shared)


def _load(token: str) -> SignedIn | None:
    found = sign_in.resume(token, clock.now())
    return SignedIn(token, *found) if found else None


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 or 405: nothing to guard
    view = current_app.view_functions[request.endpoint]
    needed = getattr(view, "access", None)
    if needed == "public":
        return None
    if needed == "resident":
        return resident_access.guard()
    user = current_user._get_current_object()
    if not user.is_authenticated:
        return _sign_in_first()
    g.access = access = _access_of(user)
    if access is None:
        abort(403)
    if not getattr(view, "not_activity", False):
        sign_in.note_activity(access.web_session, clock.now())
    tenancy.bind(access.community.id)
    _refuse_tab_left_behind(request.headers.get("Conserje-Community", ""))
    if not getattr(view, "before_second_factor", False) and second_factor.is_missing(access.account):
        return _elsewhere(url_for("accounts.second_factor"), 403)
    if needed is None or not access.may(needed):
        _deny(access, needed)
    return None


def refuse_form_left_behind() -> None:
    """Another tab of this browser switched: what a form says, and where it would be done, are of two communities.

    Asked once the body has been read; `rendering.new_key` wrote where the form was shown.
    """
    if request.method == "POST" and g.get("access"):
        shown_in, dot, _ = request.form.get("key", "").partition(".")
        _refuse_tab_left_behind(shown_in if dot else "")


def _refuse_tab_left_behind(shown_in: str) -> None:
    access = current_access()
    if shown_in.isascii() and shown_in.isdigit() and shown_in != str(access.actor.community_id):
        raise Refused("community_changed", community=access.community.name)


def _deny(access: Access, needed: Permission | None) -> NoReturn:
    """Refuse what the profile does not allow, and write down that it was tried (ASVS 16.3.2).

    Whoever would be allowed to, were the community's module on, tried nothing: he is told so.
    """
    if needed is not None and access.account.may(needed):
        raise Refused("module_off", community=access.community.name)
    facts = {"view": request.endpoint, "method": request.method}
    record_now("access.denied", "account", access.account.id, by=access.actor, at=clock.now(), facts=facts)
    end_request(keep=False)
    abort(403)


def _access_of(user: SignedIn) -> Access | None:
    account, web_session = cast(Account, user.account), cast(WebSession, user.web_session)
    communities = staff.communities_of(account)
    if not communities:
        return None
    # Whoever has chosen none yet begins in the one that was there first.
    first = min(communities, key=lambda each: each.id)
    chosen = next((each for each in communities if each.id == web_session.community_id), first)
    permissions = permissions_of(Profile(account.profile), is_test=account.is_test, off=chosen.modules_off)
    actor = Actor(account.id, chosen.id, client_address(), permissions)
    logo = branding.logo_of(chosen) if asks_for_a_page() else None
    return Access(account, web_session, communities, chosen, actor, chosen.locale, chosen.time_zone, logo)


def _sign_in_first() -> ResponseReturnValue:
    """To the sign-in page, and from there back. Inside a fragment never a redirect that would land in a table cell."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = page.path + (f"?{page.query}" if page.query else "")
    else:
        back = request.full_path.rstrip("?") if request.method == "GET" else urlsplit(request.referrer or "").path
    return _elsewhere(url_for("accounts.sign_in", next=safe_next(back)), 401)


def _elsewhere(target: str, status: int) -> ResponseReturnValue:
    """To another page; `status` is what hears whoever asks for no page."""
    if request.headers.get("HX-Request"):
        return Response(status=status, headers={"HX-Redirect": target})
    if "text/event-stream" in request.headers.get("Accept", ""):
        return Response(status=status)  # a stream shows nobody a page
    return redirect(target, 303)


def _note_nothing_shared(response: Response) -> Response:
    response.vary.add("Cookie")
    return response
