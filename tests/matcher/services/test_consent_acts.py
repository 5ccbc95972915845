"""Consent is given to the words in force, taken back at any time, and works at once."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds import Channel, ConsentPurpose, Role
from matcher.models.consents import Consent, ConsentText
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.ranking_runs import RankingChange
from matcher.services import consent_acts
from matcher.services.consents import current_text, seed_consent_texts
from matcher.services.permissions import Actor
from matcher.services.ranking_facts import ranked_graduates
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer

RANKING, SERVICE = ConsentPurpose.RANKING, ConsentPurpose.SERVICE


@pytest.fixture
def graduate(session: Session) -> Graduate:
    seed_consent_texts(session)
    return make_graduate(session)


@pytest.fixture
def own(session: Session, graduate: Graduate) -> Actor:
    return make_actor(session, Role.GRADUATE, graduate=graduate)


@pytest.fixture
def drive(session: Session, graduate: Graduate) -> Drive:
    drive = make_drive(session)
    make_entry(session, drive, graduate)
    return drive


def _text(session: Session, purpose: ConsentPurpose) -> int:
    return current_text(session, purpose, clock.today()).id


def _is_ranked(session: Session, drive: Drive, graduate: Graduate) -> bool:
    return graduate.id in session.scalars(ranked_graduates(drive.id)).all()


def test_who_said_nothing_is_ranked_and_who_refuses_is_not(
    session: Session, graduate: Graduate, own: Actor, drive: Drive
) -> None:
    before = _is_ranked(session, drive, graduate)

    (refusal,) = consent_acts.withdraw_consent(session, own, graduate.id, RANKING)
    again = consent_acts.withdraw_consent(session, own, graduate.id, RANKING)

    assert (before, _is_ranked(session, drive, graduate)) == (True, False)
    assert refusal.given_at == refusal.withdrawn_at
    assert again == []
    assert graduate.id in session.scalars(sa.select(RankingChange.subject_id)).all()


def test_consent_withdrawn_and_given_again_brings_a_person_back(
    session: Session, graduate: Graduate, own: Actor, drive: Drive
) -> None:
    text_id = _text(session, RANKING)
    seen = []

    for act in ("give", "withdraw", "give"):
        if act == "give":
            consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=text_id)
        else:
            consent_acts.withdraw_consent(session, own, graduate.id, RANKING)
        seen.append(_is_ranked(session, drive, graduate))

    assert seen == [True, False, True]
    assert len(consent_acts.current_consents(session, own, graduate.id)) == 1
    assert len(consent_acts.list_consents(session, own, graduate.id)) == 2


def test_withdrawing_service_takes_back_everything(
    session: Session, graduate: Graduate, own: Actor, drive: Drive
) -> None:
    employer = make_employer(session)
    for purpose, employer_id in (
        (SERVICE, None),
        (ConsentPurpose.DISCLOSURE, None),
        (ConsentPurpose.HARDSHIP_DISCLOSURE, employer.id),
    ):
        consent_acts.give_consent(
            session, own, graduate.id, purpose,
            text_id=_text(session, purpose), employer_id=employer_id,
        )  # fmt: skip

    consent_acts.withdraw_consent(session, own, graduate.id, SERVICE)

    assert consent_acts.current_consents(session, own, graduate.id) == []
    assert not _is_ranked(session, drive, graduate)


def test_giving_twice_is_giving_once(session: Session, graduate: Graduate, own: Actor) -> None:
    text_id = _text(session, RANKING)

    first = consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=text_id)
    second = consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=text_id)

    assert first.id == second.id


def test_giving_at_once_from_two_places_leaves_one_consent(session_factory: SessionFactory) -> None:
    with transaction(session_factory) as session:
        seed_consent_texts(session)
        graduate = make_graduate(session)
        own = make_actor(session, Role.GRADUATE, graduate=graduate)
        text_id = _text(session, RANKING)
    together = threading.Barrier(2)
    ids: list[int] = []

    def give() -> None:
        together.wait()
        with transaction(session_factory) as session:
            given = consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=text_id)
            ids.append(given.id)

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_only_the_words_in_force_can_be_agreed_to(
    session: Session, graduate: Graduate, own: Actor
) -> None:
    old = _text(session, RANKING)
    consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=old)
    session.add(ConsentText(purpose=RANKING, version=2, body="新的内容", valid_from=clock.today()))
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=old)
    new = consent_acts.give_consent(
        session, own, graduate.id, RANKING, text_id=_text(session, RANKING)
    )

    assert refused.value.code == "consent_text_old"
    replaced = session.scalars(sa.select(Consent).where(Consent.id != new.id)).one()
    assert replaced.withdrawn_at is not None
    assert replaced.withdrawn_through is None


def test_telling_an_employer_of_hardship_names_the_employer(
    session: Session, graduate: Graduate, own: Actor
) -> None:
    purpose = ConsentPurpose.HARDSHIP_DISCLOSURE

    with pytest.raises(RuleBrokenError) as refused:
        consent_acts.give_consent(
            session, own, graduate.id, purpose, text_id=_text(session, purpose)
        )
    with pytest.raises(RuleBrokenError) as misplaced:
        consent_acts.give_consent(
            session, own, graduate.id, RANKING,
            text_id=_text(session, RANKING), employer_id=make_employer(session).id,
        )  # fmt: skip

    assert refused.value.code == "consent_needs_employer"
    assert misplaced.value.code == "consent_takes_no_employer"


def test_how_a_consent_came_in_is_kept(session: Session, graduate: Graduate, own: Actor) -> None:
    worker = Actor(own.account_id, Role.CASEWORKER, union_id=graduate.union_id)
    text_id = _text(session, RANKING)

    mine = consent_acts.give_consent(session, own, graduate.id, RANKING, text_id=text_id)
    paper = consent_acts.give_consent(
        session, worker, graduate.id, SERVICE, text_id=_text(session, SERVICE), on_paper=True
    )

    assert (mine.given_through, paper.given_through) == (Channel.SELF, Channel.PAPER)


def test_nobody_consents_for_strangers(session: Session, graduate: Graduate) -> None:
    stranger = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))
    elsewhere = make_actor(session, Role.CASEWORKER)

    for by in (stranger, elsewhere):
        with pytest.raises(NotFoundError):
            consent_acts.give_consent(
                session, by, graduate.id, RANKING, text_id=_text(session, RANKING)
            )
        with pytest.raises(NotFoundError):
            consent_acts.list_consents(session, by, graduate.id)


def test_a_roster_says_nothing_for_who_has_spoken(session: Session) -> None:
    seed_consent_texts(session)
    union = make_union(session)
    manager = make_actor(session, Role.DRIVE_MANAGER, union=union)
    silent, refuser = make_graduate(session, union), make_graduate(session, union)
    stranger = make_graduate(session)
    consent_acts.withdraw_consent(session, manager, refuser.id, RANKING)
    everybody = [silent.id, refuser.id, stranger.id]

    first = consent_acts.record_imported(session, manager, everybody)
    second = consent_acts.record_imported(session, manager, everybody)

    assert (first, second) == (3, 0)
    live = sa.select(Consent.graduate_id, Consent.purpose).where(Consent.withdrawn_at.is_(None))
    assert set(session.execute(live).all()) == {
        (silent.id, SERVICE),
        (silent.id, RANKING),
        (refuser.id, SERVICE),
    }
