"""What must hold of jobs (去向), of what followed when they ended, and of call-backs; read by `invariants`.

`r` is the table whose person a step touched; `{people}` is narrowed by the caller, `:today` is the drive's own day.
"""

WORK_RULES = {
    "nobody has two live placements": """
        SELECT r.graduate_id FROM placement r WHERE {people} AND r.ended_on IS NULL
        AND r.state <> 'revoked' GROUP BY r.graduate_id HAVING COUNT(*) > 1""",
    "a placement goes on as long as its referral": """
        SELECT r.id FROM placement r JOIN referral f ON f.id = r.referral_id
        WHERE {people} AND r.state <> 'revoked' AND (
            (r.ended_on IS NULL AND (f.left_on IS NOT NULL OR f.state NOT IN ('reported', 'in_post')))
            OR (r.ended_on IS NOT NULL AND f.left_on IS NULL AND f.state IN {settled}))""",
    "no placement is over whose last day is to come": """
        SELECT r.id FROM placement r WHERE {people} AND r.ended_on > :today""",
    "what counts was found good by another than who recorded it": """
        SELECT r.id FROM placement r WHERE {people} AND r.state = 'verified' AND (
            r.verified_by_id IS NULL OR r.verified_by_id = r.recorded_by_id
            OR NOT EXISTS (SELECT 1 FROM placement_evidence e WHERE e.placement_id = r.id
                AND e.verdict = 'good' AND e.withdrawn_at IS NULL
                AND e.checked_by_id <> COALESCE(r.recorded_by_id, 0)
                AND e.checked_by_id <> COALESCE(e.entered_by_id, 0)))""",
    "who lost a job that counted has an open case": """
        SELECT r.id FROM placement r WHERE {people} AND r.state = 'verified' AND r.ended_on IS NOT NULL
        AND EXISTS (SELECT 1 FROM placement_step v JOIN placement_step x
            ON x.placement_id = v.placement_id AND x.act = 'ended' AND x.id > v.id
            WHERE v.placement_id = r.id AND v.act = 'verified')
        AND NOT EXISTS (SELECT 1 FROM graduate_case g
            WHERE g.graduate_id = r.graduate_id AND g.closed_on IS NULL)
        AND NOT EXISTS (SELECT 1 FROM placement o WHERE o.graduate_id = r.graduate_id
            AND o.ended_on IS NULL AND o.state <> 'revoked')""",
    "a call-back that is due has its task": """
        SELECT r.id FROM call_back r WHERE {people} AND r.state = 'due' AND NOT EXISTS (
            SELECT 1 FROM task t WHERE t.rule = 'call_back.answer' AND t.state = 'open'
            AND t.subject_kind = 'call_back' AND t.subject_id = r.id)""",
    "a job that was said to be left is over": """
        SELECT r.id FROM call_back r JOIN placement p ON p.id = r.placement_id
        WHERE {people} AND r.answer = 'left' AND p.ended_on IS NULL AND p.state <> 'revoked'""",
}
"""Rule → select of what breaks it, asked after each step of its person."""

WORK_RULES_OF_A_DAY = {
    "the household's work is over the day after a job's last": """
        SELECT r.id FROM placement r
        JOIN member_employment e ON e.id = r.member_employment_id
        JOIN household_member m ON m.id = e.member_id
        WHERE {people} AND r.state <> 'revoked' AND r.ended_on < :today
        AND e.to_on IS NULL AND e.from_on <= r.ended_on
        AND NOT EXISTS (SELECT 1 FROM task t WHERE t.rule = 'placement.household_work'
            AND t.state = 'open' AND t.subject_kind = 'household' AND t.subject_id = m.household_id)""",
}
"""The same, asked after a day: the night has until then."""
