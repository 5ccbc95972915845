"""Create what happens in the hall: contacts, queues, interview slots, announcements."""

from matcher.migrations.shorthand import checks, create, drop, index, only_one, unique, words

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_STANDS = "state IN ('booked', 'attended', 'missed')"
_REASONS = "major skill interview no_show pay filled cancelled other"


def upgrade() -> None:
    """Create the tables."""
    for make in (_contact, _step, _place, _slot, _interview, _announcement):
        make()


def downgrade() -> None:
    """Drop them again."""
    drop("fair_announcement", "fair_interview", "fair_slot", "fair_queue_place")
    drop("fair_contact_step", "fair_contact")


def _contact() -> None:
    table = "fair_contact"
    create(
        table,
        "text public_id; code state refusal_reason?; bytes note_cipher?;"
        " number fair_id fair_employer_id visitor_id posting_id? version_id=1;"
        " instant met_at resume_at? interviewed_at? intent_at?",
        "fair_id>fair! fair_employer_id>fair_employer! visitor_id>fair_visitor! posting_id>posting",
        *unique(table, "public_id", "fair_employer_id visitor_id"),
        *words(table, state="met interviewed intent refused", refusal_reason=_REASONS),
        *checks(
            table,
            refused_says_why="(state = 'refused') = (refusal_reason IS NOT NULL)",
            intent_dated="(state = 'intent') = (intent_at IS NOT NULL)",
            interviewed_dated="state <> 'interviewed' OR interviewed_at IS NOT NULL",
        ),
    )
    index(table, fair="fair_id state id", visitor="visitor_id id", posting_id="posting_id")


def _step() -> None:
    table = "fair_contact_step"
    create(
        table,
        "text step_number; code kind reason? via; date happened_on; instant at entered_at;"
        " number contact_id posting_id? undoes_id? by_account_id?; json facts={}",
        "contact_id>fair_contact! posting_id>posting undoes_id>fair_contact_step!"
        " by_account_id>account~",
        *unique(table, "step_number", "undoes_id"),
        *words(
            table,
            kind="scanned resume noted interviewed intent refused undone",
            reason=_REASONS,
            via="booth typed paper",
        ),
        *checks(
            table,
            undoes_one="(kind = 'undone') = (undoes_id IS NOT NULL)",
            refused_says_why="(kind = 'refused') = (reason IS NOT NULL)",
        ),
    )
    index(table, contact="contact_id id", posting_id="posting_id")


def _place() -> None:
    table = "fair_queue_place"
    create(
        table,
        "text public_id; code state; date held_on; number fair_employer_id visitor_id number;"
        " instant taken_at called_at? ended_at?",
        "fair_employer_id>fair_employer! visitor_id>fair_visitor!",
        *unique(table, "public_id", "fair_employer_id held_on number"),
        *words(table, state="waiting called served missed left"),
        *checks(
            table,
            number="number > 0",
            waiting="state <> 'waiting' OR called_at IS NULL",
            ended_dated="(state IN ('waiting', 'called')) = (ended_at IS NULL)",
        ),
    )
    index(table, line="fair_employer_id held_on state number", visitor="visitor_id id")
    only_one(table, "in_line", "fair_employer_id visitor_id", "state IN ('waiting', 'called')")


def _slot() -> None:
    table = "fair_slot"
    create(
        table,
        "text public_id; number fair_employer_id session_id table_number; instant begins_at ends_at",
        "fair_employer_id>fair_employer! session_id>fair_session!",
        *unique(table, "public_id", "fair_employer_id begins_at table_number"),
        *checks(
            table,
            times_in_order="begins_at < ends_at",
            table_number="table_number BETWEEN 1 AND 50",
        ),
    )
    index(table, session_id="session_id")


def _interview() -> None:
    table = "fair_interview"
    create(
        table,
        "text public_id; code state; number slot_id contact_id visitor_id booked_by_id? version_id=1;"
        " instant begins_at booked_at settled_at?",
        "slot_id>fair_slot! contact_id>fair_contact! visitor_id>fair_visitor!"
        " booked_by_id>account~",
        *unique(table, "public_id"),
        *words(table, state="booked attended missed moved cancelled"),
        *checks(table, settled_dated="(state = 'booked') = (settled_at IS NULL)"),
    )
    index(table, slot_id="slot_id", contact_id="contact_id")
    only_one(table, "slot", "slot_id", _STANDS)
    only_one(table, "person_time", "visitor_id begins_at", _STANDS)
    only_one(table, "contact", "contact_id", "state = 'booked'")


def _announcement() -> None:
    table = "fair_announcement"
    create(
        table,
        "text public_id body; code audience; flag is_urgent=false; number fair_id created_by_id?;"
        " instant shown_from shown_until withdrawn_at? created_at",
        "fair_id>fair! created_by_id>account~",
        *unique(table, "public_id"),
        *words(table, audience="everybody visitors booths"),
        *checks(table, times_in_order="shown_from < shown_until"),
    )
    index(table, fair="fair_id shown_from")
