"""What `flask worker` does when a job of a kind is ordered."""

from __future__ import annotations

from conserje import import_jobs, invitation_jobs, letter_jobs, list_import_jobs
from conserje.access_lists import importing as lists
from conserje.importing import drafts
from conserje.jobs import Work
from conserje.letters import ordering as letters
from conserje.portal import invitations

WORKS: dict[str, Work] = {
    drafts.READ: import_jobs.read,
    drafts.APPLY: import_jobs.apply,
    lists.LISTS.read: list_import_jobs.read,
    lists.LISTS.apply: list_import_jobs.apply,
    invitations.JOB: invitation_jobs.invite,
    letters.MAKE: letter_jobs.make,
    letters.SEND: letter_jobs.send,
}
