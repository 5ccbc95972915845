"""Reading who takes part in a plan: its work grows with people and postings, not with their product."""

from matcher.db.engine import SessionFactory, reading
from matcher.services.plans.standing import standing_of
from seeds.big_market import fill_market

_PEOPLE, _POSTINGS, _AT_ONCE = 300, 300, 100


def test_where_nobody_hides_people_are_not_paired_with_postings(
    sqlite_factory: SessionFactory,
) -> None:
    drive_id = fill_market(sqlite_factory, graduates=_PEOPLE, postings=_POSTINGS)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += _AT_ONCE

    with reading(sqlite_factory) as session:
        raw = session.connection().connection.driver_connection
        assert raw is not None
        raw.set_progress_handler(count, _AT_ONCE)
        standing = standing_of(session, drive_id)
        raw.set_progress_handler(None, 0)

    assert not len(standing.ruled_out)
    assert steps < _PEOPLE * _POSTINGS
