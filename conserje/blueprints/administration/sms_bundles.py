"""[Bolsas de SMS]: what the community has, the bundles on sale, and the purchase of one (K010 to K019)."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conserje import clock
from conserje.blueprints import lists, places
from conserje.blueprints.access import current_access, requires
from conserje.blueprints.administration import administration
from conserje.blueprints.administration.forms import PeriodForm, PurchaseForm
from conserje.blueprints.submission import once
from conserje.errors import Refused
from conserje.paging import Page
from conserje.permissions import Permission
from conserje.sms_wallet import notices, purchases
from conserje.sms_wallet.models import SmsBundle, SmsPurchase
from conserje.sms_wallet.money import money, pesos
from conserje.sms_wallet.purchases import PurchaseRow


@administration.get("/bolsas-de-sms")
@requires(Permission.SEE_SMS_BUNDLES)
def sms_bundles() -> ResponseReturnValue:
    community = current_access().community
    return render_template(
        "administration/sms_bundles.html",
        summary=purchases.summary(community, clock.now()),
        bundles=purchases.bundles_on_sale(community),
    )


@administration.get("/bolsas-de-sms/<int:bundle_id>/comprar")
@requires(Permission.BUY_SMS_BUNDLES)
def confirm_purchase(bundle_id: int) -> ResponseReturnValue:
    """What is about to be bought, at which cost and on which conditions (K012, K013)."""
    return _confirmation(_bundle_or_404(bundle_id), PurchaseForm())


@administration.post("/bolsas-de-sms/<int:bundle_id>/comprar")
@requires(Permission.BUY_SMS_BUNDLES)
def buy(bundle_id: int) -> ResponseReturnValue:
    bundle, form = _bundle_or_404(bundle_id), PurchaseForm()
    try:
        purchase = once(form.key.data, lambda: _bought(bundle, accepts=form.accept.data), form.said(), kind=SmsPurchase)
    except Refused as refusal:
        if refusal.field != form.accept.short_name:
            raise
        form.refuse(refusal)
        return _confirmation(bundle, form, 422)
    facts = {"bundle": purchase.bundle_name, "cost": money(purchase.price, purchase.currency)}
    flash(_("La compra se realizó con éxito: %(bundle)s por %(cost)s.") % facts, "window")
    return redirect(url_for("administration.sms_bundles"), 303)


@administration.get("/bolsas-de-sms/historial")
@requires(Permission.SEE_SMS_BUNDLES)
def purchase_history() -> ResponseReturnValue:
    """All purchases of the community, or those of a period (K020 to K022)."""
    form, after = PeriodForm(formdata=request.args), places.read_id(request.args.get("desde", ""))
    page, here = Page[PurchaseRow]([], 0, None), form.address()
    if form.validate():
        page = purchases.history(current_access().community, since=form.since.data, until=form.until.data, after=after)
    body = render_template(
        "administration/purchase_history.html",
        form=form,
        page=page,
        export_url=url_for("administration.export_purchases", **here),
        **lists.ways_on("administration.purchase_history", here, after=after, following=page.next),
    )
    return body, 422 if form.errors else 200


@administration.get("/bolsas-de-sms/historial.xlsx")
@requires(Permission.BUY_SMS_BUNDLES)
def export_purchases() -> ResponseReturnValue:
    form = PeriodForm(formdata=request.args)
    if not form.validate():
        return redirect(lists.with_the_same_filters("administration.purchase_history"), 303)
    headings = [_("Fecha de compra"), _("Bolsa"), _("Número de SMS"), _("Costo"), _("Moneda"), _("Usuario")]
    found = purchases.every(current_access().community, since=form.since.data, until=form.until.data)
    rows = (
        [row.bought_at, row.bundle_name, row.parts, pesos(row.price, row.currency), row.currency, row.bought_by]
        for row in found
    )
    return lists.workbook("compras-de-sms", _("Historial de compras"), headings, rows, "sms.exported")


def _bought(bundle: SmsBundle, *, accepts: bool) -> SmsPurchase:
    """The purchase, and word of it to everybody whom it concerns (K018)."""
    access, now = current_access(), clock.now()
    purchase = purchases.buy(access.community, bundle, accepts_conditions=accepts, by=access.actor, now=now)
    vendor = str(current_app.config["VENDOR_EMAIL"])
    notices.announce_purchase(access.community, purchase, vendor=vendor, now=now)
    return purchase


def _confirmation(bundle: SmsBundle, form: PurchaseForm, status: int = 200) -> ResponseReturnValue:
    period = purchases.billing_period(clock.now(), current_access().time_zone)
    body = render_template(
        "administration/confirm_purchase.html",
        bundle=bundle,
        form=form,
        period=notices.month_in_words(period),
        bought_at=purchases.bought_lately(current_access().community, bundle, clock.now()),
    )
    return body, status


def _bundle_or_404(bundle_id: int) -> SmsBundle:
    found = purchases.bundle(current_access().community, bundle_id)
    if found is None:
        abort(404)
    return found
