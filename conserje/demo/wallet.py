"""The bundles of SMS that the demo's main community has bought, so that its history is not empty."""

from __future__ import annotations

from datetime import datetime, time

from conserje import clock
from conserje.communities.models import Community
from conserje.sms_wallet import purchases

# How far into the community's life each was bought, and at what hour.
_BOUGHT = ((0.3, time(11, 20)), (0.8, time(16, 45)))


def fill(community: Community, buyer_id: int, now: datetime) -> None:
    """Write the purchases, and what they put into the wallet. Needs `begin_writing()`."""
    on_sale = purchases.bundles_on_sale(community)
    for (share, hour), bundle in zip(_BOUGHT, on_sale, strict=False):
        moment = community.created_at + (now - community.created_at) * share
        day = clock.local(moment, community.time_zone).date()
        bought_at = clock.from_local(datetime.combine(day, hour), community.time_zone)
        purchases.enter(community, bundle, buyer_id, bought_at)
