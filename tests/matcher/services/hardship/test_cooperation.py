"""Another union serves a person within consent, scope and time, and sees nothing of the household."""

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds import ConsentPurpose, Role
from matcher.kinds.joins import (
    CooperationActKind,
    CooperationKind,
    CooperationScope,
    CooperationState,
)
from matcher.models.file_joins import Cooperation
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.services import consent_acts, consents
from matcher.services.hardship import (
    cooperation,
    cooperation_contacts,
    cooperation_sight,
    sight,
)
from matcher.services.hardship.cooperation import CooperationInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.people import make_graduate, make_household, make_member

_NEXT_YEAR = dt.timedelta(days=300)


@dataclass
class Two:
    """A home union with a graduate of a file, and the union of the wished workplace."""

    home: Actor
    partner: Actor
    target: Union
    household: Household
    graduate: Graduate


@pytest.fixture
def two(session: Session) -> Two:
    source, target = make_union(session), make_union(session)
    household = make_household(session, source)
    graduate = make_graduate(session, source, household=household, phone="13800000001")
    return Two(
        make_actor(session, Role.CASEWORKER, union=source),
        make_actor(session, Role.CASEWORKER, union=target),
        target,
        household,
        graduate,
    )


def _facts(two: Two, **changes: object) -> CooperationInput:
    fields: dict[str, object] = {
        "kind": CooperationKind.WORKPLACE,
        "scope": [CooperationScope.POSTS, CooperationScope.NEWS],
        "expires_on": clock.today() + _NEXT_YEAR,
        "graduate_id": two.graduate.id,
        "partner_code": two.target.code,
        "paper_consent_on": clock.today(),
        "paper_consent_by": "本人",
    }
    return CooperationInput(**(fields | changes))  # type: ignore[arg-type]  # any field


def _ask(session: Session, two: Two, **changes: object) -> Cooperation:
    return cooperation.ask_cooperation(session, two.home, two.household.id, _facts(two, **changes))


def _running(session: Session, two: Two, **changes: object) -> Cooperation:
    row = _ask(session, two, **changes)
    return cooperation.answer_cooperation(
        session, two.partner, row.public_id, accept=True, answer=""
    )


def test_nobody_is_asked_without_the_persons_consent(session: Session, two: Two) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        _ask(session, two, paper_consent_on=None)

    assert refused.value.code == "cooperation_consent"


def test_a_consent_that_is_withdrawn_ends_what_the_other_union_sees_at_once(
    session: Session, two: Two
) -> None:
    consents.seed_consent_texts(session)
    text = consents.current_text(session, ConsentPurpose.COOPERATION, clock.today())
    consent_acts.give_consent(
        session, two.home, two.graduate.id, ConsentPurpose.COOPERATION, text_id=text.id
    )
    row = _running(session, two, paper_consent_on=None, paper_consent_by=None)
    assert row.consent_id is not None
    assert cooperation_sight.view_cooperation(session, two.partner, row.public_id).person

    consent_acts.withdraw_consent(session, two.home, two.graduate.id, ConsentPurpose.COOPERATION)

    with pytest.raises(NotFoundError):
        cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    seen = cooperation_sight.view_cooperation(session, two.home, row.public_id)
    assert not seen.has_consent


def test_the_other_union_knows_the_person_once_it_accepts_and_never_the_household(
    session: Session, two: Two
) -> None:
    row = _ask(session, two)
    asked = cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    with pytest.raises(NotFoundError):
        cooperation_contacts.reveal_contact(session, two.partner, row.public_id)

    cooperation.answer_cooperation(session, two.partner, row.public_id, accept=True, answer="")

    running = cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    assert (asked.person, running.person) == (None, two.graduate)
    assert not running.is_home
    assert cooperation_contacts.reveal_contact(session, two.partner, row.public_id) == "13800000001"
    with pytest.raises(NotFoundError):
        sight.get_line(session, two.partner, two.household.id)


def test_after_its_last_day_the_other_union_sees_nothing(
    session: Session, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _running(session, two)
    last = row.expires_on

    monkeypatch.setattr(clock, "today", lambda: last)
    assert cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    monkeypatch.setattr(clock, "today", lambda: last + dt.timedelta(days=1))

    with pytest.raises(NotFoundError):
        cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    assert cooperation_sight.list_cooperations(session, two.partner) == []
    assert cooperation_sight.view_cooperation(session, two.home, row.public_id).is_over


def test_what_is_recorded_lies_within_the_scope_and_both_unions_read_it(
    session: Session, two: Two
) -> None:
    row = _running(session, two)
    today = clock.today()

    cooperation.record_act(
        session,
        two.partner,
        row.public_id,
        CooperationActKind.SERVICE,
        text="推荐两家单位",
        happened_on=today,
        scope=CooperationScope.POSTS,
    )
    with pytest.raises(RuleBrokenError) as outside:
        cooperation.record_act(
            session,
            two.partner,
            row.public_id,
            CooperationActKind.SERVICE,
            text="培训",
            happened_on=today,
            scope=CooperationScope.TRAINING,
        )

    assert outside.value.code == "cooperation_scope"
    for side in (two.home, two.partner):
        seen = cooperation_sight.view_cooperation(session, side, row.public_id)
        assert [act.text for act in seen.acts] == ["推荐两家单位"]
        assert seen.acts[0].union_id == two.target.id


def test_a_school_is_not_asked_for_what_a_workplace_gives(session: Session, two: Two) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _ask(session, two, kind=CooperationKind.SCHOOL)

    assert "scope" in refused.value.details["fields"]  # type: ignore[operator]  # a dict


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scope": []}, "scope"),
        ({"expires_on": dt.date(2020, 1, 1)}, "expires_on"),
        ({"partner_name": "外省工会"}, "partner_code"),
        ({"partner_code": "nowhere"}, "partner_code"),
        ({"graduate_id": None}, "person"),
    ],
)
def test_a_question_that_cannot_be_sent_says_what_is_wrong(
    session: Session, two: Two, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _ask(session, two, **changes)

    assert field in refused.value.details["fields"]  # type: ignore[operator]  # a dict


def test_a_child_in_school_takes_part_with_a_signed_paper(session: Session, two: Two) -> None:
    child = make_member(session, two.household, name="王小", relation="子女")
    strange = make_member(session, make_household(session, make_union(session)))
    school = {
        "kind": CooperationKind.SCHOOL,
        "scope": [CooperationScope.CAMPUS_POSTS, CooperationScope.NEWS],
        "graduate_id": None,
        "paper_consent_by": "监护人",
    }

    row = _ask(session, two, member_id=child.id, **school)

    assert (row.member_id, row.graduate_id) == (child.id, None)
    with pytest.raises(NotFoundError):
        _ask(session, two, member_id=strange.id, **school)


def test_a_union_off_the_system_gets_a_letter_and_its_reply_is_recorded_on_its_behalf(
    session: Session, two: Two
) -> None:
    row = _ask(session, two, partner_code=None, partner_name="乌鲁木齐市总工会")

    letter = cooperation_contacts.write_letter(session, two.home, row.public_id)
    again = cooperation_contacts.write_letter(session, two.home, row.public_id)
    act = cooperation.record_reply(
        session, two.home, row.public_id, accept=True, text="同意协助", replied_on=clock.today()
    )

    assert letter.number == again.number
    assert (letter.person_name, letter.phone) == (two.graduate.name, "13800000001")
    assert act.on_behalf_of == "乌鲁木齐市总工会"
    assert row.state is CooperationState.RUNNING
    kinds = [
        one.kind
        for one in cooperation_sight.view_cooperation(session, two.home, row.public_id).acts
    ]
    assert kinds == [
        CooperationActKind.REPLY,
        CooperationActKind.LETTER,
        CooperationActKind.LETTER,
    ]


def test_either_side_ends_it_with_a_reason(session: Session, two: Two) -> None:
    row = _running(session, two)

    with pytest.raises(InvalidInputError):
        cooperation.end_cooperation(session, two.partner, row.public_id, reason="")
    cooperation.end_cooperation(session, two.partner, row.public_id, reason="已就业")

    with pytest.raises(NotFoundError):
        cooperation_sight.view_cooperation(session, two.partner, row.public_id)
    with pytest.raises(RuleBrokenError):
        cooperation.end_cooperation(session, two.home, row.public_id, reason="再次")


def test_strangers_and_roles_without_cases_see_no_cooperation(session: Session, two: Two) -> None:
    row = _running(session, two)
    stranger = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotFoundError):
        cooperation_sight.view_cooperation(session, stranger, row.public_id)
    assert cooperation_sight.list_cooperations(session, stranger) == []
