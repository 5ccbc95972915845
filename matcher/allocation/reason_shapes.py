"""Reasons of a plan as they are told (方案理由): of a seat, of a refusal, and all of one person's; ids, no rows."""

from dataclasses import dataclass

from matcher.allocation.guarantee_order import LeftOver
from matcher.kinds.plan_reasons import Ahead, NoSeat
from matcher.kinds.plans import SeatedAs


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person does not sit at a posting it likes better.

    Parameters
    ----------
    posting : id
    wish_place : place of the posting in the wishes, 1 is the best
    heap : group of seats that decided, `RELEASED` for released ones; None where none is open
    own_key, cutoff_key : in the order of that group; where nobody won a seat by its key, the lowest of those who are
        sure of one if all of them come before the person by their keys, else none. Where the order of the guarantee
        decided by who had a seat at first, the lowest key among those who won theirs here then
    for_guarantee : graduates sure of a seat here who would come after the person by their key; all who are sure of one
        where the order of the guarantee decided
    ahead : by what the last of those comes before the person in that order; None where it did not decide
    competitors : how many people could be seated here
    """

    posting: int
    wish_place: int
    why: NoSeat
    heap: int | None
    own_key: int | None
    cutoff_key: int | None
    for_guarantee: tuple[int, ...]
    competitors: int
    ahead: Ahead | None = None


@dataclass(frozen=True, slots=True)
class SeatReason:
    """Why a person sits where it does.

    Parameters
    ----------
    posting : id
    group : column of `Market.seats`
    own_key, cutoff_key : in the order of the group; no cut-off while it has free seats, or if nobody won one by its key
    is_full : whether every seat of the group is taken
    is_pinned : whether the seat was fixed by hand
    came : graduates who sit at this posting because they are guaranteed a seat; of fallback seats alone
    moved : graduates who had a seat here before that and gave it up, with the posting each sits at now, if any; of
        fallback seats alone
    """

    posting: int
    wish_place: int
    group: int
    kind: SeatedAs
    own_key: int
    cutoff_key: int | None
    is_full: bool
    is_pinned: bool
    competitors: int
    came: tuple[int, ...] = ()
    moved: tuple[tuple[int, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonReasons:
    """All reasons of a person.

    Parameters
    ----------
    better : postings it likes better than its seat (all of them without one), best first, as many as asked for
    n_better : how many there are
    gave_up : posting the person was held by before anybody was guaranteed a seat, if it liked that better than what it
        has now, which may be nothing
    made_way_for : graduates who sit there now because they are guaranteed a seat
    left_over : why a person who is guaranteed a seat has none
    """

    graduate: int
    seat: SeatReason | None
    better: tuple[Refusal, ...]
    n_better: int
    gave_up: int | None = None
    made_way_for: tuple[int, ...] = ()
    left_over: LeftOver | None = None
