"""Rules of what a fair offers to employers (招展): its days stand in order, no promise is taken back."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import InvalidInputError
from matcher.kinds import Role
from matcher.models.fairs import Fair
from matcher.services.fair_employers import applying, calls
from matcher.services.fair_employers.applying import Application
from matcher.services.fair_employers.calls import CallInput
from matcher.services.fair_employers.places import Room, room_of
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.drives import make_drive
from tests.factories.fair_papers import make_call
from tests.factories.fairs import make_fair
from tests.factories.postings import make_employer

_BLOCKED_S = 1.0
"""How long somebody is watched who must wait for another."""


@pytest.mark.parametrize(
    ("apply_until", "papers_until", "wrong"),
    [
        (0, None, set()),
        (1, None, {"apply_until"}),
        (None, 0, set()),
        (None, 1, {"papers_until"}),
        (-3, -3, set()),
        (-3, -2, set()),
        (-2, -3, {"papers_until"}),
    ],
)
def test_employers_apply_before_they_hand_in_and_both_by_the_last_day(
    session: Session,
    fair: Fair,
    organiser: Actor,
    apply_until: int | None,
    papers_until: int | None,
    wrong: set[str],
) -> None:
    fair.last_on = fair.first_on + dt.timedelta(days=1)
    first, second = (
        None if n is None else fair.last_on + dt.timedelta(days=n)
        for n in (apply_until, papers_until)
    )
    facts = CallInput(apply_until=first, papers_until=second)

    if not wrong:
        made = calls.set_call(session, organiser, fair.public_id, facts)
        assert (made.apply_until, made.papers_until) == (first, second)
        return
    with pytest.raises(InvalidInputError) as refused:
        calls.set_call(session, organiser, fair.public_id, facts)
    assert set(refused.value.details["fields"]) == wrong  # type: ignore[call-overload]


def test_booths_are_not_cut_below_what_is_being_promised_at_the_same_moment(
    session_factory: SessionFactory,
) -> None:
    with transaction(session_factory) as session:
        union = make_union(session)
        fair = make_fair(session, make_drive(session, union), state="announced")
        make_call(session, fair, n_booths=2)
        agent = make_actor(session, Role.EMPLOYER, employer=make_employer(session, union))
        organiser = make_actor(session, Role.FAIR_ORGANISER, union=union)
        fair_id, public_id = fair.id, fair.public_id

    def cut() -> str:
        try:
            with transaction(session_factory) as session:
                calls.set_call(session, organiser, public_id, CallInput(n_booths=1))
        except InvalidInputError as refused:
            return refused.code
        return "cut"

    with ThreadPoolExecutor(1) as pool:
        with transaction(session_factory) as session:
            applying.apply(session, agent, public_id, Application(n_booths=2))
            session.flush()
            asked = pool.submit(cut)
            decided, _ = wait([asked], _BLOCKED_S)
            assert not decided, "it decides while a promise is being made"
        assert asked.result(60) == "fair_call_input"

    with reading(session_factory) as session:
        assert room_of(session, fair_id) == Room(offered=2, taken=2, n_waiting=0)
