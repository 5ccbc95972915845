"""A fair is announced when nothing lacks, moves with its sessions, is cancelled with a reason everybody is told."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.jobs import Job
from matcher.models.outbox import OutboxMessage
from matcher.services.fair_guests import telling as guests
from matcher.services.fairs import entering, states, telling
from matcher.services.fairs.entering import FairInput
from matcher.services.message_texts import compose
from matcher.services.permissions import SYSTEM, Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.cohorts import fields_of
from tests.factories.drives import make_drive
from tests.factories.fairs import make_fair, make_fair_employer, make_session, make_visitor
from tests.factories.people import make_graduate
from tests.factories.postings import make_employer

SOON = clock.today() + dt.timedelta(days=30)


def _facts(**changes: object) -> FairInput:
    fields: dict[str, object] = {
        "title": "毕业生招聘会",
        "channel": EventChannel.ON_SITE,
        "first_on": SOON,
        "venue_name": "体育馆",
        "venue_address": "人民路 1 号",
        "venue_region": "640106",
        "venue_capacity": 800,
        "expected_people": 500,
    }
    return FairInput(**(fields | changes))  # type: ignore[arg-type] # by field


def _organiser(session: Session) -> tuple[Actor, int]:
    union = make_union(session)
    return make_actor(session, Role.FAIR_ORGANISER, union=union), make_drive(session, union).id


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"title": " "}, {"title"}),
        ({"title": "零就业家庭招聘会"}, {"title"}),
        ({"about": "帮扶专场"}, {"about"}),
        ({"first_on": dt.date(2020, 1, 1)}, {"first_on"}),
        ({"last_on": SOON - dt.timedelta(days=1)}, {"last_on"}),
        ({"last_on": SOON + dt.timedelta(days=31)}, {"last_on"}),
        ({"venue_name": None, "venue_capacity": None}, {"venue_name", "venue_capacity"}),
        ({"expected_people": 0}, {"expected_people"}),
        ({"channel": EventChannel.ONLINE}, {"online_address"}),
    ],
)
def test_a_fair_that_cannot_be_is_refused_with_each_wrong_field(
    session: Session, wrong: dict[str, object], fields: set[str]
) -> None:
    by, drive_id = _organiser(session)

    with pytest.raises(InvalidInputError) as refused:
        entering.create_fair(session, by, drive_id, _facts(**wrong))

    assert fields_of(refused.value) == fields


def test_a_caseworker_enters_no_fair(session: Session) -> None:
    by, drive_id = _organiser(session)
    clerk = make_actor(session, Role.CASEWORKER)

    with pytest.raises(NotAllowedError):
        entering.create_fair(session, clerk, drive_id, _facts())
    assert entering.create_fair(session, by, drive_id, _facts()).state is FairState.DRAFT


def test_a_fair_that_moves_takes_its_sessions_along(session: Session) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts(last_on=SOON + dt.timedelta(days=1)))
    make_session(session, fair, held_on=SOON)
    make_session(session, fair, held_on=SOON + dt.timedelta(days=1))
    later = SOON + dt.timedelta(days=1)

    entering.edit_fair(
        session,
        by,
        fair.public_id,
        _facts(first_on=later, last_on=later + dt.timedelta(days=1)),
    )

    days = sa.select(FairSession.held_on).where(FairSession.fair_id == fair.id)
    assert sorted(session.scalars(days)) == [later, later + dt.timedelta(days=1)]
    with pytest.raises(InvalidInputError) as refused:
        entering.edit_fair(session, by, fair.public_id, _facts(first_on=later, last_on=later))
    assert fields_of(refused.value) == {"last_on"}


def test_a_fair_somebody_came_to_keeps_its_days(session: Session) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts())
    make_session(session, fair, n_entered=1, n_inside=1)

    with pytest.raises(RuleBrokenError):
        entering.edit_fair(
            session, by, fair.public_id, _facts(first_on=SOON + dt.timedelta(days=1))
        )
    with pytest.raises(RuleBrokenError):
        states.cancel_fair(session, by, fair.public_id, reason="下雪")


def test_a_hall_never_holds_fewer_than_a_session_lets_in(session: Session) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts())
    make_session(session, fair, approved_number=700)

    with pytest.raises(InvalidInputError) as refused:
        entering.edit_fair(session, by, fair.public_id, _facts(venue_capacity=699))
    entering.edit_fair(session, by, fair.public_id, _facts(venue_capacity=700))

    assert fields_of(refused.value) == {"venue_capacity"}
    assert fair.venue_capacity == 700


def test_an_announced_fair_opens_no_hall_without_a_number_to_stop_at(session: Session) -> None:
    by, drive_id = _organiser(session)
    online = {"channel": EventChannel.ONLINE, "online_address": "https://live.example"}
    fair = entering.create_fair(session, by, drive_id, _facts(**online))
    make_session(session, fair, approved_number=None)
    fair.state = FairState.ANNOUNCED

    with pytest.raises(InvalidInputError) as refused:
        entering.edit_fair(session, by, fair.public_id, _facts())
    entering.edit_fair(session, by, fair.public_id, _facts(**online, title="线上招聘会"))

    assert fields_of(refused.value) == {"channel"}


def test_who_edits_what_somebody_changed_meanwhile_is_told(session: Session) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts())
    seen = fair.version_id
    entering.edit_fair(session, by, fair.public_id, _facts(title="秋季招聘会"))

    with pytest.raises(ConflictError):
        entering.edit_fair(session, by, fair.public_id, _facts(), expected_version=seen)


def test_a_fair_is_announced_when_nothing_lacks(session: Session) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts())
    lacking = [states.lacks(session, fair)]
    held = make_session(session, fair, held_on=SOON, approved_number=None)
    lacking.append(states.lacks(session, fair))
    with pytest.raises(RuleBrokenError, match="核准人数"):
        states.announce_fair(session, by, fair.public_id)
    held.approved_number = 500
    fair.enquiries = "0951-1234567"
    session.flush()

    states.announce_fair(session, by, fair.public_id)

    assert lacking == [["session", "enquiries"], ["number", "enquiries"]]
    assert fair.state is FairState.ANNOUNCED
    with pytest.raises(RuleBrokenError):
        states.announce_fair(session, by, fair.public_id)
    assert states.take_back(session, by, fair.public_id).state is FairState.DRAFT


def _announced(session: Session) -> tuple[Actor, Fair]:
    union = make_union(session)
    fair = make_fair(session, make_drive(session, union), state=FairState.ANNOUNCED)
    make_session(session, fair)
    return make_actor(session, Role.FAIR_ORGANISER, union=union), fair


def _jobs(session: Session) -> list[str]:
    found = sa.select(Job.arguments).where(Job.name == telling.JOB).order_by(Job.id)
    return [str(one["matter"]) for one in session.scalars(found)]


def test_people_are_told_of_another_day_or_place_and_of_nothing_else(session: Session) -> None:
    by, fair = _announced(session)
    facts = entering.facts_of(fair)

    entering.edit_fair(session, by, fair.public_id, _with(facts, about="带好简历"))
    silent = _jobs(session)
    entering.edit_fair(session, by, fair.public_id, _with(facts, venue_name="文化宫"))

    assert (silent, _jobs(session)) == ([], ["moved"])


def test_employers_asked_before_a_fair_is_announced_are_told_that_it_moved(
    session: Session,
) -> None:
    by, drive_id = _organiser(session)
    fair = entering.create_fair(session, by, drive_id, _facts())
    entering.edit_fair(session, by, fair.public_id, _facts(venue_name="文化宫"))
    assert _jobs(session) == []
    make_fair_employer(session, fair, state=FairEmployerState.INVITED)

    entering.edit_fair(session, by, fair.public_id, _facts(venue_name="会展中心"))

    assert _jobs(session) == ["moved"]
    assert telling.is_due(session, fair.id, telling.MOVED)


def _with(facts: FairInput, **changes: object) -> FairInput:
    return FairInput(**(vars(facts) | changes))  # type: ignore[arg-type] # by field


def test_a_cancelled_fair_has_a_reason_that_tells_of_nobody(session: Session) -> None:
    by, fair = _announced(session)

    for words in (" ", "困难家庭来得太少"):
        with pytest.raises(InvalidInputError):
            states.cancel_fair(session, by, fair.public_id, reason=words)
    states.cancel_fair(session, by, fair.public_id, reason="大雪，道路封闭")

    assert (fair.state, _jobs(session)) == (FairState.CANCELLED, ["cancelled"])
    with pytest.raises(RuleBrokenError):
        states.cancel_fair(session, by, fair.public_id, reason="再取消一次")


def _messages(session: Session, prefix: str) -> list[OutboxMessage]:
    found = sa.select(OutboxMessage).where(OutboxMessage.unique_key.startswith(prefix))
    return list(session.scalars(found.order_by(OutboxMessage.id)))


def test_everybody_who_counts_on_a_fair_is_told_once_and_nobody_else(session: Session) -> None:
    by, fair = _announced(session)
    employer = make_employer(session)
    make_actor(session, Role.EMPLOYER, employer=employer)
    comes = make_fair_employer(session, fair, employer)
    make_fair_employer(session, fair, state=FairEmployerState.DECLINED)
    visitor = make_visitor(session, fair, phone="13800002046")
    make_visitor(session, fair, phone="13800002047", state=VisitorState.CANCELLED)
    states.cancel_fair(session, by, fair.public_id, reason="大雪")
    version = fair.version_id

    for _ in range(2):
        for row in telling.employers_to_tell(session, fair.id):
            telling.tell_employer(session, SYSTEM, row, matter="cancelled", version=version)
        for one in telling.visitors_to_tell(session, fair.id):
            telling.tell_visitor(session, SYSTEM, one, matter="cancelled", version=version)

    assert telling.employers_to_tell(session, fair.id) == [comes.id]
    assert telling.visitors_to_tell(session, fair.id) == [visitor.id]
    assert len(_messages(session, f"fair_employer:{comes.id}:cancelled")) == 1
    said = _messages(session, f"fair_visitor:{visitor.id}:cancelled")
    assert len(said) == 1
    text = compose(said[0].template, said[0].parameters, secret="https://x/v/1").text
    assert "大雪" in text
    assert "https://x/v/1" in text


def test_who_was_not_asked_yet_hears_nothing_of_a_cancelled_fair(session: Session) -> None:
    _, fair = _announced(session)
    asked, unasked = (
        make_visitor(session, fair, make_graduate(session), state=VisitorState.INVITED)
        for _ in range(2)
    )
    guests.tell_invited(session, asked)

    told = [
        telling.tell_visitor(session, SYSTEM, one.id, matter="cancelled", version=9)
        for one in (asked, unasked)
    ]

    assert told == [1, 0]
    assert session.get(FairVisitor, unasked.id) is not None


def test_a_fair_moved_and_then_cancelled_is_only_told_to_be_cancelled(session: Session) -> None:
    by, fair = _announced(session)
    states.cancel_fair(session, by, fair.public_id, reason="大雪")

    assert not telling.is_due(session, fair.id, telling.MOVED)
    assert telling.is_due(session, fair.id, telling.CANCELLED)
