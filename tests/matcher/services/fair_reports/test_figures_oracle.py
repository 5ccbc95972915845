"""The figures of a report against plain loops over the raw rows, at fairs made by lot; what always holds of them."""

import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import Base
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fair_hall import ContactState
from matcher.kinds.fair_reports import FollowState
from matcher.kinds.fairs import EntryKind, EntryRefusal, FairEmployerState, FairState
from matcher.models.drives import Drive
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow, FairPresence
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from matcher.models.postings import Posting
from matcher.services.fair_reports import events, figures, rows
from tests.factories.fair_after import (
    HeldFair,
    begins_at,
    come_in,
    enter_nameless,
    let_in,
    make_contact,
    make_held_fair,
    refuse,
)
from tests.factories.fairs import make_fair_employer, make_fair_posting, make_ticket, make_visitor

Row = TypeVar("Row", bound=Base)

_FOLLOWED = (FollowState.OPEN, FollowState.HIRED, FollowState.STARTED, FollowState.DISPUTED)
_HALF = 0.5
_ALL = (*figures.REPORT, *figures.BESIDE)


def _of(session: Session, model: type[Row]) -> list[Row]:
    return list(session.scalars(sa.select(model)))


class Loops:
    """The figures once more, slowly: every row of every table is read, nothing is asked of the database."""

    def __init__(self, session: Session, fair: Fair) -> None:
        self.fair = fair
        self.fairs = {one.id: one for one in _of(session, Fair)}
        self.places = _of(session, FairEmployer)
        self.notes = sorted(_of(session, FairPresence), key=lambda one: one.id)
        self.shown = _of(session, FairPosting)
        self.heads = {one.id: one.headcount for one in _of(session, Posting)}
        self.entries = [one for one in _of(session, FairEntry) if one.fair_id == fair.id]
        self.holder = {one.id: one.visitor_id for one in _of(session, FairTicket)}
        self.guests = {one.id for one in _of(session, FairVisitor) if one.fair_id == fair.id}
        self.met = [one for one in _of(session, FairContact) if one.fair_id == fair.id]
        self.follows = [
            one
            for one in _of(session, FairFollow)
            if one.fair_id == fair.id and one.ended_at is None
        ]
        self.let_in = [one for one in self.entries if one.kind is EntryKind.ENTERED]
        self.people = {self.holder[one.ticket_id] for one in self.let_in if one.ticket_id}
        if fair.channel is not EventChannel.ON_SITE:
            self.people |= {one.visitor_id for one in self.met}
        self.counted = [one for one in self.met if one.visitor_id in self.people]

    def came(self, place: FairEmployer) -> bool:
        said = [one.came for one in self.notes if one.fair_employer_id == place.id]
        return place.state is FairEmployerState.ACCEPTED and (not said or said[-1])

    def posts(self, fair_id: int) -> list[FairPosting]:
        there = {one.id for one in self.places if one.fair_id == fair_id and self.came(one)}
        return [one for one in self.shown if one.fair_employer_id in there]

    def first_shown(self) -> list[FairPosting]:
        seen = set()
        for other in self.fairs.values():
            is_before = (other.first_on, other.id) < (self.fair.first_on, self.fair.id)
            if (
                other.drive_id == self.fair.drive_id
                and other.state is FairState.CLOSED
                and is_before
            ):
                seen |= {one.posting_id for one in self.posts(other.id)}
        return [one for one in self.posts(self.fair.id) if one.posting_id not in seen]

    def told(self, *states: FollowState) -> set[int]:
        return {one.visitor_id for one in self.follows if one.state in states} & self.people

    def report(self) -> dict[str, int]:
        posts, met = self.posts(self.fair.id), self.counted
        resumes = [one for one in met if one.resume_at]
        interviews = [one for one in met if one.interviewed_at]
        intents = [one for one in met if one.state is ContactState.INTENT]
        return {
            "units": sum(map(self.came, self._own_places())),
            "positions": len(posts),
            "posts": self._seats(posts),
            "distinct_posts": self._seats(self.first_shown()),
            "visits": len(self.let_in),
            "people": len(self.people) + sum(one.ticket_id is None for one in self.let_in),
            "resumes": len(resumes),
            "resume_people": _people(resumes),
            "interviews": len(interviews),
            "interview_people": _people(interviews),
            "intents": len(intents),
            "intent_people": _people(intents),
            "hires": len(self.told(FollowState.HIRED, FollowState.STARTED)),
            "starts": len(self.told(FollowState.STARTED)),
        }

    def n_visits(self) -> int:
        passed = {self.holder[one.ticket_id] for one in self.let_in if one.ticket_id}
        return len(self.let_in) + len(self.people - passed)

    def beside(self) -> dict[str, int]:
        own = self._own_places()
        came = [one.id for one in own if self.came(one)]
        states = [one.state for one in self.follows]
        wanted = {one.posting_id for one in self.met}
        return {
            "absent": sum(one.state is FairEmployerState.ACCEPTED for one in own) - len(came),
            "idle": len(set(came) - {one.fair_employer_id for one in self.met}),
            "reached_nobody": len(self.people - {one.visitor_id for one in self.met}),
            "unused_posts": sum(one.posting_id not in wanted for one in self.posts(self.fair.id)),
            "outside_door": len(self.met) - len(self.counted),
            "refusals": sum(one.state is ContactState.REFUSED for one in self.counted),
            "open_follows": states.count(FollowState.OPEN),
            "disputed": states.count(FollowState.DISPUTED),
        }

    def _own_places(self) -> list[FairEmployer]:
        return [one for one in self.places if one.fair_id == self.fair.id]

    def _seats(self, posts: Iterable[FairPosting]) -> int:
        return sum(self.heads[one.posting_id] for one in posts)


def _people(contacts: Iterable[FairContact]) -> int:
    return len({one.visitor_id for one in contacts})


def _fair_by_lot(
    session: Session, lot: random.Random, channel: EventChannel, drive: Drive | None = None
) -> HeldFair:
    """Insert a fair of every kind of row at once: absent, waiting, nameless, twice in, outside the door, ended."""
    made = make_held_fair(
        session,
        drive,
        n_places=lot.randint(2, 4),
        n_visitors=lot.randint(0, 4),
        state=lot.choice((FairState.ANNOUNCED, FairState.CLOSED)),
        channel=channel,
    )
    waiting = make_fair_employer(session, made.fair, state=FairEmployerState.WAITING)
    make_fair_posting(session, waiting, _posting_of(session, made.places[0]))
    for place in made.places:
        for came in lot.choices((True, False), k=lot.randint(0, 2)):
            _note(session, place, came=came)
    guests = [*made.visitors, make_visitor(session, made.fair), make_visitor(session, made.fair)]
    ticket = make_ticket(session, guests[-1], made.held, admitted_at=begins_at(made.held))
    for _ in range(lot.randint(1, 2)):
        let_in(session, made, ticket)
    for _ in range(lot.randint(0, 2)):
        enter_nameless(session, made)
    refuse(session, made, EntryRefusal.FULL)
    for guest in guests:
        for place in lot.sample(made.places, k=lot.randint(0, 2)):
            _meet(session, lot, place, guest)
    return made


def _note(session: Session, place: FairEmployer, *, came: bool) -> None:
    session.add(
        FairPresence(
            fair_employer_id=place.id,
            came=came,
            happened_on=clock.today(),
            entered_at=clock.now(),
        )
    )
    session.flush()


def _meet(session: Session, lot: random.Random, place: FairEmployer, guest: FairVisitor) -> None:
    marks = {name: clock.now() for name in ("resume_at", "interviewed_at") if lot.random() < _HALF}
    state = lot.choice((ContactState.MET, ContactState.INTENT, ContactState.REFUSED))
    posting = _posting_of(session, place).id if lot.random() < _HALF else None
    contact = make_contact(session, place, guest, state, posting_id=posting, **marks)
    if state is ContactState.MET:
        return
    session.add(
        FairFollow(
            fair_id=place.fair_id,
            contact_id=contact.id,
            fair_employer_id=place.id,
            visitor_id=guest.id,
            state=lot.choice(_FOLLOWED),
            due_on=clock.today(),
            opened_at=clock.now(),
            ended_at=clock.now() if state is ContactState.REFUSED else None,
        )
    )
    session.flush()


def _show_again(session: Session, earlier: HeldFair, later: HeldFair) -> None:
    """Show a post of an earlier fair at a later one."""
    make_fair_posting(session, later.places[0], _posting_of(session, earlier.places[0]))


def _posting_of(session: Session, place: FairEmployer) -> Posting:
    shown = sa.select(FairPosting.posting_id).where(FairPosting.fair_employer_id == place.id)
    return session.get_one(Posting, session.scalars(shown).one())


def _two_fairs(session: Session, seed: int) -> Sequence[HeldFair]:
    lot = random.Random(seed)
    first = _fair_by_lot(session, lot, EventChannel.ON_SITE)
    first.fair.state = FairState.CLOSED if seed % 4 else FairState.ANNOUNCED
    _note(session, first.places[0], came=bool(seed % 2))
    online = lot.choice([one for one in EventChannel if one is not EventChannel.ON_SITE])
    second = _fair_by_lot(session, lot, online, session.get_one(Drive, first.fair.drive_id))
    _note(session, second.places[0], came=True)
    _show_again(session, first, second)
    return first, second


@pytest.mark.parametrize("seed", range(8))
def test_every_figure_is_what_plain_loops_over_the_rows_count(session: Session, seed: int) -> None:
    for made in _two_fairs(session, seed):
        slowly = Loops(session, made.fair)

        assert figures.count_all(session, made.fair) == slowly.report()
        assert events.figures_of_event(session, made.fair)["n_visitors"] == slowly.n_visits()
        assert figures.count_all(session, made.fair, figures.BESIDE) == slowly.beside()


@pytest.mark.parametrize("seed", range(8))
def test_the_rows_behind_every_figure_add_up_to_it_slice_by_slice(
    session: Session, seed: int
) -> None:
    for made in _two_fairs(session, seed):
        counted = figures.count_all(session, made.fair, _ALL)
        for figure in _ALL:
            whole = rows.list_all(session, made.fair, figure)
            said = sum(row.quantity for row in whole) if figure.is_heads else len(whole)
            assert said == counted[figure.code], figure.code
            assert _in_slices(session, made.fair, figure) == whole, figure.code


def _in_slices(session: Session, fair: Fair, figure: figures.Figure) -> list[rows.FigureRow]:
    found: list[rows.FigureRow] = []
    while True:
        part, total = rows.list_rows(session, fair, figure, limit=2, offset=len(found))
        found += part
        if not part:
            assert total == len(found), figure.code
            return found


@pytest.mark.parametrize("seed", range(8))
def test_the_chain_never_widens_from_entry_to_start(session: Session, seed: int) -> None:
    for made in _two_fairs(session, seed):
        n = figures.count_all(session, made.fair)

        assert n["starts"] <= n["hires"] <= n["intent_people"] <= n["people"]
        assert max(n["resume_people"], n["interview_people"]) <= n["people"]
        assert n["intent_people"] <= n["intents"]
        assert n["distinct_posts"] <= n["posts"]
        event = events.figures_of_event(session, made.fair)
        assert event["n_intents"] <= n["people"] <= event["n_visitors"]
        if made.fair.channel is EventChannel.ON_SITE:
            assert n["people"] <= n["visits"] == event["n_visitors"]


def test_another_person_on_the_same_ticket_is_one_more_of_the_people(session: Session) -> None:
    made = make_held_fair(session, n_visitors=0)
    come_in(session, made)
    enter_nameless(session, made)
    people = figures.find_figure("people")
    assert people is not None

    shown = rows.list_all(session, made.fair, people)

    assert figures.count(session, made.fair, people) == len(shown) == 2
    assert shown[-1].who == rows.NAMELESS
