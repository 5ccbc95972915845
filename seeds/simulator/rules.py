"""What must hold of seats (席位), holds and referrals (推荐), as selects of what breaks it; read by `invariants`."""

SETTLED = "('accepted', 'reported', 'in_post')"
LIVE = "('proposed', 'sent', 'interview', 'offered', 'accepted', 'reported', 'in_post', 'on_hold')"

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
    "a filled seat is of exactly one settled person": """
        SELECT seat.id FROM seat WHERE {postings}
        AND CASE WHEN seat.state = 'filled' THEN 1 ELSE 0 END <> (
            SELECT COUNT(*) FROM seat_hold h JOIN referral r ON r.id = h.referral_id
            WHERE h.seat_id = seat.id AND h.ended_at IS NULL
            AND r.left_on IS NULL AND r.state IN {settled})""",
    "what an employer said of its seats accounts for each": """
        SELECT seat.id FROM seat_survey seat WHERE {postings} AND seat.state = 'answered'
        AND seat.seats <> (SELECT COUNT(*) FROM seat_outcome o WHERE o.survey_id = seat.id)""",
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
}
"""The same of people; `{people}` is narrowed by the caller."""

RULES_OF_A_DAY = {
    "silence opens a task": """
        SELECT r.id FROM referral r WHERE {people} AND r.state = 'expired' AND NOT EXISTS (
            SELECT 1 FROM task t WHERE t.subject_kind = 'referral' AND t.subject_id = r.id)""",
    "no answer is a refusal by law": "SELECT r.id FROM referral_refusal r WHERE {everything}",
}
"""Asked after a day. Statutory refusals (拒绝适当工作) are recorded by hand; a simulated drive records none."""
