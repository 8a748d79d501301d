"""Files that no row names any more: photographs that were purged, replaced logos, files of jobs that are over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.photos.storage import PhotoStore, photo_key, thumbnail_key
from conserje.privacy.forgetting import photos_without_use
from conserje.privacy.retention import JOBS_KEPT
from conserje.visits.models import Visit, Visitor

# A photograph is stored before the visit that names it is saved, a logo of the accounting product with a draft that
# waits for a day.
YOUNGER_ARE_LEFT = timedelta(days=1)
YOUNGER_LOGOS_ARE_LEFT = timedelta(hours=36)


def orphans(store: PhotoStore, community: Community, now: datetime) -> Iterator[str]:
    """Keys of the bound community's files, and of its administration's logos, that nothing needs any more."""
    for prefix, named, younger_are_left in (
        (f"{community.id}/", _photos(), YOUNGER_ARE_LEFT),
        (f"logos/{community.administration_id}/", _logos(community), YOUNGER_LOGOS_ARE_LEFT),
        # What jobs read or made: the jobs themselves are gone after as long.
        (f"imports/{community.id}/", set(), JOBS_KEPT),
        (f"letters/{community.id}/", set(), JOBS_KEPT),
    ):
        for key, saved_at in store.listed(prefix):
            if saved_at < now - younger_are_left and _digest(key) not in named:
                yield key


def delete_photos(store: PhotoStore, community_id: int, digests: Iterable[str]) -> None:
    """Delete what was a forgotten person's, once that is committed; not what another visit shows as well."""
    for digest in photos_without_use(set(digests)):
        store.delete(photo_key(community_id, digest))
        store.delete(thumbnail_key(community_id, digest))


def _photos() -> set[str]:
    return {
        digest
        for model in (Visit, Visitor)
        for digest in db.session.scalars(select(model.photo).where(model.photo.is_not(None)).distinct())
        if digest
    }


def _logos(community: Community) -> set[str]:
    administration = db.session.get_one(Administration, community.administration_id)
    of_communities = select(Community.logo).where(Community.administration_id == administration.id)
    named = {administration.logo, administration.inherited_logo, *db.session.scalars(of_communities)}
    return {digest for digest in named if digest}


def _digest(key: str) -> str:
    """Of `7/ab/abcd.jpg`, and of its small form `7/ab/abcd-96.jpg`, what rows name: `abcd`."""
    return key.rpartition("/")[2].partition(".")[0].partition("-")[0]
