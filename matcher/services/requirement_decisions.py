"""Decisions about majors in doubt (人工确认): yes or no, for every posting with the text of that issuer.

Taken in a drive, they hold for its union's drives and those below. They settle "to be confirmed" only; what
the text says in so many words is corrected instead (`requirement_corrections`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Verdict
from matcher.models.accounts import Account
from matcher.models.drives import Drive
from matcher.models.organisations import UnionClosure
from matcher.models.readings import RequirementDecision
from matcher.services import audit
from matcher.services.doubtful_texts import open_leaves, text_in_drive
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.posted_texts import by_drive, posted_texts, under
from matcher.services.ranking_changes import note_postings
from matcher.services.rows import not_found, unique_or
from matcher.vocabulary.majors import MajorRef


@dataclass(frozen=True)
class DecisionRow:
    """A decision with who took it and who took it back."""

    decision: RequirementDecision
    made_by: str
    taken_back_by: str


def decide_majors(
    session: Session,
    by: Actor,
    drive_id: int,
    issuer_key: str,
    text_key: str,
    *,
    answers: Mapping[str, Verdict],
    reason: str,
) -> list[RequirementDecision]:
    """Decide about majors a text leaves open; postings with the text are ranked anew.

    A major decided the same way already is left as it is.

    Parameters
    ----------
    answers : YES or NO by `leaf_key`

    Raises
    ------
    InvalidInputError
        `decision_input`: no reason, nothing chosen, or an answer that decides nothing.
    RuleBrokenError
        `not_in_doubt`: the text decides it, or somebody else has decided otherwise.
    NotFoundError
        No ranked posting of the drive has this text of this issuer, or the drive has no run.
    """
    require(by, Permission.CONFIRM_MAJORS)
    _check(answers, reason)
    drive = get_drive(session, by, drive_id)
    group, majors = text_in_drive(session, by, drive, issuer_key, text_key)
    standing = {one.leaf: one.verdict for one in group.decisions}
    wanted = {leaf: said for leaf, said in answers.items() if standing.get(leaf) is not said}
    known = open_leaves(group, majors)
    if settled := sorted(wanted.keys() - known.keys()):
        raise _settled(settled)
    refs = {leaf: known[leaf] for leaf in wanted}
    text = group.first.text
    rows = [
        _row(drive, by, (issuer_key, text_key, text), ref, wanted[leaf], (leaf, reason))
        for leaf, ref in refs.items()
    ]
    return _store(session, by, drive, rows, reason=reason)


def decide_all(
    session: Session,
    by: Actor,
    drive_id: int,
    issuer_key: str,
    text_key: str,
    *,
    verdict: Verdict,
    reason: str,
) -> list[RequirementDecision]:
    """Decide about every major of the drive the text still leaves open; errors as in `decide_majors`."""
    require(by, Permission.CONFIRM_MAJORS)
    drive = get_drive(session, by, drive_id)
    group, majors = text_in_drive(session, by, drive, issuer_key, text_key)
    answers = dict.fromkeys(open_leaves(group, majors), verdict)
    return decide_majors(
        session, by, drive_id, issuer_key, text_key, answers=answers, reason=reason
    )


def _check(answers: Mapping[str, Verdict], reason: str) -> None:
    fields: dict[str, str] = {}
    if not reason.strip():
        fields["reason"] = "请写明原因。"
    if not answers:
        fields["answers"] = "请至少选一个专业。"
    elif any(verdict is Verdict.MAYBE for verdict in answers.values()):
        fields["answers"] = "请选“符合”或“不符”。"
    if fields:
        raise InvalidInputError("decision_input", "内容有误，请修改标出的项目。", fields=fields)


def _settled(leaves: Sequence[str]) -> RuleBrokenError:
    return RuleBrokenError(
        "not_in_doubt",
        "这个专业在这段要求里已有结论，或刚由他人作出决定，请刷新后再看。",
        leaves=list(leaves),
    )


def _row(
    drive: Drive,
    by: Actor,
    place: tuple[str, str, str],
    ref: MajorRef,
    verdict: Verdict,
    said: tuple[str, str],
) -> RequirementDecision:
    issuer, text_key, text = place
    leaf, reason = said
    return RequirementDecision(
        union_id=drive.union_id,
        issuer_key=issuer,
        text_key=text_key,
        text=text,
        leaf=leaf,
        level=ref.level,
        major_code=ref.code,
        major_name=ref.name,
        verdict=verdict,
        reason=reason.strip(),
        made_by_id=by.account_id,
        made_at=clock.now(),
    )


def _store(
    session: Session, by: Actor, drive: Drive, rows: list[RequirementDecision], *, reason: str
) -> list[RequirementDecision]:
    if not rows:
        return []
    with unique_or(session, _settled([row.leaf for row in rows])):
        session.add_all(rows)
    _note_act(session, by, "requirement.decided", rows, reason=reason)
    _tell_ranking(session, rows)
    return rows


def _note_act(
    session: Session,
    by: Actor,
    action: str,
    rows: Sequence[RequirementDecision],
    *,
    reason: str,
) -> None:
    """Note what was decided about one text in one entry."""
    for place in sorted({(row.issuer_key, row.text_key) for row in rows}):
        mine = [row for row in rows if (row.issuer_key, row.text_key) == place]
        audit.record(
            session,
            by,
            action,
            subject=("requirement_decision", mine[0].id),
            issuer=place[0],
            text=place[1],
            answers={row.leaf: row.verdict for row in mine},
            reason=reason,
        )


def _tell_ranking(session: Session, rows: Sequence[RequirementDecision]) -> None:
    affected: dict[int, set[int]] = {}
    for union_id, issuer in sorted({(row.union_id, row.issuer_key) for row in rows}):
        texts = {row.text_key for row in rows if row.issuer_key == issuer}
        found = posted_texts(session, under(union_id), issuer=issuer)
        with_text = (one for one in found if one.text_key in texts)
        for drive_id, ids in by_drive(with_text).items():
            affected.setdefault(drive_id, set()).update(ids)
    note_postings(session, affected)


def take_back(
    session: Session, by: Actor, drive_id: int, decision_ids: Sequence[int], *, reason: str = ""
) -> list[RequirementDecision]:
    """Take decisions back: the majors are open again, in every posting with the text.

    Raises
    ------
    RuleBrokenError
        `decision_over`: one of them is taken back already.
    NotFoundError
        One of them does not hold in the drive.
    """
    require(by, Permission.CONFIRM_MAJORS)
    drive = get_drive(session, by, drive_id)
    wanted = set(decision_ids)
    found = (
        sa.select(RequirementDecision)
        .where(RequirementDecision.id.in_(wanted), RequirementDecision.union_id == drive.union_id)
        .order_by(RequirementDecision.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = list(session.scalars(found).all())
    if len(rows) != len(wanted):
        raise not_found()
    if any(row.taken_back_at is not None for row in rows):
        raise RuleBrokenError("decision_over", "这个决定已经撤回，请刷新页面。")
    for row in rows:
        row.taken_back_at, row.taken_back_by_id = clock.now(), by.account_id
    session.flush()
    _note_act(session, by, "requirement.decision_taken_back", rows, reason=reason)
    _tell_ranking(session, rows)
    return rows


def list_decisions(
    session: Session,
    by: Actor,
    drive_id: int,
    *,
    issuer_key: str | None = None,
    text_key: str | None = None,
    with_taken_back: bool = False,
    limit: int = 200,
) -> list[DecisionRow]:
    """Return the decisions that hold in a drive, the newest first."""
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, drive_id)
    above = sa.select(UnionClosure.ancestor_id).where(UnionClosure.descendant_id == drive.union_id)
    kept: list[sa.ColumnElement[bool]] = [RequirementDecision.union_id.in_(above)]
    if issuer_key is not None:
        kept.append(RequirementDecision.issuer_key == issuer_key)
    if text_key is not None:
        kept.append(RequirementDecision.text_key == text_key)
    if not with_taken_back:
        kept.append(RequirementDecision.taken_back_at.is_(None))
    maker, undoer = aliased(Account), aliased(Account)
    found = (
        sa.select(
            RequirementDecision,
            maker.display_name.label("made"),
            undoer.display_name.label("undone"),
        )
        .outerjoin(maker, maker.id == RequirementDecision.made_by_id)
        .outerjoin(undoer, undoer.id == RequirementDecision.taken_back_by_id)
        .where(*kept)
        .order_by(RequirementDecision.id.desc())
        .limit(limit)
    )
    return [
        DecisionRow(row, made or "", undone or "") for row, made, undone in session.execute(found)
    ]
