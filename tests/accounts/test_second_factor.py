"""The second factor of an account: set up by a first code, its recovery codes, switched off, required of all."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from pyotp import TOTP, parse_uri
from sqlalchemy import func, select

from conserje import tokens
from conserje.accounts import authenticator, second_factor, sign_in, upkeep
from conserje.accounts.models import Account, RecoveryCode, SecondFactor, WebSession
from conserje.accounts.settings_history import last_change_of_administration
from conserje.audit.models import AuditLine
from conserje.communities.models import Administration, Community
from conserje.database import db
from conserje.errors import Refused
from conserje.messages.models import Message
from conserje.permissions import Profile
from tests.builders import NOON, actor, make_account, make_administration, make_community

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def community(ctx: Flask) -> Community:
    return make_community(make_administration())


@pytest.fixture
def superadmin(community: Community) -> Account:
    return make_account(_of(community), "super@demo.example", Profile.SUPERADMIN, given_name="Silvia")


@pytest.fixture
def admin(community: Community) -> Account:
    return make_account(_of(community), "admin@demo.example", Profile.ADMIN, (community,), given_name="Paula")


def _of(community: Community) -> Administration:
    return db.session.get_one(Administration, community.administration_id)


def session_of(account: Account) -> WebSession:
    found = sign_in.resume(sign_in.open_session(account, address="127.0.0.1", now=NOON), NOON)
    assert found
    return found[0]


def set_up(account: Account) -> list[str]:
    """Switch the second factor on; its recovery codes."""
    second_factor.begin(account, by=actor(account), now=NOON)
    code = TOTP(second_factor.secret_to_confirm(account, now=NOON)).at(NOON)
    return list(second_factor.confirm(account, code, keep=session_of(account), by=actor(account), now=NOON))


def refusal(act: object, *given: object, **named: object) -> str:
    with pytest.raises(Refused) as refused:
        act(*given, **named)  # type: ignore[operator]
    return refused.value.code


def codes_kept(account: Account) -> int:
    return db.session.scalar(select(func.count()).where(RecoveryCode.account_id == account.id)) or 0


def actions() -> list[str]:
    return [line.action for line in db.session.scalars(select(AuditLine).order_by(AuditLine.id))]


# The app


def test_the_app_reads_secret_account_and_issuer_out_of_the_picture(ctx: Flask) -> None:
    secret = tokens.authenticator_secret("totp:seed")
    read = parse_uri(authenticator.address(secret, "paula@demo.example"))
    assert (read.secret, read.name, read.issuer) == (secret, "paula@demo.example", "Conserje")
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    assert authenticator.legible(secret).replace(" ", "") == secret


def test_the_picture_is_an_svg_without_styles(ctx: Flask) -> None:
    drawn = authenticator.picture(tokens.authenticator_secret("totp:seed"), "paula@demo.example")
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "script" not in drawn


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the last six digits of its example for SHA-1 at second 59."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = NOON.fromtimestamp(59, NOON.tzinfo)
    assert authenticator.matching_step(secret, "287082", moment) == 1
    assert authenticator.matching_step(secret, " 287 082 ", moment) == 1
    assert authenticator.matching_step(secret, "287083", moment) is None


# Setting up


def test_nobody_is_asked_for_a_code_before_a_first_right_one(admin: Account) -> None:
    second_factor.begin(admin, by=actor(admin), now=NOON)
    assert not second_factor.is_on(admin)
    given = {"keep": session_of(admin), "by": actor(admin), "now": NOON}
    assert refusal(second_factor.confirm, admin, "000000", **given) == "code_wrong"
    assert not second_factor.is_on(admin)
    assert codes_kept(admin) == 0


def test_a_first_right_code_switches_it_on_and_ends_every_other_session(admin: Account) -> None:
    other = session_of(admin)
    codes = set_up(admin)
    assert second_factor.is_on(admin)
    assert len(set(codes)) == second_factor.recovery_codes_left(admin) == 10
    left = db.session.scalars(select(WebSession.id)).all()
    assert len(left) == 1
    assert other.id not in left
    assert actions()[-1] == "second_factor.on"


def test_neither_the_secret_nor_a_recovery_code_lies_in_the_database(admin: Account) -> None:
    codes = set_up(admin)
    factor = db.session.scalars(select(SecondFactor)).one()
    secret = tokens.authenticator_secret(factor.seed)
    kept = f"{factor.seed} {list(db.session.scalars(select(RecoveryCode.digest)))}"
    kept += str([line.facts for line in db.session.scalars(select(AuditLine))])
    assert not [each for each in (secret, *codes) if each in kept]


def test_the_secret_is_worthless_without_the_installations_key(
    admin: Account, ctx: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_factor.begin(admin, by=actor(admin), now=NOON)
    before = second_factor.secret_to_confirm(admin, now=NOON)
    monkeypatch.setitem(ctx.config, "SECRET_KEY", "another-key-0123456789-0123456789-01")
    assert second_factor.secret_to_confirm(admin, now=NOON) != before


def test_the_picture_waits_for_a_quarter_of_an_hour(admin: Account) -> None:
    second_factor.begin(admin, by=actor(admin), now=NOON)
    late = NOON + second_factor.SET_UP_WITHIN
    assert second_factor.secret_to_confirm(admin, now=late - SECOND)
    assert refusal(second_factor.secret_to_confirm, admin, now=late) == "second_factor_not_begun"
    given = {"keep": session_of(admin), "by": actor(admin), "now": late}
    assert refusal(second_factor.confirm, admin, "000000", **given) == "second_factor_not_begun"


def test_beginning_again_makes_another_secret(admin: Account) -> None:
    second_factor.begin(admin, by=actor(admin), now=NOON)
    before = second_factor.secret_to_confirm(admin, now=NOON)
    second_factor.begin(admin, by=actor(admin), now=NOON)
    assert second_factor.secret_to_confirm(admin, now=NOON) != before


def test_what_is_on_is_neither_begun_nor_confirmed_again(admin: Account) -> None:
    set_up(admin)
    assert refusal(second_factor.begin, admin, by=actor(admin), now=NOON) == "second_factor_on"
    given = {"keep": session_of(admin), "by": actor(admin), "now": NOON}
    assert refusal(second_factor.confirm, admin, "000000", **given) == "second_factor_on"
    assert refusal(second_factor.secret_to_confirm, admin, now=NOON) == "second_factor_not_begun"


# Recovery codes, and switching off


def test_new_recovery_codes_take_the_place_of_the_old(admin: Account) -> None:
    before = set_up(admin)
    after = second_factor.renew_recovery_codes(admin, by=actor(admin), now=NOON)
    assert len(after) == codes_kept(admin) == 10
    assert not set(before) & set(after)
    assert actions()[-1] == "second_factor.codes_renewed"


def test_switched_off_leaves_nothing_and_tells_the_holder(admin: Account) -> None:
    set_up(admin)
    second_factor.switch_off(admin, by=actor(admin), now=NOON)
    assert not second_factor.is_on(admin)
    assert codes_kept(admin) == 0
    mail = db.session.scalars(select(Message)).one()
    assert (mail.recipient, mail.purpose) == ("admin@demo.example", "second_factor_off")
    assert mail.facts == {"name": "Paula", "user": "admin@demo.example", "by": "Paula Pino"}
    assert actions()[-1] == "second_factor.off"


def test_what_is_not_on_has_no_codes_and_is_not_switched_off(admin: Account) -> None:
    second_factor.begin(admin, by=actor(admin), now=NOON)
    assert refusal(second_factor.switch_off, admin, by=actor(admin), now=NOON) == "second_factor_off"
    assert refusal(second_factor.renew_recovery_codes, admin, by=actor(admin), now=NOON) == "second_factor_off"


def test_a_manager_switches_it_off_for_somebody_who_lost_the_telephone(superadmin: Account, admin: Account) -> None:
    set_up(admin)
    upkeep.switch_off_second_factor(admin, by=actor(superadmin), now=NOON)
    assert not second_factor.is_on(admin)
    assert db.session.scalars(select(WebSession)).all() == []
    assert db.session.scalars(select(Message)).one().facts["by"] == "Silvia Pino"


def test_a_manager_switches_off_neither_his_own_nor_one_beyond_his_own(superadmin: Account, admin: Account) -> None:
    set_up(superadmin)
    set_up(admin)
    off = upkeep.switch_off_second_factor
    assert refusal(off, admin, by=actor(admin), now=NOON) == "own_account"
    assert refusal(off, superadmin, by=actor(admin), now=NOON) == "account_beyond"
    assert second_factor.is_on(superadmin)


def test_a_deleted_account_does_not_come_back_with_it(superadmin: Account, admin: Account) -> None:
    set_up(admin)
    upkeep.deactivate(admin, by=actor(superadmin), now=NOON)
    assert db.session.scalars(select(SecondFactor)).all() == []
    assert codes_kept(admin) == 0


# Who is asked


def test_an_administrator_without_one_is_missing_it_only_where_it_is_required(
    superadmin: Account, admin: Account
) -> None:
    assert not second_factor.is_missing(admin)
    set_up(superadmin)
    second_factor.require_of_all(admin.administration_id, True, by=actor(superadmin), now=NOON)
    assert second_factor.is_missing(admin)
    assert not second_factor.is_missing(superadmin)
    set_up(admin)
    assert not second_factor.is_missing(admin)


@pytest.mark.parametrize("values", [{"profile": Profile.CONSERJE}, {"profile": Profile.ADMIN, "is_test": True}])
def test_conserjes_and_test_users_are_never_asked(
    superadmin: Account, community: Community, values: dict[str, object]
) -> None:
    account = make_account(_of(community), "otra@demo.example", communities=(community,), **values)
    set_up(superadmin)
    second_factor.require_of_all(account.administration_id, True, by=actor(superadmin), now=NOON)
    assert not second_factor.is_missing(account)


def test_nobody_requires_of_others_what_he_has_not_himself(superadmin: Account) -> None:
    act, administration_id = second_factor.require_of_all, superadmin.administration_id
    assert refusal(act, administration_id, True, by=actor(superadmin), now=NOON) == "second_factor_first"
    assert not act(administration_id, False, by=actor(superadmin), now=NOON).requires_totp


def test_whoever_becomes_a_conserje_is_not_asked_any_more(admin: Account) -> None:
    set_up(admin)
    admin.profile = Profile.CONSERJE
    assert not second_factor.is_on(admin)


def test_requiring_it_is_written_down_once_and_shown_with_who_did_it(superadmin: Account, community: Community) -> None:
    assert last_change_of_administration(community) is None
    set_up(superadmin)
    begun = len(actions())
    for required in (True, True):
        by = actor(superadmin, community)
        second_factor.require_of_all(community.administration_id, required, by=by, now=NOON)
    assert actions()[begun:] == ["administration.changed"]
    change = last_change_of_administration(community)
    assert change
    assert (change.who, change.at) == ("Silvia Pino", NOON)
    assert last_change_of_administration(make_community(make_administration("Otra"), "Otra")) is None
