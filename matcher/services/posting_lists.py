"""Postings of a drive in lists (岗位列表): one view for who ranks, another for who may not see hardship.

The two are different types on purpose: the one for fair organisers has no seat class, no list figure,
and its order (title, number) is derived from neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.kinds import ListSide, PostingState, SeatClass, SeatState
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.pairs import YES_CODE
from matcher.services import postings
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.posting_gate import why_posting_not_ranked
from matcher.services.postings import PostingRow
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, snapshot_folder
from matcher.services.rows import not_found
from matcher.services.seats import SeatCounts
from matcher.services.standings import Standing, standings


@dataclass(frozen=True)
class PostingFilter:
    """What a list of postings is narrowed to.

    Parameters
    ----------
    region : first digits of a region code
    undecided : only those whose major requirement leaves a major of the drive to be confirmed
    """

    words: str = ""
    employer: str = ""
    region: str = ""
    state: PostingState | None = None
    incomplete: bool = False
    undecided: bool = False


@dataclass(frozen=True)
class RankedPosting:
    """A posting with its seats by class and its list; for who may see hardship."""

    posting: Posting
    employer: Employer
    seats: SeatCounts
    not_ranked: tuple[str, ...]
    standing: Standing | None


@dataclass(frozen=True)
class NeutralPosting:
    """A posting for who may not see hardship: seats as one number, nothing of any list."""

    posting: Posting
    employer: Employer
    n_seats: int
    not_ranked: tuple[str, ...]


@dataclass(frozen=True)
class RankedPage:
    """A slice of postings, how many there are in all, and the run their figures are of."""

    rows: list[RankedPosting]
    total: int
    run: RankingRun | None


@dataclass(frozen=True)
class NeutralPage:
    """A slice of postings without any figure of a list."""

    rows: list[NeutralPosting]
    total: int


def find_posting(session: Session, by: Actor, public_id: str) -> PostingRow:
    """Return a posting the actor may see by its public number."""
    number = session.scalar(sa.select(Posting.id).where(Posting.public_id == public_id))
    if number is None:
        raise not_found()
    return postings.get_posting(session, by, number)


def posting_numbers(session: Session, by: Actor, public_id: str) -> tuple[int, int]:
    """Return a posting's own number and its drive's in one query; the drive is still to be asked for."""
    require(by, Permission.VIEW_POSTINGS)
    chosen = sa.select(Posting.id, Posting.drive_id).where(Posting.public_id == public_id)
    found = session.execute(chosen).first()
    if found is None:
        raise not_found()
    return found.id, found.drive_id


def list_for_ranking(
    session: Session,
    by: Actor,
    drive_id: int,
    wanted: PostingFilter,
    *,
    limit: int = 50,
    offset: int = 0,
) -> RankedPage:
    """Return postings with seats and list figures, by title; seven queries however many there are."""
    require(by, Permission.VIEW_RANKING)
    require(by, Permission.VIEW_HARDSHIP)
    get_drive(session, by, drive_id)
    run = current_run(session, drive_id)
    kept = _kept(drive_id, wanted)
    if wanted.undecided:
        kept.append(Posting.id.in_(undecided_postings(session, run) if run else ()))
    total, found = _slice(session, kept, limit, offset)
    ids = [posting.id for posting, _ in found]
    seats = _seats(session, ids)
    stands = standings(session, run, ListSide.POSTING_ORDINARY, ids) if run else {}
    today = clock.today()
    rows = [
        RankedPosting(
            posting,
            employer,
            _counts(seats.get(posting.id, {})),
            tuple(why_posting_not_ranked(posting, employer, today)),
            stands.get(posting.id),
        )
        for posting, employer in found
    ]
    return RankedPage(rows, total, run)


def list_neutral(
    session: Session,
    by: Actor,
    drive_id: int,
    wanted: PostingFilter,
    *,
    limit: int = 50,
    offset: int = 0,
) -> NeutralPage:
    """Return postings by title without seat classes and lists; five queries however many there are."""
    require(by, Permission.VIEW_POSTINGS)
    get_drive(session, by, drive_id)
    total, found = _slice(session, _kept(drive_id, wanted), limit, offset)
    seats = _seats(session, [posting.id for posting, _ in found])
    today = clock.today()
    rows = [
        NeutralPosting(
            posting,
            employer,
            sum(seats.get(posting.id, {}).values()),
            tuple(why_posting_not_ranked(posting, employer, today)),
        )
        for posting, employer in found
    ]
    return NeutralPage(rows, total)


def places_of(session: Session, by: Actor, drive_id: int) -> list[str]:
    """Return the region codes postings of a drive have, in order; for the filter."""
    require(by, Permission.VIEW_POSTINGS)
    get_drive(session, by, drive_id)
    chosen = sa.select(Posting.region_code).distinct().where(Posting.drive_id == drive_id)
    codes = session.scalars(chosen.order_by(Posting.region_code))
    return [code for code in codes if code]


def undecided_postings(session: Session, run: RankingRun) -> list[int]:
    """Return the postings of a run whose requirement leaves a major of the drive to be confirmed."""
    folder = snapshot_folder(settings_of(session), run.drive_id, run.snapshot_hash or "")
    snapshot = open_snapshot(folder)
    table = snapshot.acceptance
    undecided = np.unique(table.requirement_of_entry()[table.code < YES_CODE])
    ids = snapshot.postings.id[np.isin(snapshot.postings.requirement, undecided)]
    return [int(number) for number in ids]


def _kept(drive_id: int, wanted: PostingFilter) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = [Posting.drive_id == drive_id]
    if wanted.words.strip():
        kept.append(Posting.title.contains(wanted.words.strip(), autoescape=True))
    if wanted.employer.strip():
        kept.append(Employer.name.contains(wanted.employer.strip(), autoescape=True))
    if wanted.region:
        kept.append(Posting.region_code.startswith(wanted.region, autoescape=True))
    if wanted.state is not None:
        kept.append(Posting.state == wanted.state)
    if wanted.incomplete:
        # JSON compares as text on both databases once cast; "[]" is how both write the empty list.
        kept.append(sa.cast(Posting.incomplete, sa.Text) != "[]")
    return kept


def _slice(
    session: Session, kept: Sequence[sa.ColumnElement[bool]], limit: int, offset: int
) -> tuple[int, list[tuple[Posting, Employer]]]:
    joined = sa.join(Posting, Employer, Employer.id == Posting.employer_id)
    counting = sa.select(sa.func.count()).select_from(joined).where(*kept)
    total = session.scalar(counting) or 0
    chosen = sa.select(Posting, Employer).select_from(joined).where(*kept)
    ordered = chosen.order_by(Posting.title, Posting.id).limit(limit).offset(offset)
    return total, [(posting, employer) for posting, employer in session.execute(ordered)]


def _seats(session: Session, ids: Sequence[int]) -> dict[int, dict[SeatClass, int]]:
    rows = session.execute(
        sa.select(Seat.posting_id, Seat.seat_class, sa.func.count())
        .where(Seat.posting_id.in_(ids), Seat.state != SeatState.CLOSED)
        .group_by(Seat.posting_id, Seat.seat_class)
        .order_by(Seat.posting_id)
    )
    counts: dict[int, dict[SeatClass, int]] = {}
    for posting_id, kind, count in rows:
        counts.setdefault(posting_id, {})[kind] = count
    return counts


def _counts(by_class: dict[SeatClass, int]) -> SeatCounts:
    return SeatCounts(*(by_class.get(kind, 0) for kind in SeatClass))


def seats_of_posting(session: Session, by: Actor, posting_id: int) -> SeatCounts:
    """Return the seats of a posting by class, for who may see hardship."""
    require(by, Permission.VIEW_HARDSHIP)
    return _counts(_seats(session, [posting_id]).get(posting_id, {}))
