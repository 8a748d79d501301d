"""The bundles that the installation sells: a default catalogue, and putting bundles on sale and off."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from conserje.database import db
from conserje.errors import Refused
from conserje.identity import names
from conserje.identity.countries import Country
from conserje.sms_wallet.models import SmsBundle

MOST_PARTS = 100_000
HIGHEST_PRICE = 10**9
LONGEST_NAME = 60

# Parts and price in minor units: whole pesos in CLP, hundredths in COP.
DEFAULT: dict[Country, tuple[tuple[int, int], ...]] = {
    Country.CL: ((100, 5_990), (300, 15_990), (500, 24_990), (1_000, 44_990)),
    Country.CO: ((100, 19_900_00), (300, 54_900_00), (500, 84_900_00), (1_000, 154_900_00)),
}


def install_default() -> None:
    """Put the default catalogue of every country on sale, unless the installation has bundles. Needs
    `begin_writing()`."""
    if db.session.scalars(select(SmsBundle.id).limit(1)).first() is not None:
        return
    for country, bundles in DEFAULT.items():
        for parts, price in bundles:
            put_on_sale(country, f"{parts:,} SMS".replace(",", "."), parts, price)


def catalogue() -> Sequence[SmsBundle]:
    """Every bundle of the installation, those off sale included: by country, the cheapest first."""
    return db.session.scalars(select(SmsBundle).order_by(SmsBundle.country, SmsBundle.price, SmsBundle.id)).all()


def put_on_sale(country: Country, name: str, parts: int, price: int) -> SmsBundle:
    """Offer a bundle to the communities of a country; `price` in minor units of its money. Needs `begin_writing()`.

    What is on sale never changes, since somebody may be reading its conditions: another price is another bundle, and
    one that was taken off sale returns as it was. Refuses: what `names.parse` does; `name_too_long` (facts: longest);
    `bundle_parts_out_of_range` (facts: most); `bundle_price_out_of_range` (facts: most); `bundle_name_taken`.
    """
    name = names.parse(name, "name")
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", field="name", longest=LONGEST_NAME)
    if not 1 <= parts <= MOST_PARTS:
        raise Refused("bundle_parts_out_of_range", field="parts", most=MOST_PARTS)
    if not 0 <= price <= HIGHEST_PRICE:
        raise Refused("bundle_price_out_of_range", field="price", most=HIGHEST_PRICE)
    bundle = _named(country, name)
    if bundle is None:
        bundle = SmsBundle(country=country, name=name, parts=parts, price=price, currency=country.currency)
        db.session.add(bundle)
    elif bundle.is_on_sale or (bundle.parts, bundle.price) != (parts, price):
        raise Refused("bundle_name_taken", field="name")
    bundle.is_on_sale = True
    db.session.flush()
    return bundle


def take_off_sale(country: Country, name: str) -> SmsBundle:
    """Offer a bundle no longer; what was bought of it stays good. Needs `begin_writing()`.

    Refuses: `bundle_unknown`.
    """
    bundle = _named(country, name)
    if bundle is None:
        raise Refused("bundle_unknown", field="name")
    bundle.is_on_sale = False
    db.session.flush()
    return bundle


def _named(country: Country, name: str) -> SmsBundle | None:
    return db.session.scalars(select(SmsBundle).where(SmsBundle.country == country, SmsBundle.name == name)).first()
