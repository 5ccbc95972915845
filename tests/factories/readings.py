"""A drive whose postings leave majors in doubt, its people, and the actors who decide about them."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading
from matcher.kinds import ListSide, MajorLevel, Role, Verdict
from matcher.models.organisations import Union
from matcher.ranking.order import is_confirmed
from matcher.services.permissions import Actor
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.requirement_rules import issuer_key, text_key
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer, make_posting

ISSUER = "某市人力资源和社会保障局"
ISSUER_KEY = issuer_key(ISSUER, None)
OPEN_TEXT = "会计学等相关专业"
"""Leaves 财务管理 in doubt, which is in the same class."""
OPEN_KEY = text_key({"混合": OPEN_TEXT}, None)
ALIAS = "财税贸易大类"
"""A word in no catalogue and no shipped list: everybody is in doubt under it."""
ALIAS_TEXT = f"{ALIAS}、土木工程"
PEOPLE = (
    ("会计学", "120203"),
    ("财务管理", "120204"),
    ("财务管理", "120204"),
    ("软件工程", "080902"),
)


@dataclass(frozen=True)
class ReadingWorld:
    """Ids of a drive with texts in doubt, and who works on it."""

    drive_id: int
    union: Union
    employer_id: int
    open_ids: tuple[int, ...]
    """Postings of one issuer with the same open-ended text, once in full-width brackets and spaces."""
    other_id: int
    """The same text of another issuer: the employer's own."""
    alias_id: int
    doubtful_id: int
    """A graduate of 财务管理."""
    manager: Actor
    caseworker: Actor
    administrator: Actor
    organiser: Actor
    outsider: Actor


def make_reading_world(session: Session) -> ReadingWorld:
    """Insert a drive with four graduates and four postings, two of which say the same."""
    city = make_union(session)
    union = make_union(session, city)
    drive = make_drive(session, union)
    employer = make_employer(session, union)
    issued = [
        make_posting(session, drive, employer, requirement={"混合": text}, issuer=ISSUER)
        for text in (OPEN_TEXT, f"{OPEN_TEXT} ")
    ]
    other = make_posting(session, drive, employer, requirement={"混合": OPEN_TEXT})
    alias = make_posting(session, drive, employer, requirement={"混合": ALIAS_TEXT}, issuer=ISSUER)
    people = []
    for name, code in PEOPLE:
        major = (MajorLevel.BACHELOR, name, code)
        wishes: dict[str, object] = {"places": ["640104", "640100"]}
        people.append(make_graduate(session, union, major=major, intent=wishes))
        make_entry(session, drive, people[-1])
    session.flush()
    return ReadingWorld(
        drive_id=drive.id,
        union=union,
        employer_id=employer.id,
        open_ids=tuple(one.id for one in issued),
        other_id=other.id,
        alias_id=alias.id,
        doubtful_id=people[1].id,
        manager=make_actor(session, Role.DRIVE_MANAGER, union=union),
        caseworker=make_actor(session, Role.CASEWORKER, union=union),
        administrator=make_actor(session, Role.ADMINISTRATOR, union=city),
        organiser=make_actor(session, Role.FAIR_ORGANISER, union=union),
        outsider=make_actor(session, Role.DRIVE_MANAGER),
    )


def listed_as(factory: SessionFactory, drive_id: int, posting_id: int, graduate_id: int) -> Verdict:
    """Return how a graduate stands on a posting's list: fits, to be confirmed, or not on it."""
    with reading(factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        stored = stored_list(session, run, ListSide.POSTING_ORDINARY, posting_id)
    if stored is None:
        return Verdict.NO
    keys, partners = unpacked(stored.keys, stored.partners)
    at = np.flatnonzero(partners == graduate_id)
    if not len(at):
        return Verdict.NO
    return Verdict.YES if is_confirmed(keys)[at[0]] else Verdict.MAYBE
