"""What a plan of booths is computed from: who comes, of which trade, how many are expected there (预计人数)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.booth_costs import Unit
from matcher.fairs.lines import (
    ARRIVE_MINUTES,
    expected_line,
    expected_wait,
    interviewers_for,
    share_out,
)
from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fairs import Fair, FairEmployer
from matcher.policy.limits import get_limit
from matcher.services.fair_guests.demand import expected_by_employer
from matcher.services.fairs.sessions import sessions_of
from matcher.vocabulary.industries import load_industries

NO_TRADE = ""
"""Trade of employers whose industry is not known."""


@dataclass(frozen=True)
class Advice:
    """What hands are advised by; the product's own agreement (产品约定), dated data.

    Parameters
    ----------
    long_wait_minutes : above it people walk away from a stand
    booth_hands : people of an employer that have room at one booth; more is no advice anybody can follow
    """

    long_wait_minutes: int
    booth_hands: int


@dataclass(frozen=True)
class Comer:
    """An employer that comes for certain, with what is expected at its booths."""

    id: int
    public_id: str
    name: str
    trade: str
    """Letter of the industry's section in GB/T 4754, NO_TRADE if not known."""
    n_booths: int
    n_interviewers: int
    n_fitting: int
    """Graduates of the drive that fit some post of it."""
    n_visitors: int
    """Who may come to talk."""
    advice: Advice

    @property
    def line(self) -> int:
        """People standing there at the worst moment."""
        return expected_line(self.n_visitors, self.n_interviewers)

    @property
    def wait(self) -> float:
        """Longest wait in minutes."""
        return expected_wait(self.n_visitors, self.n_interviewers)

    @property
    def hands_wanted(self) -> int:
        """Return how many more must talk at once so that nobody waits too long, 0 if enough do."""
        return max(
            0,
            interviewers_for(self.n_visitors, self.advice.long_wait_minutes) - self.n_interviewers,
        )

    @property
    def hands_advised(self) -> int:
        """Return how many of them have room at its booths; the rest of the line is spread by appointments."""
        room = self.advice.booth_hands * max(1, self.n_booths) - self.n_interviewers
        return max(0, min(self.hands_wanted, room))

    def unit(self) -> Unit:
        """Return what the computed plan knows of it."""
        return Unit(key=self.id, trade=self.trade, n_booths=self.n_booths, line=self.line)


def list_comers(session: Session, fair: Fair) -> list[Comer]:
    """Return the employers that come, by id, with the people expected at each."""
    found = (
        sa.select(FairEmployer, Employer)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairEmployer.fair_id == fair.id, FairEmployer.state == FairEmployerState.ACCEPTED)
        .order_by(FairEmployer.id)
    )
    rows = list(session.execute(found))
    fitting = expected_by_employer(session, fair.id) if rows else {}
    own = {row.id: fitting.get(row.id, 0) for row, _ in rows}
    visitors = share_out(own, fair.expected_people)
    advice = advice_on(clock.today())
    return [_comer(row, employer, own, visitors, advice) for row, employer in rows]


def advice_on(day: dt.date) -> Advice:
    """Return what hands are advised by on a day."""
    return Advice(
        long_wait_minutes=get_limit("fair.long_wait_minutes", None, day).value,
        booth_hands=get_limit("fair.booth_hands", None, day).value,
    )


def longest_session(session: Session, fair: Fair) -> int:
    """Return the minutes of a fair's longest session; without one, how long people are taken to keep coming."""
    lengths = [one.ends_minute - one.begins_minute for one in sessions_of(session, fair.id)]
    return max(lengths, default=round(ARRIVE_MINUTES))


def _comer(
    row: FairEmployer,
    employer: Employer,
    fitting: Mapping[int, int],
    visitors: Mapping[int, int],
    advice: Advice,
) -> Comer:
    return Comer(
        id=row.id,
        public_id=row.public_id,
        name=employer.name,
        trade=trade_of(employer.industry),
        n_booths=row.n_booths,
        n_interviewers=max(1, row.n_interviewers),
        n_fitting=fitting[row.id],
        n_visitors=visitors[row.id],
        advice=advice,
    )


def trade_of(industry: str | None) -> str:
    """Return the section of an employer's industry, NO_TRADE if it says none."""
    return load_industries().section_of(industry or "") or NO_TRADE


def trade_name(trade: str) -> str:
    """Return the Chinese name of a trade, empty if it is not known."""
    found = load_industries().get(trade) if trade else None
    return found.name if found else ""


def trades_of(comers: Sequence[Comer]) -> list[str]:
    """Return the trades that come, in order, the unknown one last."""
    return sorted({one.trade for one in comers}, key=lambda trade: (trade == NO_TRADE, trade))
