"""The posts of a fair by trade (岗位汇编): what the booklet, the posters, the booth cards and the public page show.

Only employers whose place is confirmed and that were not stopped since, and posts that are published and open when the
fair begins. Seats kept for anybody are no part of it: a post shows how many people it wants and nothing of who they
should be.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.models.postings import Posting
from matcher.services.fair_employers.lists import booths_of
from matcher.services.fair_employers.posts import shown_posts
from matcher.services.fair_employers.sight import STOPPED
from matcher.vocabulary.industries import load_industries

OTHER_TRADE = ""
"""Code of employers whose trade is not known; they stand last."""

_UNNAMED = "其他行业"
_ANY = "不限"


@dataclass(frozen=True)
class BookPost:
    """One post as everybody reads it; all of it text but the headcount."""

    title: str
    headcount: int
    education: str
    majors: str
    pay: str
    place: str
    duties: str
    conditions: str


@dataclass(frozen=True)
class BookEmployer:
    """One employer with its booths and posts.

    Parameters
    ----------
    row_id, public_id : its place at the fair
    is_dispatch : labour dispatch (劳务派遣), told on every post
    """

    row_id: int
    public_id: str
    name: str
    trade: str
    booths: Sequence[str]
    about: str
    address: str
    is_dispatch: bool
    posts: Sequence[BookPost]

    @property
    def n_wanted(self) -> int:
        """People wanted in all its posts."""
        return sum(one.headcount for one in self.posts)


@dataclass(frozen=True)
class Trade:
    """A section of trade (门类) with its employers, by name."""

    code: str
    name: str
    employers: Sequence[BookEmployer] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """All posts of a fair, by trade in the order of the classification."""

    fair: Fair
    trades: Sequence[Trade]

    @property
    def employers(self) -> list[BookEmployer]:
        """All employers, by trade and name."""
        return [one for trade in self.trades for one in trade.employers]

    @property
    def n_employers(self) -> int:
        """Employers that come."""
        return len(self.employers)

    @property
    def n_posts(self) -> int:
        """Posts, each once."""
        return sum(len(one.posts) for one in self.employers)

    @property
    def n_wanted(self) -> int:
        """People wanted."""
        return sum(one.n_wanted for one in self.employers)


def read_book(session: Session, fair: Fair) -> Book:
    """Return the confirmed employers of a fair with their posts, by trade; four queries however many there are."""
    found = session.execute(
        sa.select(FairEmployer, Employer)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(
            FairEmployer.fair_id == fair.id,
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Employer.state.not_in(STOPPED),
        )
        .order_by(Employer.name, FairEmployer.id)
    ).all()
    ids = [row.id for row, _ in found]
    posts, booths = shown_posts(session, ids), booths_of(session, ids)
    by_trade: dict[str, list[BookEmployer]] = defaultdict(list)
    for row, employer in found:
        by_trade[trade_of(employer)].append(
            BookEmployer(
                row_id=row.id,
                public_id=row.public_id,
                name=employer.name,
                trade=trade_name(trade_of(employer)),
                booths=booths.get(row.id, []),
                about=employer.about or "",
                address=employer.address or "",
                is_dispatch=employer.is_labour_dispatch,
                posts=[_post(one) for one in posts.get(row.id, [])],
            )
        )
    codes = sorted(by_trade, key=lambda code: (code == OTHER_TRADE, code))
    return Book(fair, [Trade(code, trade_name(code), by_trade[code]) for code in codes])


def booth_codes(session: Session, row_ids: Sequence[int]) -> dict[int, str]:
    """Return the public number of the first booth of each place: what the QR of its card names."""
    found = session.execute(
        sa.select(Booth.fair_employer_id, Booth.public_id)
        .where(Booth.fair_employer_id.in_(row_ids))
        .order_by(Booth.row, Booth.column, Booth.id)
    )
    first: dict[int, str] = {}
    for row_id, public_id in found:
        if row_id is not None:
            first.setdefault(row_id, public_id)
    return first


def trade_of(employer: Employer) -> str:
    """Return the letter of an employer's section of trade, empty if it is not known."""
    return load_industries().section_of(employer.industry or "") or OTHER_TRADE


def trade_name(code: str) -> str:
    """Return the name of a section."""
    found = load_industries().get(code) if code else None
    return found.name if found is not None else _UNNAMED


def _post(posting: Posting) -> BookPost:
    education = posting.education_min.label if posting.education_min else posting.education_text
    return BookPost(
        title=posting.title,
        headcount=posting.headcount,
        education=education or _ANY,
        majors=_majors(posting),
        pay=_pay(posting),
        place=posting.place_text or "",
        duties=posting.duties or "",
        conditions=posting.conditions or "",
    )


def _majors(posting: Posting) -> str:
    """Return the majors asked for as they were written, level by level where they differ."""
    columns = {level: str(words) for level, words in posting.requirement.items() if words}
    if len(set(columns.values())) <= 1:
        return next(iter(columns.values()), _ANY)
    return "；".join(f"{level}：{words}" for level, words in columns.items())


def _pay(posting: Posting) -> str:
    low, high = posting.pay_low_yuan, posting.pay_high_yuan
    if low and high and low != high:
        return f"{low}–{high} 元/月"
    if low or high:
        return f"{low or high} 元/月"
    return posting.pay_text or "面议"
