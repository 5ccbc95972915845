"""The report of a fair (会后报告): its figures as of now, handing it in, what was handed in.

Handing in freezes the figures under a digest that is printed at the foot of the sheet; what comes to be known later
shows beside them, and a corrected report is handed in anew.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.fair_paperwork import FilingOutcome
from matcher.models.drives import Drive
from matcher.models.fair_paperwork import FairFiling
from matcher.models.fair_reports import FairReport
from matcher.models.fairs import Fair, FairSession
from matcher.models.organisations import Union
from matcher.services import audit
from matcher.services.calendar import count_working_days
from matcher.services.fair_reports import figures
from matcher.services.fair_reports.closing import finish_report_task, rule_after
from matcher.services.fair_reports.sight import FAIR, find_report, get_fair, get_report
from matcher.services.fairs import snapshots
from matcher.services.fairs.sessions import sessions_of
from matcher.services.permissions import Actor, Permission
from matcher.services.rows import expect_version


@dataclass(frozen=True)
class ReportView:
    """A fair's report as it is read.

    Parameters
    ----------
    changed : codes of figures that differ from what was handed in, with the number handed in
    left : working days left until the report is due; negative when overdue
    """

    fair: Fair
    report: FairReport | None
    union_name: str
    drive_name: str
    sessions: list[FairSession]
    figures: dict[str, int]
    beside: dict[str, int]
    changed: dict[str, int]
    left: int | None
    as_of: dt.datetime

    @property
    def approved(self) -> int | None:
        """Return the approved number of all sessions; None if one has none."""
        numbers = [one.approved_number for one in self.sessions]
        return sum(one or 0 for one in numbers) if numbers and None not in numbers else None


def read_report(session: Session, by: Actor, public_id: str) -> ReportView:
    """Return the report of a fair, with the figures of this moment; before the closing they are provisional."""
    fair = get_fair(session, by, public_id)
    report = find_report(session, fair.id)
    found = figures.count_all(session, fair, (*figures.REPORT, *figures.BESIDE))
    counted = {one.code: found[one.code] for one in figures.REPORT}
    told = dict(report.figures) if report is not None and report.digest else {}
    return ReportView(
        fair=fair,
        report=report,
        union_name=session.get_one(Union, fair.union_id).name,
        drive_name=session.get_one(Drive, fair.drive_id).neutral_name or "",
        sessions=list(sessions_of(session, fair.id)),
        figures=counted,
        beside={one.code: found[one.code] for one in figures.BESIDE},
        changed={code: n for code, n in told.items() if counted.get(code) != n},
        left=_left(session, report),
        as_of=clock.now(),
    )


def _left(session: Session, report: FairReport | None) -> int | None:
    if report is None or report.handed_in_on is not None:
        return None
    today = clock.today()
    if report.due_on >= today:
        return count_working_days(session, today, report.due_on)
    return -count_working_days(session, report.due_on, today)


def write_summary(
    session: Session, by: Actor, public_id: str, words: str | None, *, expected_version: int | None
) -> FairReport:
    """Keep what the organiser writes below the figures (工作小结)."""
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS)
    report = get_report(session, fair, lock=True)
    expect_version(report, expected_version)
    report.summary = (words or "").strip() or None
    audit.record(session, by, "fair_report.summary", subject=(FAIR, fair.id))
    session.flush()
    return report


def hand_in(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    handed_in_on: dt.date,
    handed_to: str,
    receipt: str | None = None,
    expected_version: int | None = None,
) -> FairReport:
    """Note that the report was handed in, with the figures of this moment; again for a corrected report.

    Raises
    ------
    InvalidInputError
        No authority, or a day ahead or before the fair ended.
    """
    fair = get_fair(session, by, public_id, wants=Permission.MANAGE_FAIRS, lock=True)
    report = get_report(session, fair, lock=True)
    expect_version(report, expected_version)
    fields: dict[str, str] = {}
    if not handed_to.strip():
        fields["handed_to"] = "请写明报给哪个部门。"
    if handed_in_on > clock.today():
        fields["handed_in_on"] = "报送日期不能晚于今天。"
    elif handed_in_on < fair.last_on:
        fields["handed_in_on"] = "报送日期不能早于招聘会结束。"
    if fields:
        raise InvalidInputError("fair_hand_in", "报送登记有误，请修改标出的项目。", fields=fields)
    _keep_earlier(report)
    report.figures = dict(figures.count_all(session, fair))
    report.digest = digest_of(fair, report.figures)
    report.handed_in_on, report.handed_to = handed_in_on, handed_to.strip()
    report.receipt = (receipt or "").strip() or None
    report.handed_in_by_id = by.account_id
    audit.record(
        session, by, "fair_report.handed_in", subject=(FAIR, fair.id), digest=report.digest
    )
    finish_report_task(session, by, fair)
    _file(session, by, fair, report)
    session.flush()
    return report


def _keep_earlier(report: FairReport) -> None:
    """Keep what was handed in so far beside the corrected report that replaces it."""
    if report.handed_in_on is None:
        return
    before = {
        "handed_in_on": report.handed_in_on.isoformat(),
        "handed_to": report.handed_to,
        "receipt": report.receipt,
        "figures": report.figures,
        "digest": report.digest,
    }
    report.earlier = [*report.earlier, before]


def _file(session: Session, by: Actor, fair: Fair, report: FairReport) -> None:
    """Put the report among the fair's filings too, where a rule of the region asks for it; once."""
    rule = rule_after(session, fair)
    if rule is None:
        return
    standing = sa.select(FairFiling.id).where(
        FairFiling.fair_id == fair.id,
        FairFiling.rule == rule.code,
        FairFiling.outcome.in_((FilingOutcome.PENDING, FilingOutcome.RECEIVED)),
    )
    if session.scalar(standing.limit(1)) is None:
        session.add(
            FairFiling(
                fair_id=fair.id,
                rule=rule.code,
                kind=rule.kind,
                authority=report.handed_to or "",
                filed_on=report.handed_in_on,
                outcome=FilingOutcome.RECEIVED,
                decided_on=report.handed_in_on,
                document_number=report.receipt,
                applied_for=snapshots.of_fair(session, fair),
                approved_numbers={},
                entered_at=clock.now(),
                entered_by_id=by.account_id,
            )
        )
        session.flush()


def digest_of(fair: Fair, counted: dict[str, int]) -> str:
    """Return the SHA-256 of what is reported of a fair, the same for the same figures."""
    said = {
        "fair": fair.public_id,
        "title": fair.title,
        "from": fair.first_on.isoformat(),
        "until": fair.last_on.isoformat(),
        "figures": dict(sorted(counted.items())),
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
