"""The rows of a run as they stand now (变动跟进): every single change since is entered into a copy of its snapshot.

What the live lane does to lists one change at a time is done here to the rows alone, read in batches.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from matcher import clock
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.ranking.change import LiveState
from matcher.ranking.compiler import product_compiler
from matcher.ranking.snapshot import Snapshot
from matcher.services.drives import lottery_key
from matcher.services.ranking_changes import GRADUATE, POSTING, changed_since
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_snapshots import read_key

Row = tuple[str, int]
"""Side and id of a changed row."""

_AT_ONCE = 500


def changed_rows(session: Session, run: RankingRun, *, most: int) -> list[Row]:
    """Return the rows changed since a run, imports left out; one more than `most` if there are more."""
    chosen = changed_since(run).order_by(RankingChange.side, RankingChange.subject_id)
    return [(row.side, row.subject_id) for row in session.execute(chosen.limit(most + 1))]


def followed(
    session: Session, drive: Drive, snapshot: Snapshot, changed: Sequence[Row]
) -> Snapshot:
    """Enter changed rows into a copy of a snapshot; nobody reads the lists they touch, so none is ranked."""
    if not changed:
        return snapshot
    state = LiveState(
        snapshot,
        compile_leaves=product_compiler(read_key),
        lottery_key=lottery_key(session, drive),
        lists=None,
    )
    for some in _batches([number for side, number in changed if side == POSTING]):
        offers = {one.id: one for one in posting_facts(session, drive.id, clock.today(), some)}
        for number in some:
            state.apply_posting(number, offers.get(number))
    for some in _batches([number for side, number in changed if side == GRADUATE]):
        people = {one.id: one for one in graduate_facts(session, drive.id, some)}
        for number in some:
            state.apply_graduate(number, people.get(number))
    return state.settled()


def _batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while some := list(islice(left, _AT_ONCE)):
        yield some
