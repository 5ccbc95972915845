"""What must hold in the tables whatever happened, asked by plain questions that share nothing with the use cases.

Each question selects the rows that break a rule. After a step only the rows of its posting and person are looked
at, after a day all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

_SETTLED = "('accepted', 'reported', 'in_post')"
_LIVE = "('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold')"

SEAT_RULES = {
    "a seat has at most one live hold": """
        SELECT seat.id FROM seat JOIN seat_hold h ON h.seat_id = seat.id AND h.ended_at IS NULL
        WHERE {postings} GROUP BY seat.id HAVING COUNT(*) > 1""",
    "a seat is open if and only if nobody holds it": """
        SELECT seat.id FROM seat
        LEFT JOIN seat_hold h ON h.seat_id = seat.id AND h.ended_at IS NULL
        WHERE {postings} AND (
            (seat.state IN ('open', 'closed') AND h.id IS NOT NULL)
            OR (seat.state NOT IN ('open', 'closed') AND h.id IS NULL))""",
    "a filled seat is held by a settled referral, a kept one by a pending one": """
        SELECT seat.id FROM seat
        JOIN seat_hold h ON h.seat_id = seat.id AND h.ended_at IS NULL
        JOIN referral r ON r.id = h.referral_id
        WHERE {postings} AND (
            (seat.state = 'filled' AND r.state NOT IN {settled})
            OR (seat.state <> 'filled' AND r.state IN {settled})
            OR r.state NOT IN {live})""",
    "a hold is of the person and the posting of its referral": """
        SELECT h.id FROM seat_hold h JOIN seat ON seat.id = h.seat_id
        JOIN referral r ON r.id = h.referral_id
        WHERE {postings} AND (r.graduate_id <> h.graduate_id OR r.posting_id <> seat.posting_id)""",
    "no more people are settled than there are filled seats": """
        SELECT seat.posting_id FROM seat WHERE {postings} GROUP BY seat.posting_id
        HAVING SUM(CASE WHEN seat.state = 'filled' THEN 1 ELSE 0 END) <> (
            SELECT COUNT(*) FROM referral r WHERE r.posting_id = seat.posting_id
            AND r.left_on IS NULL AND r.state IN {settled})""",
}
"""Rule → select of what breaks it; `{postings}` is narrowed by the caller."""

PERSON_RULES = {
    "a person has at most one settled referral": """
        SELECT graduate_id FROM referral r WHERE {people} AND r.left_on IS NULL AND r.state IN {settled}
        GROUP BY graduate_id HAVING COUNT(*) > 1""",
    "who is settled waits for no other answer": """
        SELECT r.id FROM referral r JOIN referral s ON s.graduate_id = r.graduate_id
        AND s.left_on IS NULL AND s.state IN {settled}
        WHERE {people} AND r.state IN ('proposed', 'sent', 'interview', 'offered', 'on_hold')""",
    "what was sent rests on a consent": """
        SELECT r.id FROM referral r LEFT JOIN consent c ON c.id = r.consent_id
        WHERE {people} AND r.sent_at IS NOT NULL AND (c.id IS NULL OR c.graduate_id <> r.graduate_id
        OR c.employer_id IS NULL OR c.employer_id <> r.employer_id)""",
    "an ended referral says when": """
        SELECT r.id FROM referral r WHERE {people} AND r.ended_at IS NULL AND r.state IN
        ('refused', 'declined', 'withdrawn', 'expired', 'fell_through')""",
    "a referral's last step is its state": """
        SELECT r.id FROM referral r JOIN referral_step s ON s.referral_id = r.id
        WHERE {people} AND s.id = (SELECT MAX(id) FROM referral_step WHERE referral_id = r.id)
        AND s.after <> r.state""",
    "a live referral that waits for an answer has a last day": """
        SELECT r.id FROM referral r WHERE {people} AND r.decide_by_on IS NULL
        AND r.state IN ('proposed', 'sent', 'offered', 'on_hold')""",
    "nobody has two live placements": """
        SELECT r.graduate_id FROM placement r WHERE {people} AND r.ended_on IS NULL
        AND r.state <> 'revoked' GROUP BY r.graduate_id HAVING COUNT(*) > 1""",
}
"""The same of people; `{people}` is narrowed by the caller."""

_SILENT = """SELECT r.id FROM referral r WHERE r.state = 'expired' AND NOT EXISTS (
    SELECT 1 FROM task t WHERE t.subject_kind = 'referral' AND t.subject_id = r.id)"""
_BY_LAW = "SELECT id FROM referral_refusal"
"""Statutory refusals (拒绝适当工作) are recorded by hand; a simulated drive records none."""


@dataclass(frozen=True)
class Broken:
    """A rule and ids of what breaks it."""

    rule: str
    ids: tuple[int, ...]


def broken_at(session: Session, posting_id: int, graduate_id: int) -> list[Broken]:
    """Look at the rows one step touched."""
    return [
        *_asked(session, SEAT_RULES, postings="seat.posting_id = :posting", posting=posting_id),
        *_asked(session, PERSON_RULES, people="r.graduate_id = :person", person=graduate_id),
    ]


def broken_anywhere(session: Session) -> list[Broken]:
    """Look at all rows."""
    return [
        *_asked(session, SEAT_RULES, postings="1 = 1"),
        *_asked(session, PERSON_RULES, people="1 = 1"),
        *_told("silence opens a task", session.execute(sa.text(_SILENT)).scalars().all()),
        *_told("no answer is a refusal by law", session.execute(sa.text(_BY_LAW)).scalars().all()),
    ]


def _asked(session: Session, rules: dict[str, str], **narrowed: object) -> list[Broken]:
    words = {key: value for key, value in narrowed.items() if key in ("postings", "people")}
    values = {key: value for key, value in narrowed.items() if key not in words}
    found: list[Broken] = []
    for rule, question in rules.items():
        ids = (
            session.execute(sa.text(question.format(settled=_SETTLED, live=_LIVE, **words)), values)
            .scalars()
            .all()
        )
        found += _told(rule, ids)
    return found


def _told(rule: str, ids: Sequence[int]) -> list[Broken]:
    return [Broken(rule, tuple(ids[:10]))] if ids else []
