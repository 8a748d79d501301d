"""`flask second-factor-off`: a superadmin who lost telephone and codes, and whom nobody else can help."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from conserje import clock
from conserje.accounts.models import SecondFactor
from conserje.database import db
from conserje.messages.models import Message
from tests.blueprints.scene import journal
from tests.builders import Cast


def test_it_switches_off_and_says_so_once(app: Flask, cast: Cast) -> None:
    with app.app_context():
        now, account_id = clock.now(), cast.accounts["super"]
        db.session.add(SecondFactor(account_id=account_id, seed="totp:x", begun_at=now, confirmed_at=now))
        db.session.commit()
    command = ["second-factor-off", "SUPER@demo.example"]
    done = app.test_cli_runner().invoke(args=command)
    assert (done.exit_code, done.output) == (0, "super@demo.example ingresa ahora solo con su contraseña.\n")
    again = app.test_cli_runner().invoke(args=command)
    assert (again.exit_code, again.output) == (1, "Error: Esta cuenta no tiene la verificación en dos pasos.\n")
    with app.app_context():
        assert db.session.scalars(select(Message)).one().facts["by"] == "Quien mantiene la instalación"
    (line,) = journal(app, "second_factor.off")
    assert (line.account_id, line.subject_id) == (None, cast.accounts["super"])


def test_an_unknown_account_is_told(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(args=["second-factor-off", "nadie@demo.example"])
    assert (result.exit_code, result.output) == (1, "Error: Ninguna cuenta activa tiene ese correo.\n")
