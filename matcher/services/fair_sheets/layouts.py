"""Which columns the sheets of paper have (表样): the printed sheet, the workbook and the reading agree by them."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.fairs.line_codes import LineCode, LineSheet, fair_mark
from matcher.kinds.fair_reports import PaperSheet, SurveySide
from matcher.kinds.fairs import FairEmployerState
from matcher.models.audit import AuditEntry
from matcher.models.employers import Employer
from matcher.models.fairs import Booth, Fair, FairEmployer, FairPosting, FairSession
from matcher.models.postings import Posting
from matcher.policy.fair_survey import questions_of

SESSION_REMOVED = "fair.session_removed"
"""The act in the trail that keeps the number of a session that is gone."""

CODE = "行号"
TICKET, NAME, PHONE, SCHOOL, MAJOR, EDUCATION, AGREES = (
    "已报名的填票码", "姓名", "手机号", "学校", "专业", "学历", "同意登记",
)  # fmt: skip
UNIT, WHO, RESUME, INTERVIEW, INTENT, POST, REASON = (
    "单位", "求职者签到行号或票码", "收简历", "面试", "意向", "意向岗位", "未成原因",
)  # fmt: skip
WORDS = "意见"

SIGN_IN_HEADS = (CODE, TICKET, NAME, PHONE, SCHOOL, MAJOR, EDUCATION, AGREES)
CONTACT_HEADS = (CODE, UNIT, WHO, RESUME, INTERVIEW, INTENT, POST, REASON)

SHEETS = {
    LineSheet.SIGN_IN: PaperSheet.SIGN_IN,
    LineSheet.BOOTH: PaperSheet.CONTACT,
    LineSheet.VISITORS: PaperSheet.SURVEY,
    LineSheet.EMPLOYERS: PaperSheet.SURVEY,
}
SIDES = {LineSheet.VISITORS: SurveySide.VISITOR, LineSheet.EMPLOYERS: SurveySide.EMPLOYER}


@dataclass(frozen=True)
class PaperPost:
    """A post on a booth's sheet, named there by its number.

    The number is the post's place among all the employer ever showed at the fair, which is kept with the employer's
    row and only ever added to. Counting what is shown today would give a number to another post once one before it
    is taken off, while the sheet in the booth still says the old one. A number kept with the row of the shown post
    would go with that row; so what was taken off after printing still has its number here, and is found by it.
    """

    number: int
    posting_id: int
    title: str
    is_shown: bool
    """Whether it is shown now; sheets printed from now on list no other."""


@dataclass(frozen=True)
class PaperPlace:
    """An employer on paper: its number at this fair, booths, posts, those taken off among them."""

    number: int
    id: int
    name: str
    booths: str
    posts: tuple[PaperPost, ...]

    @property
    def shown(self) -> list[PaperPost]:
        """The posts a sheet printed now lists."""
        return [post for post in self.posts if post.is_shown]


def survey_heads(side: SurveySide) -> tuple[str, ...]:
    """Return the columns of a side's questionnaires: one a question, by its number and words."""
    asked = [f"{at}. {one.label}" for at, one in enumerate(questions_of(side), start=1)]
    return (CODE, *asked, WORDS)


def codes(fair: Fair, sheet: LineSheet, number: int, n_lines: int, *, first: int = 1) -> list[str]:
    """Return the codes of so many lines of a sheet."""
    mark = fair_mark(fair.public_id)
    return [LineCode(mark, sheet, number, line).text() for line in range(first, first + n_lines)]


def numbered_sessions(session: Session, fair: Fair) -> list[tuple[int, FairSession]]:
    """Return the sessions with their numbers on paper: as they were entered, so that no number ever moves.

    The number of a removed session stays its own, and no other session is ever given it: the trail, which nobody can
    change, says which it was. That a session was printed is known nowhere, since whoever prints only looks; so removal
    cannot be refused once it was, and refusing it always would leave sessions standing that nobody wants. A sheet of a
    removed session is refused, as one of a session there never was.
    """
    removed = _removed_numbers(session, fair)
    found = sa.select(FairSession).where(FairSession.fair_id == fair.id).order_by(FairSession.id)
    numbers = (number for number in count(1) if number not in removed)
    return list(zip(numbers, session.scalars(found), strict=False))


def _removed_numbers(session: Session, fair: Fair) -> set[int]:
    """Return the numbers of sessions that were removed; those of before numbers were noted are not known."""
    found = sa.select(AuditEntry.details).where(
        AuditEntry.subject_kind == "fair",
        AuditEntry.subject_id == fair.id,
        AuditEntry.action == SESSION_REMOVED,
    )
    return {int(one["number"]) for one in session.scalars(found) if "number" in one}


def numbered_places(session: Session, fair: Fair) -> list[PaperPlace]:
    """Return the confirmed employers with their numbers on paper, which no later one moves; few queries."""
    found = (
        sa.select(
            FairEmployer.id, FairEmployer.state, FairEmployer.numbered_postings, Employer.name
        )
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .where(FairEmployer.fair_id == fair.id)
        .order_by(FairEmployer.id)
    )
    rows = session.execute(found).all()
    booths, shown = _booths(session, fair), _shown(session, fair)
    titles = _titles(session, {one for row in rows for one in row.numbered_postings})
    return [
        PaperPlace(
            number,
            row.id,
            row.name,
            booths.get(row.id, ""),
            tuple(
                PaperPost(at, one, titles[one], (row.id, one) in shown)
                for at, one in enumerate(row.numbered_postings, start=1)
            ),
        )
        for number, row in enumerate(rows, start=1)
        if row.state is FairEmployerState.ACCEPTED
    ]


def _booths(session: Session, fair: Fair) -> dict[int, str]:
    found = sa.select(Booth.fair_employer_id, Booth.label).where(
        Booth.fair_id == fair.id, Booth.fair_employer_id.is_not(None)
    )
    labels: dict[int, list[str]] = {}
    for place_id, label in session.execute(found.order_by(Booth.label)):
        labels.setdefault(place_id or 0, []).append(label)
    return {place_id: "、".join(named) for place_id, named in labels.items()}


def _shown(session: Session, fair: Fair) -> set[tuple[int, int]]:
    """Return which posts are shown now, by place and post."""
    found = (
        sa.select(FairPosting.fair_employer_id, FairPosting.posting_id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .where(FairEmployer.fair_id == fair.id)
    )
    return {(place_id, posting_id) for place_id, posting_id in session.execute(found)}


def _titles(session: Session, posting_ids: Collection[int]) -> dict[int, str]:
    """Return the titles of posts, whoever they belong to by now; posts are never deleted."""
    found = sa.select(Posting.id, Posting.title).where(Posting.id.in_(posting_ids))
    return {row.id: row.title for row in session.execute(found)}
