"""Who has which booth: placed, moved, fixed and taken back, each act in the log once."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import ConflictError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.booth_plans import BoothChangeKind
from matcher.kinds.fairs import FairEmployerState
from matcher.models.booth_plans import BoothChange
from matcher.models.employers import Employer
from matcher.models.fairs import Booth
from matcher.services.booths import placing
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor, make_union
from tests.factories.booths import FloorRows


def _place(
    session: Session, by: Actor, floor: FloorRows, booth: int, employer: int
) -> BoothChange | None:
    return placing.place(
        session,
        by,
        floor.fair.public_id,
        booth_public_id=floor.booths[booth].public_id,
        employer_public_id=floor.employers[employer].public_id,
    )


def _held(session: Session, floor: FloorRows) -> dict[int, int]:
    """Return employers by booth, both by their place in the rows."""
    number = {one.id: i for i, one in enumerate(floor.employers)}
    found = sa.select(Booth.id, Booth.fair_employer_id).where(Booth.fair_employer_id.is_not(None))
    at = {one.id: i for i, one in enumerate(floor.booths)}
    return {at[booth]: number[held] for booth, held in session.execute(found.order_by(Booth.id))}


def test_an_employer_is_placed_once(session: Session, organiser: Actor, floor: FloorRows) -> None:
    done = _place(session, organiser, floor, 0, 0)

    assert done is not None
    assert done.moves == [[floor.booths[0].id, None, floor.employers[0].id]]
    assert _place(session, organiser, floor, 0, 0) is None
    assert _held(session, floor) == {0: 0}


def test_an_employer_with_one_booth_changes_places(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    _place(session, organiser, floor, 0, 0)
    _place(session, organiser, floor, 1, 1)

    _place(session, organiser, floor, 1, 0)

    assert _held(session, floor) == {1: 0, 0: 1}


def test_who_is_put_out_by_a_newcomer_is_without_a_booth(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    _place(session, organiser, floor, 0, 0)

    _place(session, organiser, floor, 0, 1)

    assert _held(session, floor) == {0: 1}


def test_nobody_gets_more_booths_than_it_asks_for(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    floor.employers[0].n_booths = 2
    session.flush()
    _place(session, organiser, floor, 0, 0)
    _place(session, organiser, floor, 1, 0)

    with pytest.raises(RuleBrokenError, match="2 个展位"):
        _place(session, organiser, floor, 2, 0)
    assert _held(session, floor) == {0: 0, 1: 0}


@pytest.mark.parametrize(
    "state", [one for one in FairEmployerState if one is not FairEmployerState.ACCEPTED]
)
def test_only_who_comes_for_certain_gets_a_booth(
    session: Session, organiser: Actor, floor: FloorRows, state: FairEmployerState
) -> None:
    floor.employers[0].state = state
    session.flush()

    with pytest.raises(RuleBrokenError, match="确认参会"):
        _place(session, organiser, floor, 0, 0)


def test_booths_are_moved_swapped_and_cleared(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    fair = floor.fair.public_id
    names = [one.public_id for one in floor.booths]
    _place(session, organiser, floor, 0, 0)
    _place(session, organiser, floor, 1, 1)

    placing.move(session, organiser, fair, from_public_id=names[0], to_public_id=names[1])
    assert _held(session, floor) == {0: 1, 1: 0}
    placing.move(session, organiser, fair, from_public_id=names[0], to_public_id=names[5])
    assert _held(session, floor) == {5: 1, 1: 0}
    assert (
        placing.move(session, organiser, fair, from_public_id=names[2], to_public_id=names[3])
        is None
    )
    placing.clear(session, organiser, fair, booth_public_id=names[5])
    assert placing.clear(session, organiser, fair, booth_public_id=names[5]) is None
    assert _held(session, floor) == {1: 0}


def test_a_fixed_booth_stays_as_it_is(session: Session, organiser: Actor, floor: FloorRows) -> None:
    fair = floor.fair.public_id
    names = [one.public_id for one in floor.booths]
    done = _place(session, organiser, floor, 0, 0)
    assert done is not None
    placing.fix(session, organiser, fair, booth_public_id=names[0], is_fixed=True, label=" x9 ")

    for act in (
        lambda: _place(session, organiser, floor, 0, 1),
        lambda: _place(session, organiser, floor, 1, 0),
        lambda: placing.clear(session, organiser, fair, booth_public_id=names[0]),
        lambda: placing.move(
            session, organiser, fair, from_public_id=names[3], to_public_id=names[0]
        ),
        lambda: placing.undo(session, organiser, fair, done.public_id),
    ):
        with pytest.raises(RuleBrokenError, match="X9 已固定"):
            act()
        session.expire_all()
    with pytest.raises(RuleBrokenError, match="这个编号"):
        placing.fix(session, organiser, fair, booth_public_id=names[1], is_fixed=False, label="X9")


def test_what_was_done_is_taken_back_once(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    fair = floor.fair.public_id
    _place(session, organiser, floor, 0, 0)
    done = _place(session, organiser, floor, 0, 1)
    assert done is not None

    back = placing.undo(session, organiser, fair, done.public_id)

    assert _held(session, floor) == {0: 0}
    assert (back.kind, back.undoes_id) == (BoothChangeKind.UNDONE, done.id)
    with pytest.raises(RuleBrokenError, match="已经撤销"):
        placing.undo(session, organiser, fair, back.public_id)
    _place(session, organiser, floor, 0, 1)
    with pytest.raises(RuleBrokenError, match="已经撤销"):
        placing.undo(session, organiser, fair, done.public_id)


def test_what_changed_since_is_not_taken_back(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    done = _place(session, organiser, floor, 0, 0)
    assert done is not None
    _place(session, organiser, floor, 0, 1)

    with pytest.raises(ConflictError):
        placing.undo(session, organiser, floor.fair.public_id, done.public_id)


def test_taking_back_brings_nobody_who_no_longer_comes(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    _place(session, organiser, floor, 0, 0)
    done = _place(session, organiser, floor, 0, 1)
    assert done is not None
    floor.employers[0].state = FairEmployerState.WITHDRAWN
    session.flush()

    placing.undo(session, organiser, floor.fair.public_id, done.public_id)

    assert _held(session, floor) == {}


def test_an_employer_that_does_not_come_leaves_its_booths(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    done = _place(session, organiser, floor, 0, 0)
    assert done is not None
    placing.fix(
        session,
        organiser,
        floor.fair.public_id,
        booth_public_id=floor.booths[0].public_id,
        is_fixed=True,
    )

    placing.release(session, organiser, floor.employers[0])
    placing.release(session, organiser, floor.employers[0])

    assert _held(session, floor) == {}
    assert not floor.booths[0].is_fixed
    kinds = session.scalars(sa.select(BoothChange.kind).order_by(BoothChange.id)).all()
    assert kinds == [BoothChangeKind.PLACED, BoothChangeKind.RELEASED]


def test_only_the_employer_itself_and_the_organiser_empty_its_booths(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    _place(session, organiser, floor, 0, 0)
    one, other = (
        make_actor(session, Role.EMPLOYER, employer=session.get_one(Employer, row.employer_id))
        for row in floor.employers[:2]
    )
    elsewhere = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))

    for stranger in (other, elsewhere):
        with pytest.raises(NotFoundError):
            placing.release(session, stranger, floor.employers[0])
    kept = _held(session, floor)
    placing.release(session, one, floor.employers[0])

    assert (kept, _held(session, floor)) == ({0: 0}, {})


def test_nobody_else_changes_booths_of_a_fair_found_already(
    session: Session, floor: FloorRows
) -> None:
    elsewhere = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))
    moves = [(floor.booths[0], floor.employers[0].id)]

    with pytest.raises(NotFoundError):
        placing.change(session, elsewhere, floor.fair, BoothChangeKind.PLACED, moves)

    assert _held(session, floor) == {}


def test_a_booth_somebody_else_changed_is_not_given_again(
    session: Session, organiser: Actor, floor: FloorRows
) -> None:
    seen = floor.booths[0].version_id
    _place(session, organiser, floor, 0, 0)

    with pytest.raises(ConflictError):
        placing.place(
            session,
            organiser,
            floor.fair.public_id,
            booth_public_id=floor.booths[0].public_id,
            employer_public_id=floor.employers[1].public_id,
            expected_version=seen,
        )


def test_another_unions_organiser_finds_nothing(session: Session, floor: FloorRows) -> None:
    stranger = make_actor(session, Role.FAIR_ORGANISER)

    with pytest.raises(NotFoundError):
        _place(session, stranger, floor, 0, 0)
