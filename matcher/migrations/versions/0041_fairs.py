"""Create fairs, their sessions, halls, booths and employers, visitors, tickets and the log of the door."""

from matcher.migrations.shorthand import checks, create, drop, index, only_one, unique, words

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_CHANNELS = "on_site online livestream mixed"
_GRADUATE = "graduate_id IS NOT NULL"


def upgrade() -> None:
    """Create the tables, each after those it points to."""
    for make in (_fair, _session, _hall, _employer, _booth, _posting):
        make()
    for make in (_visitor, _ticket, _device, _loan, _entry):
        make()


def downgrade() -> None:
    """Drop them again, the last first."""
    drop("fair_entry", "door_loan", "door_device", "fair_ticket", "fair_visitor")
    drop("fair_posting", "booth", "fair_employer", "fair_hall", "fair_session", "fair")


def _fair() -> None:
    table = "fair"
    create(
        table,
        "text public_id token title venue_name? venue_address? venue_region? online_address? co_organisers?"
        " enquiries? about? cancelled_because?; code channel state; date first_on last_on;"
        " number drive_id union_id venue_capacity? expected_people=0 created_by_id? version_id=1;"
        " instant created_at closed_at?",
        "drive_id>drive union_id>union_org created_by_id>account~",
        *unique(table, "public_id", "token"),
        *words(table, channel=_CHANNELS, state="draft announced closed cancelled"),
        *checks(
            table,
            dates_in_order="first_on <= last_on",
            expected_not_negative="expected_people >= 0",
            capacity_not_negative="venue_capacity >= 0",
        ),
    )
    index(table, list="union_id first_on id", drive_id="drive_id")


def _session() -> None:
    table = "fair_session"
    create(
        table,
        "text public_id name; date held_on; number fair_id begins_minute ends_minute"
        " opens_minutes_before=30 approved_number? n_entered=0 n_inside=0 n_set_aside=0",
        "fair_id>fair!",
        *unique(table, "public_id", "fair_id held_on begins_minute"),
        *checks(
            table,
            begins="begins_minute BETWEEN 0 AND 1439",
            ends="ends_minute BETWEEN begins_minute + 1 AND 1440",
            approved_number="approved_number > 0",
            counts="n_entered >= 0 AND n_inside >= 0 AND n_set_aside >= 0 AND n_inside <= n_entered",
            never_above_approved="approved_number IS NULL OR n_entered + n_set_aside <= approved_number",
        ),
    )


def _hall() -> None:
    table = "fair_hall"
    create(
        table,
        "text public_id name; number fair_id number n_columns n_rows version_id=1; json marks=[]",
        "fair_id>fair!",
        *unique(table, "public_id", "fair_id name"),
        *checks(table, n_columns="n_columns BETWEEN 1 AND 200", n_rows="n_rows BETWEEN 1 AND 200"),
    )


def _employer() -> None:
    table = "fair_employer"
    create(
        table,
        "text public_id reason?; code state; number fair_id employer_id n_booths=1 n_staff?"
        " n_interviewers=1 created_by_id? version_id=1;"
        " instant waiting_since? asked_at? answered_at? created_at",
        "fair_id>fair! employer_id>employer created_by_id>account~",
        *unique(table, "public_id", "fair_id employer_id"),
        *words(table, state="invited applied waiting accepted refused declined withdrawn"),
        *checks(table, n_booths="n_booths BETWEEN 1 AND 20"),
    )
    index(table, employer="employer_id id")


def _booth() -> None:
    table = "booth"
    create(
        table,
        "text public_id label; number fair_id hall_id column row fair_employer_id? version_id=1;"
        " flag is_fixed=false",
        "fair_id>fair! hall_id>fair_hall! fair_employer_id>fair_employer~",
        *unique(table, "public_id", "hall_id column row", "fair_id label"),
    )
    index(table, fair_employer="fair_employer_id")


def _posting() -> None:
    table = "fair_posting"
    create(
        table,
        "number fair_employer_id posting_id added_by_id?; instant added_at",
        "fair_employer_id>fair_employer! posting_id>posting added_by_id>account~",
        *unique(table, "fair_employer_id posting_id"),
    )
    index(table, posting_id="posting_id")


def _visitor() -> None:
    table = "fair_visitor"
    create(
        table,
        "text public_id name_masked? phone_index? phone_masked? school? major_text?;"
        " bytes name_cipher? phone_cipher?; code kind state education?; json shown=[];"
        " number fair_id graduate_id? consent_text_id? created_by_id? version_id=1;"
        " instant consented_at? waiting_since? answered_at? forgotten_at? created_at",
        "fair_id>fair! graduate_id>graduate consent_text_id>consent_text created_by_id>account~",
        *unique(table, "public_id"),
        *words(
            table,
            kind="invited registered walk_in paper",
            state="invited coming waiting declined cancelled",
            education="secondary college bachelor master doctor",
        ),
        *checks(
            table,
            somebody=f"{_GRADUATE} OR name_cipher IS NOT NULL OR forgotten_at IS NOT NULL",
        ),
    )
    index(table, list="fair_id state id", phone="fair_id phone_index", graduate_id="graduate_id")
    only_one(table, "graduate", "fair_id graduate_id", _GRADUATE)


def _ticket() -> None:
    table = "fair_ticket"
    create(
        table,
        "bytes serial; number visitor_id session_id; instant issued_at revoked_at? admitted_at?;"
        " flag is_inside=false",
        "visitor_id>fair_visitor! session_id>fair_session!",
        *unique(table, "serial", "visitor_id session_id"),
        *checks(table, inside_was_admitted="NOT is_inside OR admitted_at IS NOT NULL"),
    )
    index(table, session="session_id id")


def _device() -> None:
    table = "door_device"
    create(
        table,
        "text public_id name pairing_hash? token_hash?; number fair_id created_by_id?;"
        " instant pairing_expires_at? paired_at? expires_at revoked_at? last_seen_at? created_at",
        "fair_id>fair! created_by_id>account~",
        *unique(table, "public_id", "pairing_hash", "token_hash"),
    )
    index(table, fair="fair_id id")


def _loan() -> None:
    table = "door_loan"
    create(
        table,
        "text public_id; number device_id session_id n_lent n_used=0; instant lent_at settled_at?",
        "device_id>door_device! session_id>fair_session!",
        *unique(table, "public_id"),
        *checks(table, used_within_lent="n_lent >= 0 AND n_used BETWEEN 0 AND n_lent"),
    )
    index(table, session="session_id")
    only_one(table, "live", "device_id session_id", "settled_at IS NULL")


def _entry() -> None:
    table = "fair_entry"
    create(
        table,
        "text scan_number; code kind refusal?; number fair_id session_id? ticket_id? device_id?;"
        " flag is_offline=false; instant at entered_at; json facts={}",
        "fair_id>fair! session_id>fair_session! ticket_id>fair_ticket! device_id>door_device~",
        *unique(table, "scan_number"),
        *words(
            table,
            kind="entered left returned refused conflict",
            refusal="unknown forged other_fair wrong_day too_early over already_in full cancelled not_inside",
        ),
        *checks(table, refused_says_why="(kind = 'refused') = (refusal IS NOT NULL)"),
    )
    index(table, session="session_id at", ticket="ticket_id id", fair_id="fair_id")
