"""What a posting must say and must not say before it is published (发布审核), and why it is not ranked.

The six elements and the validity are those of 人力资源市场暂行条例 art. 24; a posting published here has them
all. An imported one is taken as incomplete at its source (decisions.md 26): `Posting.incomplete`
names what lacks, by the same names.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.intake.compliance import find_violations
from matcher.kinds import PostingState
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.services import audit, posting_steps, ranking_changes
from matcher.services.employer_checks import why_not_ranked
from matcher.services.imports.posting_values import finding
from matcher.services.permissions import Actor
from matcher.services.training import orders

FORM = "form"
"""Source of postings made here; others name the table or system they came from."""

ELEMENTS = {
    "用人单位基本情况": "请补全单位性质，以及单位地址或单位介绍。",
    "招聘人数": "请填写招聘人数。",
    "招聘条件": "请填写学历、专业或其他招聘条件。",
    "工作内容": "请填写工作内容。",
    "工作地点": "请填写工作地点。",
    "基本劳动报酬": "请填写月薪数额，不能只写“面议”。",
    "有效期限": "请填写截止日期。",
}
"""Required elements by their official name, with what to do; `Posting.incomplete` holds the names."""

REASONS = {
    "not_published": "尚未发布",
    "past_validity": "已过有效期限",
    "employer_pending": "单位尚未核验",
    "employer_refused": "单位核验未通过",
    "employer_suspended": "单位已停用",
    "employer_check_expired": "单位核验已过期，须重新核验",
}
"""Why a posting is not ranked, by code, as pages say it."""

_DISPATCH = "labour_dispatch"
_TRULY_DISPATCH = {
    "code": _DISPATCH,
    "severity": "flag",
    "words": "劳务派遣",
    "article": "《劳务派遣暂行规定》",
    "suggestion": "单位登记为劳务派遣单位，岗位页面将标明“劳务派遣”。",
}


def missing_elements(posting: Posting, employer: Employer) -> list[str]:
    """Return the names of the required elements a posting lacks, in the order of `ELEMENTS`."""
    has = {
        "用人单位基本情况": bool(employer.unit_kind and (employer.address or employer.about)),
        "招聘人数": posting.headcount >= 1,
        "招聘条件": bool(
            posting.education_min or any(posting.requirement.values()) or posting.conditions
        ),
        "工作内容": bool(posting.duties),
        "工作地点": bool(posting.region_code or posting.place_text),
        "基本劳动报酬": bool(posting.pay_low_yuan or posting.pay_high_yuan),
        "有效期限": posting.closes_on is not None,
    }
    return [name for name in ELEMENTS if not has[name]]


def compliance_findings(
    posting: Posting, employer: Employer, today: dt.date
) -> list[dict[str, Any]]:
    """Return what the words of a posting break or leave doubtful, block before warn before flag."""
    texts = (
        posting.title,
        posting.duties,
        posting.conditions,
        posting.education_text,
        posting.pay_text,
        *posting.requirement.values(),
    )
    found = find_violations("\n".join(text for text in texts if text), today)
    findings = [finding(violation) for violation in found]
    if employer.is_labour_dispatch and _DISPATCH not in {one["code"] for one in findings}:
        findings.append(dict(_TRULY_DISPATCH))
    order = {"block": 0, "warn": 1, "flag": 2}
    return sorted(findings, key=lambda one: order[one["severity"]])


def is_blocked(findings: list[dict[str, Any]]) -> bool:
    """Say whether one of the findings forbids publication."""
    return any(one["severity"] == "block" for one in findings)


def why_posting_not_ranked(posting: Posting, employer: Employer, today: dt.date) -> list[str]:
    """Return the codes of why a posting is not ranked today, empty if it is; see `REASONS`.

    The same rule as `ranking_facts.rankable`, in words for the page.
    """
    reasons = []
    if posting.state is not PostingState.PUBLISHED:
        reasons.append("not_published")
    if posting.closes_on is not None and posting.closes_on < today:
        reasons.append("past_validity")
    of_employer = why_not_ranked(employer, today)
    if of_employer is not None:
        reasons.append(of_employer)
    return reasons


@dataclass(frozen=True)
class PostingOutcome:
    """A posting after an act, with all that keeps it from being published or ranked.

    `missing` are names of `ELEMENTS`, `not_ranked` codes of `REASONS`; findings stand on the posting.
    """

    posting: Posting
    missing: tuple[str, ...]
    not_ranked: tuple[str, ...]

    @property
    def published(self) -> bool:
        """Whether the posting is online."""
        return self.posting.state is PostingState.PUBLISHED


def pass_gate(posting: Posting, employer: Employer) -> None:
    """Set the state a posting may have by what it says; imported ones may be incomplete."""
    if is_blocked(compliance_findings(posting, employer, clock.today())):
        posting.state = PostingState.BLOCKED
    elif posting.source == FORM and missing_elements(posting, employer):
        posting.state = PostingState.DRAFT
    else:
        posting.state = PostingState.PUBLISHED


def settle(
    session: Session, by: Actor, posting: Posting, employer: Employer, action: str
) -> PostingOutcome:
    """Check a changed posting's words, record the act, tell ranking, say what stands in the way."""
    today = clock.today()
    posting.incomplete = missing_elements(posting, employer)
    posting.findings = compliance_findings(posting, employer, today)
    audit.record(
        session,
        by,
        action,
        subject=("posting", posting.id),
        state=posting.state,
        missing=posting.incomplete,
        findings=[finding["code"] for finding in posting.findings],
    )
    session.flush()
    posting_steps.note(session, by, [posting.id], action.removeprefix("posting."))
    if posting.state is not PostingState.DRAFT:
        ranking_changes.note_posting(session, posting.id)
        orders.look_again_at(session, posting.id)
    return PostingOutcome(
        posting,
        tuple(posting.incomplete),
        tuple(why_posting_not_ranked(posting, employer, today)),
    )
