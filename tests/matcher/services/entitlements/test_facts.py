"""What is known of people: records say only what they really say, and somebody's answer stands above them."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError
from matcher.kinds import Role
from matcher.kinds.entitlements import EntitlementAnswer
from matcher.kinds.households import HealthState, WorkStatus
from matcher.kinds.placements import PlacementState
from matcher.kinds.zero_employment import Derived
from matcher.models.entitlements import EntitlementFact
from matcher.models.household_lives import MemberEmployment
from matcher.models.zero_employment import ZeroEmploymentState
from matcher.services.entitlements import answers, facts, sight
from matcher.services.entitlements.facts import About
from tests.factories.accounts import make_actor, make_union
from tests.factories.entitlements import make_claimant, make_student, offered
from tests.factories.people import make_graduate, make_household, make_member
from tests.factories.placements import make_placement
from tests.matcher.services.entitlements.conftest import World

_A = EntitlementAnswer


def _known(session: Session, world: World) -> dict[str, object]:
    person = sight.find_graduate(session, world.worker, world.graduate.public_id)
    found = facts.all_known(session, [person])[person.key]
    return {code: one.value for code, one in found.items()}


def test_three_are_found_and_the_first_closes_tomorrow(session: Session, world: World) -> None:
    person = sight.find_graduate(session, world.worker, world.graduate.public_id)

    found = answers.overview(session, world.worker, person)

    yes = found.of(_A.YES)
    assert [one.answer.code for one in yes] == ["job_seeking", "union_job_seeking", "projects"]
    assert yes[0].answer.closes_on == clock.today() + dt.timedelta(days=1)
    assert {one.answer.code for one in found.of(_A.NO)} == {"insurance_flexible_graduate"}, (
        "who has not left school yet"
    )


def test_what_no_record_says_is_not_known(session: Session) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    graduate = make_graduate(session, union, intent={"places": []}, graduates_on=None)
    person = sight.find_graduate(session, worker, graduate.public_id)

    found = facts.all_known(session, [person])[person.key]

    assert {code: one.value for code, one in found.items()} == {"education": "bachelor"}
    answered = answers.overview(session, worker, person)
    assert answered.of(_A.NO) == []
    assert answered.asks[0][0] == "graduates_on"


def test_records_say_what_they_really_say(session: Session, world: World) -> None:
    household_id = world.graduate.household_id
    assert household_id is not None
    member = session.scalar(sa.text("SELECT max(id) FROM household_member"))
    session.execute(
        sa.text("UPDATE household_member SET health = :h, birth_on = :b WHERE id = :m"),
        {"h": HealthState.DISABLED.value, "b": dt.date(2003, 1, 1), "m": member},
    )
    session.add(
        MemberEmployment(
            member_id=member, from_on=dt.date(2026, 1, 1), status=WorkStatus.UNEMPLOYED,
            is_registered_unemployed=True, registered_on=dt.date(2026, 2, 1), entered_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()

    known = _known(session, world)

    assert known["is_disabled"] is True
    assert known["birth_on"] == dt.date(2003, 1, 1)
    assert known["is_registered_unemployed"] is True
    assert known["unemployed_since_on"] == dt.date(2026, 2, 1)
    assert known["is_employed"] is False
    assert known["is_hardship_household"] is True
    assert known["wants_work"] is True
    assert "is_zero_employment" not in known


@pytest.mark.parametrize(
    ("flag", "derived", "said"),
    [
        (True, Derived.YES, True),
        (False, Derived.NO, False),
        (True, Derived.UNKNOWN, None),
        (True, None, None),
        (False, None, None),
    ],
)
def test_an_imported_flag_is_a_claim_and_no_fact(
    session: Session, flag: bool, derived: Derived | None, said: bool | None
) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    household = make_household(session, union, zero_employment=flag)
    graduate = make_graduate(session, union, household=household)
    if derived is not None:
        session.add(
            ZeroEmploymentState(
                household_id=household.id, from_on=clock.today(), result=derived,
                definition="national", facts=[], digest="x", made_at=clock.now(),
            )
        )  # fmt: skip
        session.flush()
    person = sight.find_graduate(session, worker, graduate.public_id)

    found = facts.all_known(session, [person])[person.key].get("is_zero_employment")

    assert (found.value if found else None) is said


def test_only_a_proved_job_is_one(session: Session, world: World) -> None:
    make_placement(session, world.graduate, state=PlacementState.REPORTED)
    assert "is_employed" not in _known(session, world)

    session.execute(
        sa.text("UPDATE placement SET state = 'verified', verified_at = :now"),
        {"now": clock.now().replace(tzinfo=None)},
    )
    session.expire_all()

    assert _known(session, world)["is_employed"] is True


def test_an_answer_stands_above_the_records_and_is_taken_back_by_another(
    session: Session, world: World
) -> None:
    about = About(graduate_id=world.graduate.id)
    worker = world.worker

    facts.record_facts(session, worker, about, {"wants_work": "no"}, basis="本人电话里说")
    assert _known(session, world)["wants_work"] is False
    facts.record_facts(session, worker, about, {"wants_work": "unknown"})
    assert _known(session, world)["wants_work"] is True

    rows = session.scalars(
        sa.select(EntitlementFact)
        .where(EntitlementFact.code == "wants_work")
        .order_by(EntitlementFact.id)
    ).all()
    assert [row.value for row in rows] == ["no", "unknown"]
    assert rows[1].replaces_id == rows[0].id
    assert rows[0].basis == "本人电话里说"


def test_the_same_answer_again_writes_nothing(session: Session, world: World) -> None:
    about = About(graduate_id=world.graduate.id)

    assert facts.record_facts(session, world.worker, about, {"is_monitored": "no"}) == 1
    assert facts.record_facts(session, world.worker, about, {"is_monitored": "no"}) == 0
    assert facts.record_facts(session, world.worker, about, {"is_land_lost": "unknown"}) == 0


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("is_monitored", "perhaps"),
        ("graduates_on", "last summer"),
        ("graduates_on", "1890-01-01"),
        ("business_jobs", "-1"),
        ("education", "clever"),
        ("nonsense", "yes"),
        ("received.nonsense", "yes"),
    ],
)
def test_what_is_no_answer_is_refused(session: Session, world: World, code: str, text: str) -> None:
    with pytest.raises(InvalidInputError):
        facts.record_facts(
            session, world.worker, About(graduate_id=world.graduate.id), {code: text}
        )


def test_an_answer_of_tomorrow_is_refused(session: Session, world: World) -> None:
    with pytest.raises(InvalidInputError):
        facts.record_facts(
            session, world.worker, About(graduate_id=world.graduate.id), {"is_monitored": "no"},
            asked_on=clock.today() + dt.timedelta(days=1),
        )  # fmt: skip


def test_a_child_at_school_and_the_graduate_it_became_are_one(session: Session) -> None:
    union = make_union(session)
    worker = make_actor(session, Role.CASEWORKER, union=union)
    household = make_household(session, union, owner_id=worker.account_id)
    child = make_student(session, union, year=clock.today().year + 1, household=household)
    person = sight.find_member(session, worker, child.id)
    facts.record_facts(session, worker, facts.about(person), {"has_student_loan": "yes"})
    graduate = make_graduate(session, union, household=household, graduates_on=None)
    child.graduate_id = graduate.id
    session.flush()

    both = sight.find_graduate(session, worker, graduate.public_id)

    known = facts.all_known(session, [both])[both.key]
    assert both.member_id == child.id
    assert known["has_student_loan"].value is True
    assert known["graduates_on"].value == dt.date(clock.today().year + 1, 6, 30)


def test_others_see_and_ask_nothing(session: Session, world: World) -> None:
    for role in (Role.FAIR_ORGANISER, Role.REVIEWER, Role.AUDITOR):
        with pytest.raises(NotAllowedError):
            sight.find_graduate(
                session, make_actor(session, role, union=world.union), world.graduate.public_id
            )
    colleague = make_actor(session, Role.CASEWORKER, union=world.union)
    elsewhere = make_actor(session, Role.CASEWORKER)
    for one in (colleague, elsewhere):
        with pytest.raises(NotFoundError):
            sight.find_graduate(session, one, world.graduate.public_id)
    officer = make_actor(session, Role.GRASSROOTS_OFFICER, union=world.union)
    assert sight.find_graduate(session, officer, world.graduate.public_id).name
    with pytest.raises(NotAllowedError):
        facts.record_facts(
            session, officer, About(graduate_id=world.graduate.id), {"is_monitored": "no"}
        )


def test_a_member_of_another_household_answers_like_a_missing_one(session: Session) -> None:
    worker = make_actor(session, Role.CASEWORKER)
    member = make_member(session, make_household(session))

    with pytest.raises(NotFoundError):
        sight.find_member(session, worker, member.id)


def test_the_region_of_another_place_is_read_when_asked_for(session: Session, world: World) -> None:
    person = sight.find_graduate(session, world.worker, world.graduate.public_id)

    here = answers.overview(session, world.worker, person).of(_A.YES)[0]
    there = answers.overview(session, world.worker, person, region="440300").of(_A.YES)[0]

    assert (here.answer.amount_fen, there.answer.amount_fen) == (None, 300_000)


def test_many_people_cost_as_many_queries_as_one(session: Session, world: World) -> None:
    many = [make_claimant(session, world.worker, world.union, ask=False) for _ in range(12)]
    session.flush()
    counted: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *a: counted.append(a[2]))

    def cost(ids: list[int]) -> int:
        people = sight.load_claimants(session, graduate_ids=ids)
        counted.clear()
        answers.overviews(session, world.worker, people)
        return len(counted)

    assert cost([many[0].id]) == cost([one.id for one in many]) <= 14


def test_offered_papers_say_which_the_file_has(session: Session, world: World) -> None:
    session.execute(
        sa.text(
            "INSERT INTO household_document (public_id, household_id, kind, is_original_seen, entered_at)"
            " VALUES ('d1', :h, 'identity', :t, :now)"
        ),
        {"h": world.graduate.household_id, "t": True, "now": clock.now()},
    )

    one = offered(session, world.worker, world.graduate, "job_seeking")

    assert one.papers_held == ("identity",)
    assert "bank_card" in one.papers_missing
