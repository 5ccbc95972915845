"""The vetting pack of an employer (参会材料): which papers are needed, which are there, and handing them in.

The licence (营业执照) is taken over from the employer's check when that is good until the fair is over; the brochure
(招聘简章) may be printed from the posts chosen for the fair, which passed the gate of publishing already.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import EmployerState
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.models.employers import Employer, EmployerCheck
from matcher.models.fair_papers import FairPaper
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.files import StoredFile
from matcher.policy.fair_papers import PaperRule, paper_rules
from matcher.services import audit
from matcher.services.fair_employers.sight import Place
from matcher.services.permissions import SYSTEM


@dataclass(frozen=True)
class PackLine:
    """One paper of a pack: what is asked, and the row if it was handed in."""

    rule: PaperRule
    paper: FairPaper | None
    file: StoredFile | None

    @property
    def is_good(self) -> bool:
        """Whether nothing is left to do about it."""
        if self.paper is None:
            return not self.rule.is_needed
        return self.paper.state is FairPaperState.ACCEPTED

    @property
    def is_to_check(self) -> bool:
        """Whether the organiser has to look at it."""
        return self.paper is not None and self.paper.state is FairPaperState.HANDED_IN

    @property
    def is_wanted(self) -> bool:
        """Whether the employer has to hand it in, anew or for the first time."""
        return not self.is_good and not self.is_to_check


@dataclass(frozen=True)
class Pack:
    """The papers of one employer for one fair, in the order of the closed list."""

    lines: Sequence[PackLine]

    @property
    def is_complete(self) -> bool:
        """Whether every paper that is needed, and every one that was brought, is accepted."""
        return all(line.is_good for line in self.lines)

    @property
    def n_good(self) -> int:
        """Papers needed that are accepted."""
        return sum(line.is_good for line in self.needed)

    @property
    def needed(self) -> list[PackLine]:
        """The lines that count: needed, or brought."""
        return [line for line in self.lines if line.rule.is_needed or line.paper is not None]

    @property
    def wanted(self) -> list[FairPaperKind]:
        """Kinds the employer still has to hand in."""
        return [line.rule.kind for line in self.lines if line.is_wanted]

    @property
    def to_check(self) -> list[FairPaperKind]:
        """Kinds the organiser still has to look at."""
        return [line.rule.kind for line in self.lines if line.is_to_check]

    def line(self, kind: FairPaperKind) -> PackLine | None:
        """Return the line of a kind, None if nobody asks for it."""
        return next((line for line in self.lines if line.rule.kind is kind), None)


def packs_of(session: Session, fair: Fair, row_ids: Sequence[int]) -> dict[int, Pack]:
    """Return the packs of places at a fair by the place's id; one query for all."""
    rules = paper_rules(fair.venue_region, fair.first_on)
    found = session.execute(
        sa.select(FairPaper, StoredFile)
        .outerjoin(StoredFile, StoredFile.id == FairPaper.file_id)
        .where(FairPaper.fair_employer_id.in_(row_ids))
        .order_by(FairPaper.id)
    )
    papers = {(paper.fair_employer_id, paper.kind): (paper, file) for paper, file in found}
    return {
        row_id: Pack(
            [
                PackLine(rule, *papers.get((row_id, kind), (None, None)))
                for kind, rule in rules.items()
            ]
        )
        for row_id in row_ids
    }


def pack_of(session: Session, place: Place) -> Pack:
    """Return the pack of one place."""
    return packs_of(session, place.fair, [place.row.id])[place.row.id]


def take_over_licence(session: Session, place: Place) -> FairPaper | None:
    """Take the licence over from the employer's check if it is good until the fair is over.

    A licence that was handed in for this fair stands. A second run changes nothing.
    """
    employer, last_on = place.employer, place.fair.last_on
    if employer.state is not EmployerState.VERIFIED or not _holds(employer, last_on):
        return None
    paper = find_paper(session, place, FairPaperKind.LICENCE)
    stands = (FairPaperState.HANDED_IN, FairPaperState.ACCEPTED)
    if paper is not None and (paper.state in stands or paper.employer_check_id is None):
        return None
    check = _last_check(session, employer)
    if check is None:
        return None
    paper = paper or _new(session, place, FairPaperKind.LICENCE)
    paper.state, paper.reason = FairPaperState.ACCEPTED, None
    paper.employer_check_id, paper.valid_until = check.id, employer.recheck_due_on
    paper.decided_at, paper.decided_by_id = check.checked_at, check.checked_by_id
    session.add(paper)
    session.flush()
    _record(session, "fair_paper.taken_over", paper, check=check.id)
    return paper


def _holds(employer: Employer, last_on: dt.date) -> bool:
    return employer.recheck_due_on is not None and employer.recheck_due_on >= last_on


def _last_check(session: Session, employer: Employer) -> EmployerCheck | None:
    found = sa.select(EmployerCheck).where(
        EmployerCheck.employer_id == employer.id, EmployerCheck.outcome == EmployerState.VERIFIED
    )
    return session.scalar(found.order_by(EmployerCheck.id.desc()).limit(1))


def find_paper(
    session: Session, place: Place, kind: FairPaperKind, *, lock: bool = False
) -> FairPaper | None:
    """Return the paper of a kind at a place."""
    found = sa.select(FairPaper).where(
        FairPaper.fair_employer_id == place.row.id, FairPaper.kind == kind
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def _new(session: Session, place: Place, kind: FairPaperKind) -> FairPaper:
    paper = FairPaper(
        fair_employer_id=place.row.id,
        kind=kind,
        state=FairPaperState.HANDED_IN,
        handed_in_at=clock.now(),
        is_from_posts=False,
    )
    session.add(paper)
    return paper


def _record(session: Session, action: str, paper: FairPaper, *, check: int | None = None) -> None:
    audit.record(
        session,
        SYSTEM,
        action,
        subject=("fair_employer", paper.fair_employer_id),
        paper=paper.id,
        kind=paper.kind,
        check=check,
    )


def expire_papers(session: Session, fair: Fair) -> int:
    """Mark papers that end before the fair does as expired; return how many. A second run finds none."""
    rows = sa.select(FairPaper).where(
        FairPaper.fair_employer_id.in_(_places(fair)),
        FairPaper.state.in_((FairPaperState.HANDED_IN, FairPaperState.ACCEPTED)),
        FairPaper.valid_until < fair.last_on,
    )
    found = list(session.scalars(rows.order_by(FairPaper.id).with_for_update()))
    for paper in found:
        paper.state = FairPaperState.EXPIRED
        _record(session, "fair_paper.expired", paper)
    session.flush()
    return len(found)


def _places(fair: Fair) -> sa.Select[int]:
    return sa.select(FairEmployer.id).where(FairEmployer.fair_id == fair.id)
