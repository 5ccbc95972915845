"""Handing papers in and reading them (交材料、看材料): looked into by their bytes, kept encrypted, readings logged.

The agent's name and identity number (经办人) are sealed; a number is shown in full only to who judges the paper, and
each time it is the trail says so.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.documents.scans import Scan, look_at
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import (
    id_number_problem,
    mask_id_number,
    mask_name,
    normalise_id_number,
)
from matcher.kinds.fair_papers import FairPaperKind, FairPaperState
from matcher.models.fair_papers import FairPaper
from matcher.models.files import StoredFile
from matcher.policy.fair_papers import paper_rules
from matcher.policy.limits import get_limit
from matcher.services import audit, files
from matcher.services.fair_employers import posts
from matcher.services.fair_employers.packs import find_paper
from matcher.services.fair_employers.sight import PRESENT, Place, require_open, require_side
from matcher.services.files import FilePurpose
from matcher.services.permissions import SYSTEM, Actor, Permission, require
from matcher.services.rows import expect_version, first_or_missing, not_found

NAME = "fair_paper.name"
NUMBER = "fair_paper.number"
_MIB = 1024 * 1024
_PROBLEMS = {
    "active": "文件里有脚本、附件或其他会运行的内容，不能收。请打印后扫描，或拍照再传。",
    "closed": "文件加了密码或无法检查，不能收。请去掉密码，或拍照再传。",
    "broken": "文件不完整，请重新扫描或拍照再传。",
}


@dataclass(frozen=True, kw_only=True)
class PaperInput:
    """One paper: a file, the agent's name and number, or for the brochure the posts chosen here."""

    content: bytes | None = None
    name: str | None = None
    number: str | None = None
    valid_until: dt.date | None = None
    is_from_posts: bool = False


def hand_in(
    session: Session,
    by: Actor,
    place: Place,
    kind: FairPaperKind,
    facts: PaperInput,
    *,
    expected_version: int | None = None,
) -> FairPaper:
    """Hand a paper in, in place of the one before; it waits to be looked at.

    Raises
    ------
    InvalidInputError
        No file, a file of another kind or with active content, a wrong number, a paper that ends before the fair.
    RuleBrokenError
        The employer does not come, or the fair is over.
    """
    require_side(session, by, place)
    require_open(place.fair)
    if place.row.state not in PRESENT:
        raise RuleBrokenError("fair_not_coming", "先报名参会，再交材料。")
    if kind not in paper_rules(place.fair.venue_region, place.fair.first_on):
        raise not_found()
    paper = find_paper(session, place, kind, lock=True)
    if paper is not None:
        expect_version(paper, expected_version)
    scan = _checked(session, place, kind, facts)
    paper = paper or FairPaper(fair_employer_id=place.row.id, kind=kind)
    gone = paper.file_id
    _fill(session, paper, facts)
    paper.file_id = _keep(session, place, facts.content, scan)
    paper.handed_in_by_id = by.account_id
    session.add(paper)
    session.flush()
    if gone is not None:
        session.execute(sa.delete(StoredFile).where(StoredFile.id == gone))
    audit.record(
        session,
        by,
        "fair_paper.handed_in",
        subject=("fair_employer", place.row.id),
        paper=paper.id,
        kind=kind,
        file=paper.file_id,
    )
    return paper


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError("fair_paper_input", message, fields={field: message})


def _checked(session: Session, place: Place, kind: FairPaperKind, facts: PaperInput) -> Scan | None:
    """Return what the file is; raises what stands against the paper."""
    if facts.valid_until is not None and facts.valid_until < place.fair.last_on:
        raise _wrong("valid_until", "这份材料在招聘会结束前就到期了，请换一份有效的。")
    if kind is FairPaperKind.AGENT:
        _check_agent(facts)
    elif facts.is_from_posts:
        if kind is not FairPaperKind.BROCHURE:
            raise _wrong("content", "请上传扫描件或照片。")
        if not posts.shown_posts(session, [place.row.id]).get(place.row.id):
            raise _wrong("is_from_posts", "还没有选参会岗位，先选岗位再用它们做招聘简章。")
        return None
    elif not facts.content:
        raise _wrong("content", "请上传扫描件或照片。")
    return _look(facts.content, place.fair.venue_region) if facts.content else None


def _check_agent(facts: PaperInput) -> None:
    if not (facts.name or "").strip():
        raise _wrong("name", "请填写经办人姓名。")
    if not (facts.number or "").strip():
        raise _wrong("number", "请填写经办人身份证号。")
    problem = id_number_problem(facts.number or "", clock.today())
    if problem:
        raise _wrong("number", problem)


def _look(content: bytes, region: str | None) -> Scan:
    most = get_limit("fair.paper_mb", region, clock.today()).value
    if len(content) > most * _MIB:
        raise _wrong("content", f"文件超过 {most} MB，请压缩或分开上传。")
    scan = look_at(content)
    if scan is None:
        raise _wrong("content", "只收 PDF、JPG、PNG 扫描件或照片，请另存后再传。")
    if scan.problem is not None:
        raise _wrong("content", _PROBLEMS[scan.problem])
    return scan


def _fill(session: Session, paper: FairPaper, facts: PaperInput) -> None:
    paper.state, paper.reason = FairPaperState.HANDED_IN, None
    paper.handed_in_at, paper.decided_at, paper.decided_by_id = clock.now(), None, None
    paper.employer_check_id, paper.forgotten_at = None, None
    paper.valid_until, paper.is_from_posts = facts.valid_until, facts.is_from_posts
    if paper.kind is not FairPaperKind.AGENT:
        return
    ring, name = ring_of(session), (facts.name or "").strip()
    number = normalise_id_number(facts.number or "")
    paper.name_cipher, paper.name_masked = ring.encrypt(name, NAME), mask_name(name)
    paper.number_cipher = ring.encrypt(number, NUMBER)
    paper.number_masked = mask_id_number(number)


def _keep(session: Session, place: Place, content: bytes | None, scan: Scan | None) -> int | None:
    if content is None or scan is None:
        return None
    return (
        files.put_file(  # by the house: an employer has no union of the store's, the trail names it
            session,
            SYSTEM,
            content,
            purpose=FilePurpose.FAIR_PAPER,
            file_name=f"fair-paper-{clock.today():%Y%m%d}.{scan.ending}",
            media_type=scan.media_type,
            union_id=place.fair.union_id,
        ).id
    )


def find_of(session: Session, place: Place, public_id: str, *, lock: bool = False) -> FairPaper:
    """Return a paper of a place by its public number."""
    found = sa.select(FairPaper).where(
        FairPaper.public_id == public_id, FairPaper.fair_employer_id == place.row.id
    )
    return first_or_missing(session, found, lock=lock)


def read_paper(
    session: Session, by: Actor, place: Place, public_id: str
) -> tuple[StoredFile, bytes]:
    """Return the file of a paper, and log who read it; not for a read-only session."""
    require_side(session, by, place)
    paper = find_of(session, place, public_id)
    stored = session.get(StoredFile, paper.file_id) if paper.file_id else None
    if stored is None:
        raise not_found()
    content = files.read_content(session, stored)
    _note(session, by, "fair_paper.read", paper)
    return stored, content


@dataclass(frozen=True)
class Agent:
    """Who acts for an employer at a fair, in full."""

    name: str
    number: str


def reveal_agent(session: Session, by: Actor, place: Place, public_id: str) -> Agent:
    """Return the agent's name and number in full, to be compared with the paper, and log who saw them."""
    require(by, Permission.MANAGE_FAIRS)
    paper = find_of(session, place, public_id)
    if paper.name_cipher is None or paper.number_cipher is None:
        raise not_found()
    _note(session, by, "fair_paper.agent_read", paper)
    ring = ring_of(session)
    return Agent(ring.decrypt(paper.name_cipher, NAME), ring.decrypt(paper.number_cipher, NUMBER))


def _note(session: Session, by: Actor, action: str, paper: FairPaper) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("fair_employer", paper.fair_employer_id),
        paper=paper.id,
        kind=paper.kind,
        file=paper.file_id,
    )
