"""Reading a paper that is handed in (交材料): by an employer for itself, or by the organiser for it."""

from contextlib import closing

from flask import request
from sqlalchemy.orm import Session

from matcher.services.fair_employers import papers
from matcher.services.fair_employers.papers import PaperInput
from matcher.services.fair_employers.sight import Place
from matcher.services.permissions import Actor
from web.schemas.fair_employers import PaperForm

_MOST_READ = 12 * 1024 * 1024
"""Bytes read of an upload; the rule of the region is below."""


def sent_file() -> bytes | None:
    """Return the bytes of the file sent; None if none was chosen."""
    sent = request.files.get("content")
    if sent is None:
        return None
    with closing(sent):
        return sent.stream.read(_MOST_READ) or None


def hand_in(session: Session, by: Actor, place: Place, wish: PaperForm) -> None:
    """Hand in what the form says."""
    facts = PaperInput(
        content=sent_file(),
        name=wish.name,
        number=wish.number,
        valid_until=wish.valid_until,
        is_from_posts=wish.is_from_posts,
    )
    papers.hand_in(session, by, place, wish.kind, facts, expected_version=wish.version)
