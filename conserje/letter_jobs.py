"""The two jobs of the welcome letter: making a file of letters, and sending them by e-mail (T12 to T14)."""

from __future__ import annotations

import secrets
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from flask import current_app

from conserje import clock
from conserje.audit.journal import Actor, record
from conserje.communities import branding
from conserje.communities.models import Community
from conserje.database import begin_writing, db, end_reading
from conserje.errors import Refused
from conserje.identity.names import fold
from conserje.jobs import Job, Task
from conserje.letters import recipients, wording
from conserje.letters.ordering import Form
from conserje.letters.paper import Letter, Letterhead, Paper
from conserje.letters.recipients import Recipient
from conserje.letters.wording import Facts
from conserje.localisation import long_day
from conserje.messages import outbox
from conserje.messages.models import Channel, Purpose
from conserje.permissions import Module
from conserje.photos.logos import logo_key
from conserje.photos.storage import PhotoStore, StorageUnavailable
from conserje.tenancy import acting_for

# The outbox of a batch is written at once; others write between two of them.
BATCH = 25
PORTAL = "/residentes/"


def make(task: Task) -> Mapping[str, Any]:
    """Make the file and keep it where its page offers it. Gives its key, its name and how many letters it holds.

    Refuses: `storage_unavailable`.
    """
    form, unit_ids = Form(task.arguments["form"]), task.arguments["units"]
    with acting_for(task.community_id), tempfile.TemporaryFile() as file:
        mill = _Mill(task.community_id)
        people = _told(task, recipients.of_units(unit_ids), len(unit_ids))
        count = _one_file(mill, people, file) if form is Form.ONE_FILE else _file_each(mill, people, file)
        end_reading()
        file.seek(0)
        key = f"letters/{task.community_id}/{secrets.token_hex(16)}.{form}"
        try:
            mill.store.save(key, file.read())
        except StorageUnavailable as error:
            raise Refused("storage_unavailable") from error
    return {"file": key, "name": f"cartas-de-bienvenida.{form}", "letters": count}


def send(task: Task) -> Mapping[str, Any]:
    """Owe every unit's letter by e-mail, batch by batch; where the work is taken up again it goes on where it was.

    Gives how many were `sent`, and the ids of the units `without_email`.
    """
    unit_ids, by = task.arguments["units"], Actor(task.account_id, task.community_id)
    with acting_for(task.community_id):
        mill = _Mill(task.community_id)
        people = list(recipients.of_units(unit_ids))
        written = dict(db.session.get_one(Job, task.job_id).result)
        end_reading()
        for start in range(written.get("upto", 0), len(people), BATCH):
            task.advance(start, len(people))
            begin_writing()
            written = _owe(mill, people[start : start + BATCH], written)
            written["upto"] = start + BATCH
            # Written with the messages themselves: whoever takes the work up again mails nobody twice.
            db.session.get_one(Job, task.job_id).result = written
            db.session.commit()
        begin_writing()
        result = {"sent": written.get("sent", 0), "without_email": written.get("without_email", [])}
        facts = {"sent": result["sent"], "without_email": len(result["without_email"])}
        record("letters.sent", "community", task.community_id, by=by, at=clock.now(), facts=facts)
        db.session.commit()
    return result


class _Mill:
    """What every letter of one order has in common."""

    def __init__(self, community_id: int) -> None:
        community = db.session.get_one(Community, community_id)
        administration = branding.administration_of(community)
        self.store: PhotoStore = current_app.extensions["photos"]
        self.community_id = community_id
        self.now: datetime = clock.now()
        self.day = long_day(clock.local(self.now, community.time_zone).date())
        self.text = wording.text_of(community.letter, has_portal=community.has(Module.PORTAL))
        self.head = Letterhead(community.name, community.address, administration.name, self._logo(community))
        self.link = f"{current_app.config['PUBLIC_BASE_URL']}{PORTAL}"

    def letter(self, to: Recipient) -> Letter:
        return Letter(self.day, to.name, to.unit, wording.paragraphs(self.written(to)))

    def written(self, to: Recipient) -> str:
        facts = Facts(to.name, to.unit, self.head.community, self.head.administration, self.link, self.day)
        return wording.filled(self.text, facts)

    def _logo(self, community: Community) -> bytes | None:
        digest = branding.logo_of(community)
        if digest is None:
            return None
        try:
            return self.store.load(logo_key(community.administration_id, digest))
        except StorageUnavailable:
            # A letter without its logo is better than none.
            return None


def _told(task: Task, people: Iterator[Recipient], total: int) -> Iterator[Recipient]:
    for done, each in enumerate(people):
        task.advance(done, total)
        yield each


def _one_file(mill: _Mill, people: Iterator[Recipient], file: IO[bytes]) -> int:
    paper, count = Paper(mill.head), 0
    for each in people:
        paper.write_letter(mill.letter(each))
        count += 1
    file.write(paper.body())
    return count


def _file_each(mill: _Mill, people: Iterator[Recipient], file: IO[bytes]) -> int:
    count = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in people:
            paper = Paper(mill.head)
            paper.write_letter(mill.letter(each))
            # The id keeps apart two units whose names fold to the same.
            archive.writestr(f"{fold(each.unit).replace(' ', '-')}-{each.unit_id}.pdf", paper.body())
            count += 1
    return count


def _owe(mill: _Mill, people: list[Recipient], written: dict[str, Any]) -> dict[str, Any]:
    sent, without = written.get("sent", 0), list(written.get("without_email", ()))
    for each in people:
        if not each.email:
            without.append(each.unit_id)
            continue
        facts = {"community": mill.head.community, "text": mill.written(each)}
        outbox.put(
            Purpose.LETTER,
            Channel.EMAIL,
            each.email,
            facts,
            now=clock.now(),
            community_id=mill.community_id,
            unit_id=each.unit_id,
        )
        sent += 1
    return {**written, "sent": sent, "without_email": without}
