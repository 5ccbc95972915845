"""Ranked lists as people read them (名单): who, by what points, why; and why somebody is not there.

Lists are stored as keys and ids; reasons are computed for what is shown, from the rows as they stand
now and the run's own text model. A handful of queries serve a whole list. A drive manager or
caseworker sees priority; nobody else gets a list here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.errors import NotFoundError
from matcher.kinds import ListSide
from matcher.models.drives import Drive
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.ranking.compiler import product_compiler
from matcher.ranking.concepts import as_far_as_told
from matcher.ranking.explain import Explanation, explain_pair
from matcher.ranking.order import DecodedKey, OrderRule
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.why_not import WhyNot, why_not
from matcher.services.drives import get_drive, lottery_key
from matcher.services.permissions import Actor, Permission, require
from matcher.services.quality.spread import shown_list
from matcher.services.ranking_changes import MANY
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_overlays import StoredList, stored_list
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder


@dataclass(frozen=True)
class Entry:
    """One place of a list.

    Parameters
    ----------
    partner_id : graduate or posting
    key : what the stored key says: fit, rank (None where priority plays no part), lottery number
    explanation : None while the partner is being taken out or the row just changed
    """

    position: int
    partner_id: int
    key: DecodedKey
    explanation: Explanation | None


@dataclass(frozen=True)
class RankedView:
    """A list with the state it is of.

    Parameters
    ----------
    n_eligible : how many are eligible, listed or not
    change_number : of the change that made it; None for the run itself
    n_waiting : later changes that wait for the next run (imports)
    """

    run: RankingRun
    side: ListSide
    subject_id: int
    entries: Sequence[Entry]
    n_eligible: int
    change_number: int | None
    n_waiting: int
    parameters: DriveParameters


def view_list(
    session: Session, by: Actor, drive_id: int, side: ListSide, subject_id: int
) -> RankedView | None:
    """Return a subject's whole list with reasons; None if the drive has no finished run.

    Raises
    ------
    NotFoundError
        The subject has no list: it was not part of the run and has not changed since.
    """
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    return own_view(session, drive, side, subject_id)


def own_view(session: Session, drive: Drive, side: ListSide, subject_id: int) -> RankedView | None:
    """Return a list without asking who reads it; callers have checked (a graduate's own list)."""
    run = current_run(session, drive.id)
    if run is None:
        return None
    stored = (
        shown_list(session, run, subject_id)
        if side is ListSide.GRADUATE
        else stored_list(session, run, side, subject_id)
    )
    if stored is None:
        raise NotFoundError("list_missing", "这次排序里没有这份名单，请重新排序。")
    parameters = DriveParameters.from_dict(run.parameters)
    return RankedView(
        run=run,
        side=side,
        subject_id=subject_id,
        entries=_entries(session, drive, run, stored=stored, side=side, subject_id=subject_id),
        n_eligible=stored.n_eligible,
        change_number=stored.change_number,
        n_waiting=_waiting(session, run),
        parameters=parameters,
    )


def _waiting(session: Session, run: RankingRun) -> int:
    """Count imports and the like since the run: its lists do not know of them."""
    return (
        session.scalar(
            sa.select(sa.func.count()).where(
                RankingChange.drive_id == run.drive_id,
                RankingChange.id > run.as_of_change,
                RankingChange.side == MANY,
            )
        )
        or 0
    )


def _entries(
    session: Session,
    drive: Drive,
    run: RankingRun,
    *,
    stored: StoredList,
    side: ListSide,
    subject_id: int,
) -> list[Entry]:
    keys, partners = unpacked(stored.keys, stored.partners)
    ids = [int(partner) for partner in partners]
    rule = OrderRule.of(DriveParameters.from_dict(run.parameters), side)
    of_graduate = side is ListSide.GRADUATE
    pairs = (
        _small_snapshot(session, drive, run, graduates=[subject_id], postings=ids)
        if of_graduate
        else _small_snapshot(session, drive, run, graduates=ids, postings=[subject_id])
    )
    reasons = _explain_all(pairs)
    entries = []
    for number, (key, partner) in enumerate(zip(keys.tolist(), ids, strict=True), start=1):
        pair = (subject_id, partner) if of_graduate else (partner, subject_id)
        entries.append(Entry(number, partner, rule.decode(key), reasons.get(pair)))
    return entries


def explain_some(
    session: Session,
    drive: Drive,
    run: RankingRun,
    *,
    graduates: Sequence[int],
    postings: Sequence[int],
) -> dict[tuple[int, int], Explanation]:
    """Explain every pair of some graduates and postings as they stand now, by (graduate, posting).

    Callers have checked who reads it; who takes no part in ranking now is left out.
    """
    if not graduates or not postings:
        return {}
    return _explain_all(
        _small_snapshot(session, drive, run, graduates=graduates, postings=postings)
    )


def explain_pairs(
    session: Session, drive: Drive, run: RankingRun, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Explanation]:
    """Explain the pairs (graduate, posting) asked for and no others, as they stand now; for many people at once.

    Callers have checked who reads it; who takes no part in ranking now is left out.
    """
    if not wanted:
        return {}
    pairs = _small_snapshot(
        session,
        drive,
        run,
        graduates=sorted({one for one, _ in wanted}),
        postings=sorted({one for _, one in wanted}),
    )
    rows = {number: row for row, number in enumerate(pairs.graduates.id.tolist())}
    columns = {number: row for row, number in enumerate(pairs.postings.id.tolist())}
    return {
        (one, other): explain_pair(pairs, rows[one], columns[other])
        for one, other in sorted(wanted)
        if one in rows and other in columns
    }


def _explain_all(pairs: Snapshot) -> dict[tuple[int, int], Explanation]:
    """Explain every pair of a small snapshot, by (graduate, posting)."""
    found = {}
    for graduate_row, graduate_id in enumerate(pairs.graduates.id.tolist()):
        for posting_row, posting_id in enumerate(pairs.postings.id.tolist()):
            found[graduate_id, posting_id] = explain_pair(pairs, graduate_row, posting_row)
    return found


def _small_snapshot(
    session: Session,
    drive: Drive,
    run: RankingRun,
    *,
    graduates: Sequence[int],
    postings: Sequence[int],
) -> Snapshot:
    """Pack the rows at hand as they stand now, with the run's text model and parameters.

    Where this machine cannot tell the run's concepts, reasons go without them; the lists themselves are stored.
    """
    folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or "")
    model = open_snapshot(folder).codebook.text
    return build_snapshot(
        graduate_facts(session, drive.id, graduates),
        posting_facts(session, drive.id, clock.today(), postings),
        DriveParameters.from_dict(run.parameters),
        compile_leaves=product_compiler(read_key),
        lottery_key=lottery_key(session, drive),
        text_model=replace(model, concepts=as_far_as_told(model.concepts)),
    )


def explain_absence(
    session: Session, by: Actor, side: ListSide, *, posting_id: int, graduate_id: int
) -> WhyNot | None:
    """Say why a graduate is not on a posting's list, or where on it; None without a finished run.

    Raises
    ------
    NotFoundError
        One of the two takes no part in ranking now (left, withdrew, not verified, closed).
    """
    require(by, Permission.VIEW_RANKING)
    drive_id = session.scalar(sa.select(Posting.drive_id).where(Posting.id == posting_id))
    drive = get_drive(session, by, drive_id or 0)
    run = current_run(session, drive.id)
    if run is None:
        return None
    pairs = _small_snapshot(session, drive, run, graduates=[graduate_id], postings=[posting_id])
    if not len(pairs.graduates) or not len(pairs.postings):
        raise NotFoundError(
            "not_ranked", "其中一方现在不参加排序（已退出、撤回同意、未核验或已截止）。"
        )
    subject = graduate_id if side is ListSide.GRADUATE else posting_id
    stored = stored_list(session, run, side, subject)
    empty = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    keys, partners = unpacked(stored.keys, stored.partners) if stored else empty
    why = why_not(pairs, 0, 0, side=side, keys=keys, partners=partners)
    if side is ListSide.GRADUATE and why.state == "listed":
        return _as_shown(why, shown_list(session, run, subject))
    return why


def _as_shown(why: WhyNot, shown: StoredList | None) -> WhyNot:
    """Say where on a graduate's list, as it is shown, a posting stands, or that a cap keeps it back."""
    ids = unpacked(shown.keys, shown.partners)[1].tolist() if shown else []
    if why.explanation.posting_id in ids:
        return replace(why, position=ids.index(why.explanation.posting_id) + 1)
    return replace(why, state="held_back")
