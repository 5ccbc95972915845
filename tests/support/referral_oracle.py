"""What referrals and seats must be after any steps: the rules said once more, slowly, in plain Python."""

from dataclasses import dataclass, field

from matcher.kinds import SeatClass, SeatState
from matcher.kinds.referrals import LIVE, PENDING, SETTLED, ReferralState

_R = ReferralState
_LEAST = {SeatClass.ORDINARY: 0, SeatClass.HARDSHIP: 1, SeatClass.ZERO_EMPLOYMENT: 5}
_TO_ANSWER = frozenset({_R.SENT, _R.INTERVIEW, _R.ON_HOLD})


class RefusedError(Exception):
    """The rules refuse the step; nothing changed."""


@dataclass
class Told:
    """A referral as the rules have it."""

    person: int
    posting: int
    state: ReferralState = _R.PROPOSED
    held: ReferralState | None = None
    ended: ReferralState | None = None
    ended_by: int | None = None
    seat: int | None = None
    gives_back: bool = False
    """The last seat it had was taken from it by an acceptance or a withdrawal."""
    has_left: bool = False


@dataclass
class Oracle:
    """People by rank, postings by the classes of their seats, and every referral by number."""

    ranks: list[int]
    postings: list[list[SeatClass]]
    told: list[Told] = field(default_factory=list)

    def last(self, person: int, posting: int) -> int | None:
        """Return the number of the newest referral of a pair."""
        pairs = [(one.person, one.posting) for one in self.told]
        numbers = [n for n, pair in enumerate(pairs) if pair == (person, posting)]
        return numbers[-1] if numbers else None

    def seat_states(self, posting: int) -> list[SeatState]:
        """Return what each seat of a posting must say."""
        states = [SeatState.OPEN] * len(self.postings[posting])
        for one in self.told:
            if one.posting == posting and one.seat is not None:
                pending = SeatState.OFFERED if one.state is _R.OFFERED else SeatState.HELD
                states[one.seat] = pending if one.state in PENDING else SeatState.FILLED
        return states

    def _settled(self, person: int) -> bool:
        return any(
            one.person == person and one.state in SETTLED and not one.has_left for one in self.told
        )

    def _twin(self, number: int) -> bool:
        one = self.told[number]
        return any(
            other is not one
            and (other.person, other.posting) == (one.person, one.posting)
            and other.state in LIVE
            for other in self.told
        )

    def _take(self, one: Told) -> bool:
        rank, states = self.ranks[one.person], self.seat_states(one.posting)
        free = [
            (-_LEAST[kind], place)
            for place, kind in enumerate(self.postings[one.posting])
            if states[place] is SeatState.OPEN and _LEAST[kind] <= rank
        ]
        if free:
            one.seat = min(free)[1]
        return bool(free)

    def _free(self, one: Told, *, gives_back: bool = False) -> None:
        if one.seat is not None:
            one.seat, one.gives_back = None, gives_back

    @staticmethod
    def _need(one: Told, states: frozenset[ReferralState]) -> None:
        """Ask for one of some states; one that expired is where it stood."""
        state = one.ended if one.state is _R.EXPIRED else one.state
        if state not in states:
            raise RefusedError
        if one.state is _R.EXPIRED and one.ended is not None:
            one.state, one.ended = one.ended, None

    @staticmethod
    def _end(one: Told, state: ReferralState) -> None:
        one.ended, one.held, one.state = one.held or one.state, None, state

    def propose(self, person: int, posting: int, *, hold: bool) -> None:
        """Propose a person, with a seat held or without."""
        one = Told(person, posting)
        self.told.append(one)
        if (
            self._settled(person)
            or self._twin(len(self.told) - 1)
            or (hold and not self._take(one))
        ):
            self.told.pop()
            raise RefusedError

    def agree(self, number: int) -> None:
        """The person agrees and it is sent."""
        one = self.told[number]
        if self._settled(one.person):
            raise RefusedError
        self._need(one, frozenset({_R.PROPOSED}))
        one.state = _R.SENT

    def invite(self, number: int) -> None:
        """The employer agrees an interview."""
        self._need(self.told[number], _TO_ANSWER)
        self.told[number].state, self.told[number].held = _R.INTERVIEW, None

    def offer(self, number: int) -> None:
        """The employer offers the job, with a seat if one admits the person."""
        one = self.told[number]
        promised = [
            other
            for other in self.told
            if other is not one
            and other.posting == one.posting
            and (other.state is _R.OFFERED or (other.state in SETTLED and not other.has_left))
        ]
        if len(promised) >= len(self.postings[one.posting]):
            raise RefusedError
        self._need(one, _TO_ANSWER)
        one.state, one.held = _R.OFFERED, None
        if one.seat is None:
            self._take(one)

    def refuse(self, number: int) -> None:
        """The employer refuses."""
        one = self.told[number]
        self._need(one, _TO_ANSWER | {_R.OFFERED})
        self._end(one, _R.REFUSED)
        self._free(one)

    def put_off(self, number: int) -> None:
        """The employer decides later."""
        one = self.told[number]
        self._need(one, frozenset({_R.SENT, _R.INTERVIEW}))
        one.held, one.state = one.state, _R.ON_HOLD

    def resume(self, number: int) -> None:
        """The employer takes it up again."""
        one = self.told[number]
        self._need(one, frozenset({_R.ON_HOLD}))
        one.state, one.held = one.held or _R.SENT, None

    def decline(self, number: int) -> None:
        """The person declines."""
        one = self.told[number]
        self._need(one, frozenset(PENDING))
        self._end(one, _R.DECLINED)
        self._free(one)

    def accept(self, number: int) -> None:
        """The person accepts: the seat, and the end of everything else."""
        one = self.told[number]
        offered = one.state is _R.OFFERED or (one.state, one.ended) == (_R.EXPIRED, _R.OFFERED)
        if not offered or self._settled(one.person) or (one.seat is None and not self._take(one)):
            raise RefusedError
        one.state, one.ended = _R.ACCEPTED, None
        for other in self.told:
            if other is not one and other.person == one.person and other.state in PENDING:
                self._end(other, _R.WITHDRAWN)
                other.ended_by = number
                self._free(other, gives_back=True)

    def withdraw(self, number: int) -> None:
        """Staff take it back."""
        one = self.told[number]
        if one.state not in PENDING:
            raise RefusedError
        self._end(one, _R.WITHDRAWN)
        one.ended_by = None
        self._free(one, gives_back=True)

    def expire(self, number: int) -> None:
        """The night frees the seat and marks it."""
        one = self.told[number]
        if one.state not in PENDING:
            raise RefusedError
        self._end(one, _R.EXPIRED)
        self._free(one)

    def report(self, number: int) -> None:
        """The person reports for work."""
        self._advance(number, _R.ACCEPTED, _R.REPORTED)

    def stay(self, number: int) -> None:
        """The person is in post."""
        self._advance(number, _R.REPORTED, _R.IN_POST)

    def _advance(self, number: int, before: ReferralState, after: ReferralState) -> None:
        one = self.told[number]
        if one.state is not before or one.has_left:
            raise RefusedError
        one.state = after

    def fall_through(self, number: int) -> None:
        """The job comes to nothing, and what it ended goes on first."""
        one = self.told[number]
        if one.state not in (_R.ACCEPTED, _R.REPORTED) or one.has_left:
            raise RefusedError
        one.state = _R.FELL_THROUGH
        self._free(one)
        for n, other in enumerate(self.told):
            if (other.state, other.ended_by) == (_R.WITHDRAWN, number) and not self._twin(n):
                self._take_up(other)

    def offer_again(self, number: int) -> None:
        """Staff take up what was withdrawn or expired."""
        one = self.told[number]
        ended = one.state in (_R.WITHDRAWN, _R.EXPIRED)
        if not ended or self._settled(one.person) or self._twin(number):
            raise RefusedError
        self._take_up(one)

    def _take_up(self, one: Told) -> None:
        one.state, one.ended, one.ended_by = one.ended or _R.SENT, None, None
        if one.gives_back or one.state is _R.OFFERED:
            has_seat = self._take(one)
            if not has_seat and one.state is _R.OFFERED:
                one.state = _R.SENT

    def leave(self, number: int) -> None:
        """The job ends."""
        one = self.told[number]
        if one.state not in (_R.REPORTED, _R.IN_POST) or one.has_left:
            raise RefusedError
        one.has_left = True
        self._free(one)
