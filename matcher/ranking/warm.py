"""Warming up (预热): every kernel is compiled, or read from where compiled code is kept, before it is needed.

Compiling takes about half a minute, once per version and user; reading a second. A worker calls this when it starts,
so that the first list somebody waits for is not the one that pays.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from matcher.kinds import EducationLevel, ListSide, MajorLevel, Verdict
from matcher.ranking.acceptance import LeafAnswer
from matcher.ranking.engine import (
    Scratch,
    rank_graduates,
    rank_postings,
    score_graduate,
    score_posting,
)
from matcher.ranking.facts import GraduateFacts, PostingFacts
from matcher.ranking.order import NEUTRAL
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.parts import pair_parts
from matcher.ranking.rows import RowNumbers
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.spare import DueLists, unknown_lists
from matcher.ranking.touched import (
    NOTHING,
    LastKeys,
    Standing,
    lists_reached_by_graduate,
    lists_reached_by_posting,
)
from matcher.ranking.work import predicted_work
from matcher.vocabulary.majors import MajorRef

_PLACE = "370100"
_EVERY_MAJOR = "every major"


def warm() -> None:
    """Run every kernel on a drive of two; cheap when everything is compiled already."""
    snapshot = tiny_snapshot()
    scratch = Scratch(snapshot)
    rank_postings(snapshot, [0], NEUTRAL, length=1)
    rank_graduates(snapshot, [0], length=1)
    score_posting(scratch, 0, NEUTRAL)
    score_graduate(scratch, 0)
    lasts = LastKeys(RowNumbers(snapshot.graduates.id), NOTHING)
    lists_reached_by_posting(snapshot, Standing.of(snapshot.postings, 0), lasts)
    ordinary = ListSide.POSTING_ORDINARY
    lists_reached_by_graduate(snapshot, Standing.of(snapshot.graduates, 0), ordinary, lasts)
    DueLists().patch(np.zeros(0, dtype=np.int64), unknown_lists(0, 2), 1)
    pair_parts(snapshot, [0], [0])
    predicted_work(snapshot, NEUTRAL)
    predicted_work(snapshot, ListSide.GRADUATE)


def tiny_snapshot() -> Snapshot:
    """Pack a drive of two graduates and two postings."""
    major = MajorRef(MajorLevel.BACHELOR, "warm", "020101", "经济学", "0201", "", "02", "")
    people = [
        GraduateFacts(
            id=number,
            entry_number=number,
            education=EducationLevel.BACHELOR,
            majors=(major,),
            places=(_PLACE,),
            text="会计",
        )
        for number in (1, 2)
    ]
    offers = [
        PostingFacts(
            id=number, entry_number=number, requirement=_EVERY_MAJOR, place=_PLACE, text="会计"
        )
        for number in (1, 2)
    ]
    drive = DriveParameters()
    return build_snapshot(people, offers, drive, compile_leaves=_accept_all, lottery_key=b"warm")


def _accept_all(leaves: Sequence[MajorRef]) -> Callable[[str], Iterable[LeafAnswer]]:
    return lambda _: [(number, Verdict.YES, "any") for number in range(len(leaves))]
