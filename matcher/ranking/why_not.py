"""Why somebody is not on a list: a hard condition, or a better last place; and where it would stand.

For drive managers only: in lists with priority the answer can name the hardship rank.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.kinds import ListSide, PriorityMode, Verdict
from matcher.ranking.explain import Explanation, explain_pair
from matcher.ranking.order import DecodedKey, Neutral, OrderRule
from matcher.ranking.snapshot import Snapshot

State = Literal["listed", "held_back", "not_eligible", "below_last", "not_yet_listed"]
Decisive = Literal["confirmed", "points", "rank", "fit", "lottery"]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Where a pair stands towards a stored list.

    Parameters
    ----------
    state : on it; on it, but kept back by a cap (told by who knows what is shown); refused by a hard
        condition (see `explanation.checks`); behind the last entry; or good enough by the snapshot but
        absent, because the list is of another state
    position : 1 for the first; for those below the last, how many listed entries are ahead, plus 1
    own, last : what the keys of the pair and of the last entry say
    decisive : what decides between own and last; "points" where hardship points count
    """

    state: State
    position: int | None
    own: DecodedKey | None
    last: DecodedKey | None
    decisive: Decisive | None
    explanation: Explanation


def why_not(
    snapshot: Snapshot,
    posting_row: int,
    graduate_row: int,
    *,
    side: ListSide | Neutral,
    keys: NDArray[np.int64],
    partners: NDArray[np.int32],
) -> WhyNot:
    """Compare a pair with a list as stored (without or with its padding).

    Parameters
    ----------
    side : which list: of the graduate if GRADUATE, else of the posting
    keys, partners : the list, best first
    """
    explanation = explain_pair(snapshot, graduate_row, posting_row)
    filled = int((keys >= 0).sum())
    rule = OrderRule.of(snapshot.parameters, side)
    last = rule.decode(int(keys[filled - 1])) if filled else None
    if explanation.verdict is Verdict.NO:
        return WhyNot("not_eligible", None, None, last, None, explanation)
    key = _pair_key(snapshot, posting_row, graduate_row, explanation=explanation, side=side)
    own = rule.decode(key)
    of_graduate = side is ListSide.GRADUATE
    partner = explanation.posting_id if of_graduate else explanation.graduate_id
    found = np.flatnonzero(partners[:filled] == partner)
    if len(found):
        return WhyNot("listed", int(found[0]) + 1, own, last, None, explanation)
    ahead = int((keys[:filled] > key).sum())
    parameters = snapshot.parameters
    length = parameters.graduates_length if of_graduate else parameters.postings_length
    if last is None or filled < length or ahead < filled:
        return WhyNot("not_yet_listed", ahead + 1, own, last, None, explanation)
    return WhyNot("below_last", ahead + 1, own, last, _decisive(own, last, rule), explanation)


def _pair_key(
    snapshot: Snapshot,
    posting_row: int,
    graduate_row: int,
    *,
    explanation: Explanation,
    side: ListSide | Neutral,
) -> int:
    """Key the pair has in the list."""
    of_graduate = side is ListSide.GRADUATE
    partners, row = (
        (snapshot.postings, posting_row) if of_graduate else (snapshot.graduates, graduate_row)
    )
    keys = OrderRule.of(snapshot.parameters, side).keys(
        np.asarray([explanation.fit]),
        snapshot.graduates.rank[[graduate_row]].astype(np.int64),
        np.asarray([explanation.verdict is Verdict.YES]),
        partners.lottery[[row]].astype(np.int64),
    )
    return int(keys[0])


def _decisive(own: DecodedKey, last: DecodedKey, rule: OrderRule) -> Decisive:
    """First thing in which the two keys differ, in the order in which they count."""
    reasons: dict[PriorityMode | None, tuple[tuple[Decisive, bool], ...]] = {
        None: (),
        PriorityMode.BAND: (("rank", own.rank != last.rank),),
        PriorityMode.POINTS: (("points", rule.total(own) != rule.total(last)),),
        PriorityMode.EQUAL_CONDITIONS: (
            ("fit", own.fit // rule.width != last.fit // rule.width),
            ("rank", own.rank != last.rank),
        ),
    }
    confirmed: tuple[Decisive, bool] = ("confirmed", own.confirmed != last.confirmed)
    ordered = (confirmed, *reasons[rule.mode], ("fit", own.fit != last.fit))
    return next((name for name, differs in ordered if differs), "lottery")
