"""Who changed a community's settings last."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from conserje.accounts.settings_history import LastChange, last_changes
from conserje.audit.journal import Actor, record
from conserje.communities.models import Community
from conserje.database import db
from tests.builders import NOON, actor, make_account, make_administration, make_community

GROUPS = {"gate": ("approval_minutes", "gate_phone"), "units": ("column_names",)}


def changed(community: Community, by: Actor, minutes: int, *names: str) -> None:
    at = NOON + timedelta(minutes=minutes)
    record("settings.changed", "community", community.id, by=by, at=at, facts={"settings": list(names)})


def test_each_group_has_its_last_change_in_this_community(ctx: Flask) -> None:
    administration = make_administration()
    community, other = make_community(administration), make_community(administration, "Otra")
    paula = make_account(administration, given_name="Paula")
    assert last_changes(community, GROUPS) == {}
    changed(community, actor(paula, community), 1, "gate_phone")
    changed(community, actor(None, community), 2, "approval_minutes", "sms_per_day")
    changed(community, actor(paula, community), 3, "sms_per_day")
    changed(other, actor(paula, other), 4, "column_names")
    db.session.flush()
    assert last_changes(community, GROUPS) == {"gate": LastChange("", NOON + timedelta(minutes=2))}
    changed(community, actor(paula, community), 5, "column_names", "gate_phone")
    db.session.flush()
    paulas = LastChange("Paula Pino", NOON + timedelta(minutes=5))
    assert last_changes(community, GROUPS) == {"gate": paulas, "units": paulas}
