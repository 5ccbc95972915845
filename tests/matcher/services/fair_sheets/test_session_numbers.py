"""Numbers of sessions on printed sheets: each means one session for good, whichever is removed or entered later."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds.fair_reports import PaperVerdict
from matcher.models.fairs import Fair, FairSession
from matcher.services.fair_sheets import layouts
from matcher.services.fairs.sessions import remove_session
from matcher.services.permissions import Actor
from tests.factories.fair_after import HeldFair
from tests.factories.fair_paper import sign_in_line, typed_book
from tests.factories.fairs import make_session
from tests.matcher.services.fair_sheets.paper_world import YES, enter_book, verdicts


@pytest.fixture
def noon(session: Session, made: HeldFair) -> FairSession:
    """Enter a second session that nobody uses, and a third after it."""
    noon = _entered(session, made, "午场", 13)
    _entered(session, made, "晚场", 15)
    return noon


def _entered(session: Session, made: HeldFair, name: str, hour: int) -> FairSession:
    begins = hour * 60
    return make_session(
        session, made.fair, name=name, begins_minute=begins, ends_minute=begins + 90
    )


def _remove(session: Session, organiser: Actor, made: HeldFair, held: FairSession) -> None:
    remove_session(session, organiser, made.fair.public_id, held.public_id)
    session.commit()


def _numbers(session: Session, made: HeldFair) -> dict[int, str]:
    return {number: one.name for number, one in layouts.numbered_sessions(session, made.fair)}


def test_removing_a_session_moves_the_number_of_no_other(
    session: Session, made: HeldFair, organiser: Actor, noon: FairSession
) -> None:
    assert _numbers(session, made) == {1: "上午场", 2: "午场", 3: "晚场"}

    _remove(session, organiser, made, noon)

    assert _numbers(session, made) == {1: "上午场", 3: "晚场"}


def test_a_session_entered_after_others_were_removed_takes_no_number_one_of_them_had(
    session: Session, made: HeldFair, organiser: Actor, noon: FairSession
) -> None:
    last = layouts.numbered_sessions(session, made.fair)[-1][1]
    _remove(session, organiser, made, noon)
    _remove(session, organiser, made, last)

    _entered(session, made, "加场", 17)

    assert _numbers(session, made) == {1: "上午场", 4: "加场"}


def test_a_sheet_of_a_removed_session_is_refused_and_one_of_the_next_still_means_it(
    session: Session, made: HeldFair, organiser: Actor, noon: FairSession
) -> None:
    late = layouts.numbered_sessions(session, made.fair)[-1][1]
    lines = [
        sign_in_line(made.fair, 1, "", name, "", "", "", "", YES, number=number)
        for name, number in (("张三", 2), ("李四", 3))
    ]
    _remove(session, organiser, made, noon)

    batch = enter_book(session, organiser, made, typed_book(lines))

    assert [verdict for verdict, _ in verdicts(session, batch)] == [
        PaperVerdict.REFUSED.value,
        PaperVerdict.NEW.value,
    ]
    session.refresh(late)
    assert late.n_entered == 1


def test_another_fairs_removed_session_leaves_this_ones_numbers_alone(
    session: Session, made: HeldFair, organiser: Actor, noon: FairSession
) -> None:
    _remove(session, organiser, made, noon)
    other = make_session(session)

    assert layouts.numbered_sessions(session, session.get_one(Fair, other.fair_id)) == [(1, other)]
