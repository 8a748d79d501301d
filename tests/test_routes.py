"""Every door of the program: closed unless it says who may pass."""

from __future__ import annotations

from flask import Flask

from conserje.permissions import Permission

# Open to everybody. A new entry is a decision: it shows nothing of any community.
PUBLIC = {
    "accounts.start",
    "accounts.sign_in",
    "accounts.sign_in_with_password",
    "healthz",
    "readyz",
}


def test_every_view_says_who_may_open_it(migrated_app: Flask) -> None:
    unmarked = {
        endpoint
        for endpoint, view in migrated_app.view_functions.items()
        if getattr(view, "access", None) != "public" and not isinstance(getattr(view, "access", None), Permission)
    }
    assert not unmarked


def test_only_the_listed_views_are_open_to_everybody(migrated_app: Flask) -> None:
    public = {
        endpoint for endpoint, view in migrated_app.view_functions.items() if getattr(view, "access", None) == "public"
    }
    assert public == PUBLIC


def test_every_view_has_a_rule_and_every_rule_a_view(migrated_app: Flask) -> None:
    assert {rule.endpoint for rule in migrated_app.url_map.iter_rules()} == set(migrated_app.view_functions)
