"""What must hold of courses (培训班), their waiting lists (候补), certificates and subsidies; read by `invariants`.

`{courses}` is narrowed by the caller to one course of the alias `c`; `:today` is the drive's own day.
"""

PLACE = "('proposed', 'accepted', 'attending', 'finished', 'certified', 'hired')"
"""States in which a person takes a place of a course."""

COURSE_RULES = {
    "places taken are people who hold one": """
        SELECT c.id FROM course c WHERE {courses} AND c.places_taken <> (
            SELECT COUNT(*) FROM training_referral t WHERE t.course_id = c.id AND t.state IN {place})""",
    "nobody waits while a place is free": """
        SELECT c.id FROM course c WHERE {courses} AND c.state = 'open' AND c.places_taken < c.places
        AND CASE WHEN c.kind IN ('skill', 'business') THEN c.starts_on ELSE c.ends_on END >= :today
        AND EXISTS (SELECT 1 FROM training_referral t WHERE t.course_id = c.id AND t.state = 'waiting')""",
    "nobody is passed over who waits longer": """
        SELECT w.id FROM course c
        JOIN training_referral w ON w.course_id = c.id AND w.state = 'waiting'
        WHERE {courses} AND (w.queued_at IS NULL OR EXISTS (
            SELECT 1 FROM training_referral t JOIN training_step s ON s.referral_id = t.id
            WHERE t.course_id = c.id AND t.id > w.id AND s.after = 'proposed'))""",
    "a certificate is of somebody who finished": """
        SELECT p.id FROM course c JOIN training_referral t ON t.course_id = c.id
        JOIN training_certificate p ON p.referral_id = t.id
        WHERE {courses} AND (t.finished_on IS NULL OR t.attending_on IS NULL
            OR p.issued_on < t.attending_on OR t.state NOT IN ('certified', 'hired'))""",
    "a certificate comes before its subsidy": """
        SELECT y.id FROM course c JOIN training_referral t ON t.course_id = c.id
        JOIN training_subsidy y ON y.graduate_id = t.graduate_id
        LEFT JOIN training_certificate p ON p.id = y.certificate_id
        WHERE {courses} AND (p.id IS NULL OR y.claimed_on < p.issued_on OR y.entered_at < p.entered_at
            OR NOT EXISTS (SELECT 1 FROM training_referral o
                WHERE o.id = p.referral_id AND o.graduate_id = y.graduate_id))""",
    "who was hired after training has a job of one's own that began after it": """
        SELECT t.id FROM course c JOIN training_referral t ON t.course_id = c.id AND t.state = 'hired'
        WHERE {courses} AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.id = t.placement_id
            AND p.graduate_id = t.graduate_id AND p.started_on >= t.finished_on)""",
    "a training's last step is its state": """
        SELECT t.id FROM course c JOIN training_referral t ON t.course_id = c.id
        JOIN training_step s ON s.referral_id = t.id
        WHERE {courses} AND s.id = (SELECT MAX(id) FROM training_step WHERE referral_id = t.id)
        AND s.after <> t.state""",
    "a training nobody answered has its task": """
        SELECT t.id FROM course c JOIN training_referral t ON t.course_id = c.id
        WHERE {courses} AND t.state = 'expired' AND NOT EXISTS (SELECT 1 FROM task k
            WHERE k.subject_kind = 'training_referral' AND k.subject_id = t.id)""",
}
"""Rule → select of what breaks it."""
