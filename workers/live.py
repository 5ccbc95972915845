"""The live lane (实时排序): follows a drive's changes, own lists first, then every list they touch.

One worker process with one child runs this queue. It keeps the drive's snapshot with all changes
applied in memory; when it starts anew it applies the changes since the run again and stores what
comes out, which is what is stored already.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher import clock
from matcher.db.engine import SessionFactory, reading, settings_of, transaction
from matcher.kinds import JobQueue, ListSide
from matcher.models.drives import Drive
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.change import RANKED_AT_ONCE, Affected, LiveState
from matcher.ranking.compiler import product_compiler
from matcher.ranking.engine import Ranked
from matcher.ranking.live_lists import ChangedList, ListSource
from matcher.ranking.touched import Keys
from matcher.services.drives import lottery_key
from matcher.services.ranking_changes import FOLLOW, GRADUATE, POSTING
from matcher.services.ranking_facts import graduate_facts, posting_facts
from matcher.services.ranking_overlays import (
    Change,
    changes_after,
    empty_list,
    known_lists,
    last_keys,
    note_followed,
    store_overlays,
)
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder
from workers.runner import JobContext, job

_THREADS = min(2, os.cpu_count() or 1)
"""Threads that rank the lists of the other side: the lane is short of time, the machine rarely of cores."""

_KEPT_STATES = 2
"""Drives whose snapshot a worker keeps in memory; offices run one or two at a time."""


@dataclass
class _Followed:
    """A drive's live state, and the number of the last change in it."""

    factory: SessionFactory
    """Of the database it follows: a number of a run means nothing in another one."""
    run_id: int
    drive_id: int
    state: LiveState
    change_number: int


_states: dict[int, _Followed] = {}
"""By run; a cache of this process alone: whatever is lost is made again from the changes."""


@job(FOLLOW, queue=JobQueue.LIVE)
def follow_changes(context: JobContext, *, drive_id: int) -> dict[str, Any]:
    """Bring a drive's lists up to its last change.

    A second run finds no further change, or stores the very lists stored before.
    """
    factory = context.session_factory
    with reading(factory) as session:
        run = current_run(session, drive_id)
    if run is None:
        return {}
    followed = _open(factory, run)
    try:
        lists = _catch_up(context, followed)
    except Exception:
        # Half a change may be in memory: the next attempt starts from the snapshot again.
        _states.pop(run.id, None)
        raise
    return {"lists": lists, "change": followed.change_number}


def _catch_up(context: JobContext, followed: _Followed) -> int:
    """Follow changes until there are no more; return how many lists were stored."""
    factory, lists, is_behind = context.session_factory, 0, False
    while (changes := _next_changes(factory, followed)) or is_behind:
        for change in changes:
            lists += _apply(factory, followed, change)
        # Some at a time: whoever changes a row meanwhile waits for these, not for all.
        stored = _store_some(factory, followed)
        lists, is_behind = lists + stored, stored == RANKED_AT_ONCE
        if is_behind:
            continue
        with transaction(factory) as session:
            note_followed(session, followed.run_id, followed.change_number)
        if context.should_stop():
            break
    return lists


def _open(factory: SessionFactory, run: RankingRun) -> _Followed:
    """Return the live state of a run, made from its snapshot when this process has none."""
    kept = _states.pop(run.id, None)
    if kept is not None and kept.factory is factory:
        _states[run.id] = kept
        return kept
    with reading(factory) as session:
        drive = session.get_one(Drive, run.drive_id)
        key = lottery_key(session, drive)
        folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or "")

    def keys_of(side: ListSide) -> Keys:
        with reading(factory) as session:
            return last_keys(session, session.get_one(RankingRun, run.id), side)

    def lists_of(side: ListSide, ids: NDArray[np.int64]) -> Ranked:
        with reading(factory) as session:
            return known_lists(session, session.get_one(RankingRun, run.id), side, ids)

    state = LiveState(
        open_snapshot(folder),
        compile_leaves=product_compiler(read_key),
        lottery_key=key,
        lists=ListSource(keys_of, lists_of),
        threads=_THREADS,
    )
    while len(_states) >= _KEPT_STATES:
        _states.pop(next(iter(_states)))
    _states[run.id] = _Followed(factory, run.id, run.drive_id, state, run.as_of_change)
    return _states[run.id]


def _next_changes(factory: SessionFactory, followed: _Followed) -> list[Change]:
    with reading(factory) as session:
        return list(changes_after(session, followed.drive_id, followed.change_number))


def _apply(factory: SessionFactory, followed: _Followed, change: Change) -> int:
    """Apply one change and store the subject's own lists at once."""
    affected: Affected | None = None
    with reading(factory) as session:
        only = [change.subject_id]
        if change.side == POSTING:
            offer = next(posting_facts(session, followed.drive_id, clock.today(), only), None)
            affected = followed.state.apply_posting(change.subject_id, offer)
        elif change.side == GRADUATE:
            person = next(graduate_facts(session, followed.drive_id, only), None)
            affected = followed.state.apply_graduate(change.subject_id, person)
    own = list(_own_lists(change, affected)) if affected is not None else []
    if own:
        with transaction(factory) as session:
            store_overlays(session, followed.run_id, own, change.number)
    followed.change_number = change.number
    return len(own)


def _own_lists(change: Change, affected: Affected) -> Iterator[ChangedList]:
    """Return every list of the subject; one it no longer has becomes empty."""
    sides = (
        (ListSide.GRADUATE,)
        if change.side == GRADUATE
        else (ListSide.POSTING_ORDINARY, ListSide.POSTING_RESERVED)
    )
    for side in sides:
        yield affected.own.get(side) or empty_list(side, change.subject_id)


def _store_some(factory: SessionFactory, followed: _Followed) -> int:
    """Rank and store some lists of the other side that the changes touched; fewer than asked for are the last."""
    some = list(islice(followed.state.due_lists(), RANKED_AT_ONCE))
    if some:
        with transaction(factory) as session:
            store_overlays(session, followed.run_id, some, followed.change_number)
    return len(some)
