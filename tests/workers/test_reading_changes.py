"""What people say of texts reaches every list: after it all lists are what a full run would give."""

import itertools
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import ListSide, Verdict
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.postings import Posting
from matcher.services.doubtful_texts import doubtful_texts
from matcher.services.permissions import Actor
from matcher.services.ranking_overlays import stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.requirement_corrections import correct_reading
from matcher.services.requirement_decisions import decide_all, list_decisions, take_back
from matcher.services.requirement_terms import NewTerm, TermChange, change_terms
from matcher.vocabulary.requirements import Meaning
from tests.factories.accounts import make_actor
from tests.factories.ranked_drives import drain, make_ranked_drive, rank
from workers import live

Lists = dict[tuple[ListSide, int], tuple[bytes, bytes]]
TEXTS = ("会计学等相关专业", "土木类、会计学", "计算机类", "工商管理类等相关专业")
Act = Callable[[Session, Actor, int], object]


def _lists(factory: SessionFactory, drive_id: int) -> Lists:
    """Return every list that has anybody on it, as a page would read it."""
    found: Lists = {}
    with reading(factory) as session:
        run = current_run(session, drive_id)
        assert run is not None
        for side in ListSide:
            model = Graduate if side is ListSide.GRADUATE else Posting
            for subject in session.scalars(sa.select(model.id).order_by(model.id)).all():
                stored = stored_list(session, run, side, subject)
                if stored is not None and stored.keys:
                    found[side, subject] = (stored.keys, stored.partners)
    return found


def _decided(session: Session, by: Actor, drive_id: int) -> None:
    for row in doubtful_texts(session, by, drive_id).rows:
        place = (drive_id, row.issuer_key, row.text_key)
        decide_all(session, by, *place, verdict=Verdict.YES, reason="问过")


def _decided_against(session: Session, by: Actor, drive_id: int) -> None:
    row = doubtful_texts(session, by, drive_id).rows[0]
    place = (drive_id, row.issuer_key, row.text_key)
    decide_all(session, by, *place, verdict=Verdict.NO, reason="问过")


def _taken_back(session: Session, by: Actor, drive_id: int) -> None:
    standing = list_decisions(session, by, drive_id)
    take_back(session, by, drive_id, [row.decision.id for row in standing])


def _corrected(session: Session, by: Actor, drive_id: int) -> None:
    found = sa.select(Posting).where(Posting.drive_id == drive_id).order_by(Posting.id)
    posting = next(one for one in session.scalars(found) if "土木类" in one.requirement["混合"])
    term = NewTerm(words="土木类", meaning=Meaning.NODE, target="national:0809")
    correct_reading(session, by, posting.id, added=[term], reason="读错了")


def _aliased(session: Session, by: Actor, drive_id: int) -> None:
    everybody = NewTerm(words="工商管理类", meaning=Meaning.NODE, target="national:120203")
    nothing = NewTerm(words="等相关专业", meaning=Meaning.NOTHING)
    change_terms(session, by, TermChange(added=[everybody, nothing]), reason="口径")


ACTS: tuple[Act, ...] = (_decided, _decided_against, _corrected, _aliased)


@pytest.fixture
def drive_id(session_factory: SessionFactory) -> int:
    live._states.clear()
    with transaction(session_factory) as session:
        made = make_ranked_drive(session).id
        postings = session.scalars(sa.select(Posting).order_by(Posting.id))
        for posting, text in zip(postings, itertools.cycle(TEXTS), strict=False):
            posting.requirement = {"混合": text}
    rank(session_factory, made)
    return made


@pytest.fixture
def manager(session_factory: SessionFactory, drive_id: int) -> Actor:
    with transaction(session_factory) as session:
        return make_actor(session, union=session.scalars(sa.select(Union)).one())


@pytest.mark.parametrize("act", ACTS)
def test_after_an_act_every_list_is_what_a_full_run_gives(
    session_factory: SessionFactory, drive_id: int, manager: Actor, act: Act
) -> None:
    before = _lists(session_factory, drive_id)
    with transaction(session_factory) as session:
        act(session, manager, drive_id)

    drain(session_factory)

    followed = _lists(session_factory, drive_id)
    assert followed != before
    rank(session_factory, drive_id)
    assert _lists(session_factory, drive_id) == followed


def test_taking_everything_back_gives_the_very_lists_of_before(
    session_factory: SessionFactory, drive_id: int, manager: Actor
) -> None:
    before = _lists(session_factory, drive_id)
    for act in (_decided, _taken_back):
        with transaction(session_factory) as session:
            act(session, manager, drive_id)
        drain(session_factory)

    assert _lists(session_factory, drive_id) == before
    rank(session_factory, drive_id)
    assert _lists(session_factory, drive_id) == before
