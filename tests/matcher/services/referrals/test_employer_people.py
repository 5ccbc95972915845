"""What an employer reads of people referred: order, parts by consent, the blind stage, others' people."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.referrals import DisclosurePart, ReferralState, ReferralVia
from matcher.models.consents import Consent
from matcher.models.referrals import Referral, ReferralStep
from matcher.services.permissions import Actor
from matcher.services.referrals import (
    employer_answers,
    employer_contact,
    employer_people,
    interview_replies,
    resumes,
)
from matcher.services.referrals.employer_people import PeopleFilter
from matcher.services.referrals.shown_people import PeopleGroup
from tests.factories.accounts import make_actor
from tests.factories.employer_side import (
    ALL_PARTS,
    STATES,
    EmployerSide,
    make_employer_side,
    make_person_referred,
)
from tests.factories.postings import make_employer

_R = ReferralState
_P = DisclosurePart
_ALL = PeopleFilter()


@pytest.fixture
def side(session: Session) -> EmployerSide:
    return make_employer_side(session)


def test_people_stand_by_fit_then_by_lottery(session: Session, side: EmployerSide) -> None:
    later = make_person_referred(session, side, 20, _R.SENT, fit_points=7_900, lottery=90)
    earlier = make_person_referred(session, side, 21, _R.SENT, fit_points=7_900, lottery=2)

    rows = employer_people.list_people(session, side.agent, _ALL).rows

    fits = [row.fit for row in rows]
    assert fits == sorted(fits, reverse=True)
    places = [row.id for row in rows if row.fit == 7_900]
    assert places == [side.referrals[1].id, earlier.id, later.id]


def test_who_was_not_sent_yet_is_not_there(session: Session, side: EmployerSide) -> None:
    kept = make_person_referred(session, side, 20, _R.PROPOSED, sent_at=None)

    found = employer_people.list_people(session, side.agent, _ALL)

    assert found.total == len(STATES)
    assert kept.id not in {row.id for row in found.rows}
    with pytest.raises(NotFoundError):
        employer_people.find_person(session, side.agent, kept.public_id)


def test_groups_add_up_to_all(session: Session, side: EmployerSide) -> None:
    found = employer_people.list_people(session, side.agent, _ALL)

    assert sum(found.counts.values()) == found.total
    for group in PeopleGroup:
        wish = PeopleFilter(group=group)
        some = employer_people.list_people(session, side.agent, wish)
        assert len(some.rows) == some.total == found.counts[group]


def test_only_what_was_agreed_to_is_shown(session: Session, side: EmployerSide) -> None:
    side.referrals[0].disclosed = ["school"]
    side.referrals[1].disclosed = []
    session.flush()

    first, second = employer_people.list_people(session, side.agent, _ALL).rows[:2]

    assert (first.school, first.name, first.phone_masked, first.about) == (
        "宁夏大学",
        None,
        None,
        None,
    )
    assert second.shown == frozenset()
    assert second.name is second.school is None


def test_of_ones_own_words_nothing_of_the_family_is_shown(
    session: Session, side: EmployerSide
) -> None:
    first = employer_people.list_people(session, side.agent, _ALL).rows[0]

    assert first.about == "做过两年账务处理。"


def test_a_consent_taken_back_hides_the_person_at_once(
    session: Session, side: EmployerSide
) -> None:
    referral = side.referrals[0]
    assert referral.consent_id is not None
    session.get_one(Consent, referral.consent_id).withdrawn_at = clock.now()
    session.flush()

    person = employer_people.find_person(session, side.agent, referral.public_id)

    assert person.shown == frozenset()
    assert person.name is None
    assert person.code


@pytest.mark.parametrize("place", range(9, 14))
def test_of_a_referral_that_ended_nobody_is_shown(
    session: Session, side: EmployerSide, place: int
) -> None:
    person = employer_people.find_person(session, side.agent, side.referrals[place].public_id)

    assert person.shown == frozenset()
    assert (person.name, person.education, person.majors) == (None, None, ())


def test_a_blind_drive_shows_no_name_phone_or_resume_before_an_interview(
    session: Session,
) -> None:
    side = make_employer_side(session, is_blind=True)
    hidden = {_P.NAME, _P.PHONE, _P.RESUME}

    people = {one.state: one for one in employer_people.list_people(session, side.agent, _ALL).rows}

    assert people[_R.SENT].shown == {_P.SCHOOL, _P.ABOUT}
    assert people[_R.ON_HOLD].shown == {_P.SCHOOL, _P.ABOUT}  # put off before an interview
    for state in (_R.INTERVIEW, _R.OFFERED, _R.ACCEPTED):
        assert hidden <= people[state].shown
    with pytest.raises(NotFoundError):
        employer_contact.reveal_phone(session, side.agent, people[_R.SENT].public_id)
    number = employer_contact.reveal_phone(session, side.agent, people[_R.INTERVIEW].public_id)
    assert number == "13900000003"


def test_a_persons_own_deadline_is_not_the_employers_to_know(
    session: Session, side: EmployerSide
) -> None:
    """A seat that is kept leaves more time to answer an offer."""
    people = employer_people.list_people(session, side.agent, _ALL).rows

    told = {one.state for one in people if one.decide_by_on is not None}
    assert told == {_R.SENT, _R.INTERVIEW, _R.ON_HOLD}


def test_people_of_others_and_other_roles_are_not_there(
    session: Session, side: EmployerSide
) -> None:
    stranger = make_actor(session, Role.EMPLOYER, employer=make_employer(session, side.union))

    assert employer_people.list_people(session, stranger, _ALL).rows == []
    with pytest.raises(NotFoundError):
        employer_people.find_person(session, stranger, side.referrals[0].public_id)
    with pytest.raises(NotAllowedError):
        employer_people.list_people(session, side.caseworker, _ALL)


def test_what_the_union_only_noted_is_no_step_of_the_employers(
    session: Session, side: EmployerSide
) -> None:

    referral = side.referrals[0]
    session.add(
        ReferralStep(
            referral_id=referral.id,
            before=_R.SENT,
            after=_R.SENT,
            at=clock.now(),
            via=ReferralVia.SYSTEM,
            facts={"silent": True, "kept": True},
        )
    )
    session.flush()
    person = employer_people.find_person(session, side.agent, referral.public_id)

    steps = employer_people.steps_of(session, side.agent, person)

    assert [(one.state, one.facts) for one in steps] == [(_R.SENT, {})]


def test_what_happened_before_the_sending_is_no_step_of_the_employers(
    session: Session, side: EmployerSide
) -> None:
    """A proposal that lapsed, was taken up again and then sent begins with the sending."""
    referral = make_person_referred(session, side, 30, _R.PROPOSED)
    for before, after in (
        (_R.PROPOSED, _R.EXPIRED),
        (_R.EXPIRED, _R.PROPOSED),
        (_R.PROPOSED, _R.WITHDRAWN),
        (_R.WITHDRAWN, _R.PROPOSED),
        (_R.PROPOSED, _R.SENT),
        (_R.SENT, _R.EXPIRED),
    ):
        session.add(
            ReferralStep(
                referral_id=referral.id,
                before=before,
                after=after,
                at=clock.now(),
                via=ReferralVia.SYSTEM,
                facts={},
            )
        )
        session.flush()
    referral.state, referral.ended_state = _R.EXPIRED, _R.SENT
    session.flush()
    person = employer_people.find_person(session, side.agent, referral.public_id)

    steps = employer_people.steps_of(session, side.agent, person)

    assert [one.state for one in steps] == [_R.EXPIRED, _R.SENT]


def test_a_former_employer_reads_how_it_ended_and_nothing_of_the_person(
    session: Session, side: EmployerSide
) -> None:
    referral = side.referrals[STATES.index(_R.IN_POST)]
    employer_contact.reveal_phone(session, side.agent, referral.public_id)
    referral.left_on = clock.today()
    session.flush()

    person = employer_people.find_person(session, side.agent, referral.public_id)

    assert (person.state, person.left_on, person.shown) == (_R.IN_POST, clock.today(), frozenset())
    assert (person.name, person.phone_masked, person.school) == (None, None, None)
    assert (person.about, person.education, person.majors) == (None, None, ())
    with pytest.raises(NotFoundError):
        employer_contact.reveal_phone(session, side.agent, referral.public_id)
    with pytest.raises(NotFoundError):
        resumes.page_for(session, side.agent, referral)


def test_all_parts_are_tried(side: EmployerSide) -> None:
    assert set(ALL_PARTS) == {one.value for one in DisclosurePart}


def _is_coming(session: Session, side: EmployerSide, referral: Referral) -> bool | None:
    return employer_people.find_person(session, side.agent, referral.public_id).is_coming


def test_an_employer_reads_whether_who_was_invited_comes_and_nothing_else_of_it(
    session: Session, side: EmployerSide
) -> None:
    invited = side.referrals[STATES.index(_R.INTERVIEW)]
    person = Actor(account_id=None, role=Role.GRADUATE, graduate_id=invited.graduate_id)
    assert _is_coming(session, side, invited) is None

    for said in (True, False, True):
        interview_replies.reply(session, person, invited.id, is_coming=said)
        assert _is_coming(session, side, invited) is said
    told = employer_people.list_people(session, side.agent, _ALL).rows
    assert {row.id: row.is_coming for row in told if row.is_coming is not None} == {
        invited.id: True
    }

    later = clock.today() + dt.timedelta(days=3)
    employer_answers.invite(session, side.agent, invited.id, on=later, note="改期")
    assert _is_coming(session, side, invited) is None
