"""`flask` commands: options, questions and what is printed; the work is done in the areas."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from conserje import clock, config, database, purging
from conserje.accounts import founding, second_factor, sign_in
from conserje.accounts.founding import Foundation
from conserje.audit.journal import Actor
from conserje.blueprints import labels
from conserje.blueprints.wording import sentence
from conserje.database import db
from conserje.demo import filling, guide
from conserje.demo.places import PASSWORD
from conserje.errors import Refused
from conserje.identity import emails, names
from conserje.identity.countries import Country
from conserje.messages.carriers.choice import carriers_for
from conserje.photos.storage import StorageUnavailable
from conserje.privacy import schedule
from conserje.sms_wallet import catalogue
from conserje.sms_wallet.models import SmsBundle
from conserje.sms_wallet.money import money

Rule = Callable[[str], str]


def init_commands(app: Flask) -> None:
    app.cli.add_command(setup)
    app.cli.add_command(demo)
    app.cli.add_command(worker)
    app.cli.add_command(purge)
    app.cli.add_command(second_factor_off)
    app.cli.add_command(bundles)


@click.command("setup")
@click.option("--administration", help="Name of the company or committee that runs the communities.")
@click.option("--community", help="Name of its first community.")
@click.option("--country", type=click.Choice([each.value for each in Country], case_sensitive=False))
@click.option("--email", help="The superadmin signs in with it.")
@click.option("--given-name")
@click.option("--paternal-surname")
@click.option("--maternal-surname", default="", help="Optional, and not asked for.")
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    help="File whose first line is the superadmin's password; - reads it from standard input.",
)
@with_appcontext
def setup(
    administration: str | None,
    community: str | None,
    country: str | None,
    email: str | None,
    given_name: str | None,
    paternal_surname: str | None,
    maternal_surname: str,
    password_file: IO[str] | None,
) -> None:
    """Make the first administration, community and superadmin of an empty database.

    Asks for what the options leave out. The password is no option: other users of the machine could read it.
    """
    with _refusals_told():
        _require_current_schema()
        founding.require_empty()
        said = Foundation(
            administration=_answer(administration, "Nombre de la administración", names.parse),
            community=_answer(community, "Nombre de la comunidad", names.parse),
            country=Country(country or click.prompt("País", type=click.Choice([each.value for each in Country]))),
            email=_answer(email, "Correo del súper administrador", emails.parse),
            given_name=_answer(given_name, "Nombre", founding.personal_name),
            paternal_surname=_answer(paternal_surname, "Apellido paterno", founding.personal_name),
            maternal_surname=founding.personal_name(maternal_surname) if maternal_surname.strip() else "",
        )
        password_hash = _password_hash(said, password_file)
        with _one_transaction():
            founding.found(said, password_hash, now=clock.now())
            catalogue.install_default()
    click.echo(f"Listo. Ingrese en {current_app.config['PUBLIC_BASE_URL']} con {said.email}.")


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Leave a database that holds something as it is.")
@click.option("--seed", type=int, default=filling.DEFAULT_SEED, show_default=True, help="Another one, other people.")
@with_appcontext
def demo(if_empty: bool, seed: int) -> None:
    """Fill an empty database with the demo's communities, and say how to enter them (demo mode only)."""
    with _refusals_told():
        if not config.is_demo(current_app):
            raise Refused("demo_not_in_production")
        _require_current_schema()
        if founding.is_empty():
            _fill(seed)
        elif not if_empty:
            raise Refused("already_set_up")
        _print_entrances()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Send the messages that are owed and do what is due, until told to stop. Any number may run."""
    # Imported here: the web server has these commands too, and need not hold what makes letters and reads workbooks.
    from conserje.worker import Worker

    with _refusals_told():
        _require_current_schema()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    at_work = Worker(app, carriers_for(app.config))
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: at_work.stop())
    at_work.run()


@click.command("purge")
@click.option("--dry-run", is_flag=True, help="Only tell how much would go.")
@with_appcontext
def purge(dry_run: bool) -> None:
    """Erase the personal data whose days are over, of every community. `flask worker` does so by itself every night."""
    act = purging.would_purge if dry_run else purging.purge_community
    with _refusals_told():
        _require_current_schema()
        for community_id, name in schedule.communities():
            counts = ", ".join(f"{kind} {number}" for kind, number in act(community_id).items())
            click.echo(f"{community_id}  {name}: {counts}")
        if not dry_run:
            purging.forget_ended()


@click.command("second-factor-off")
@click.argument("email")
@with_appcontext
def second_factor_off(email: str) -> None:
    """Let the account of this e-mail sign in with its password alone: for a superadmin whom nobody else can help."""
    with _refusals_told():
        _require_current_schema()
        with _one_transaction():
            account = sign_in.account_of(email)
            second_factor.switch_off(account, by=Actor(None, None), now=clock.now())
    click.echo(f"{account.email} ingresa ahora solo con su contraseña.")


def _fill(seed: int) -> None:
    click.echo("Preparando los datos de demostración…")
    materials = filling.prepare(seed)
    with _one_transaction():
        filled = filling.fill(materials, current_app.extensions["photos"], seed=seed, now=clock.now())
    click.echo(
        f"Listo: {filled.communities} comunidades, {filled.units} unidades, {filled.residents} residentes, "
        f"{filled.visitors} visitantes, {filled.visits} visitas y {filled.photos} fotos."
    )


def _print_entrances() -> None:
    address = current_app.config["PUBLIC_BASE_URL"]
    found = guide.entrances()
    if not found:
        click.echo(f"La base de datos tiene otros datos, no los de la demostración. La dirección es {address}")
        return
    rows = [("Correo", "Perfil", "Comunidades")]
    for each in found:
        profile = labels.profile(each.profile) + (" (de prueba)" if each.is_test else "")
        first, *others = each.communities or ("",)
        rows += [(each.email, profile, first), *(("", "", other) for other in others)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    click.echo(f"\nAbra {address} e ingrese con una de estas cuentas.\nLa contraseña de todas es {PASSWORD}\n")
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    click.echo()


@click.group("bundles")
def bundles() -> None:
    """The bundles of SMS that communities can buy."""


_country = click.argument("country", type=click.Choice([each.value for each in Country], case_sensitive=False))


@bundles.command("list")
@with_appcontext
def list_bundles() -> None:
    """Every bundle, those off sale included."""
    with _refusals_told():
        _require_current_schema()
        for bundle in catalogue.catalogue():
            _print_bundle(bundle)


@bundles.command("add")
@_country
@click.argument("name")
@click.option("--parts", type=int, required=True, help="How many SMS it holds.")
@click.option("--price", type=int, required=True, help="In minor units: pesos in Chile, hundredths in Colombia.")
@with_appcontext
def add_bundle(country: str, name: str, parts: int, price: int) -> None:
    """Put a bundle on sale, or back on sale as it was. Another price is another bundle, under another name."""
    with _refusals_told():
        _require_current_schema()
        with _one_transaction():
            bundle = catalogue.put_on_sale(Country(country), name, parts, price)
    _print_bundle(bundle)


@bundles.command("retire")
@_country
@click.argument("name")
@with_appcontext
def retire_bundle(country: str, name: str) -> None:
    """Take a bundle off sale; what was bought of it stays good."""
    with _refusals_told():
        _require_current_schema()
        with _one_transaction():
            bundle = catalogue.take_off_sale(Country(country), name)
    _print_bundle(bundle)


def _print_bundle(bundle: SmsBundle) -> None:
    off_sale = "" if bundle.is_on_sale else "  (no está a la venta)"
    click.echo(f"{bundle.country}  {bundle.name}  {bundle.parts} SMS  {money(bundle.price, bundle.currency)}{off_sale}")


def _require_current_schema() -> None:
    if not database.schema_is_current():
        raise Refused("schema_outdated")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """A refusal, or a store that fails, ends the command with one line and status 1."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(sentence(refusal)) from refusal
    except StorageUnavailable as problem:
        raise click.ClickException(f"Las fotos no se pueden guardar; no se cambió nada ({problem}).") from problem


@contextmanager
def _one_transaction() -> Iterator[None]:
    """Everything inside is kept together, or nothing of it."""
    database.begin_writing()
    try:
        yield
    except BaseException:
        database.abandon_writing()
        raise
    db.session.commit()


def _answer(given: str | None, question: str, rule: Rule) -> str:
    """What an option says, or else what is answered to the question, which is asked until the rule is content."""
    if given is not None:
        return rule(given)
    answer: str = click.prompt(question, value_proc=partial(_judged, rule))
    return answer


def _judged(rule: Rule, typed: str) -> str:
    try:
        return rule(typed)
    except Refused as refusal:
        raise click.UsageError(sentence(refusal)) from refusal


def _password_hash(said: Foundation, file: IO[str] | None) -> str:
    if file is not None:
        return founding.hash_of_first_password(said, file.readline().rstrip("\r\n"))
    while True:
        password = click.prompt("Contraseña", hide_input=True, confirmation_prompt="Contraseña, otra vez")
        try:
            return founding.hash_of_first_password(said, password)
        except Refused as refusal:
            click.echo(sentence(refusal), err=True)
