"""Create what a fair needs before it is held: filings with authorities, the safety plan and the papers."""

from matcher.migrations.shorthand import checks, create, drop, index, only_one, unique, words

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_PARTS = "organisation staff fire capacity buffer entry vehicles order rescue"


def upgrade() -> None:
    """Create the tables."""
    _filing()
    _part()
    _document()


def downgrade() -> None:
    """Drop them again."""
    drop("fair_document", "fair_plan_part", "fair_filing")


def _filing() -> None:
    table = "fair_filing"
    create(
        table,
        "text public_id rule authority document_number? reason?; code kind outcome;"
        " date filed_on decided_on?; json applied_for={} approved_numbers={};"
        " number fair_id entered_by_id? decided_by_id? version_id=1;"
        " instant entered_at decided_at?",
        "fair_id>fair! entered_by_id>account~ decided_by_id>account~",
        *unique(table, "public_id"),
        *words(
            table,
            kind="permit report_before report_after in_hand",
            outcome="pending approved received refused withdrawn",
        ),
        *checks(
            table,
            decided_has_a_day="(outcome = 'pending') = (decided_on IS NULL)",
            days_in_order="decided_on IS NULL OR decided_on >= filed_on",
        ),
    )
    index(table, fair="fair_id id")
    only_one(table, "pending", "fair_id rule", "outcome = 'pending'")


def _part() -> None:
    table = "fair_plan_part"
    create(
        table,
        "code part; text text? who?; flag is_done=false; number fair_id changed_by_id? version_id=1;"
        " instant changed_at",
        "fair_id>fair! changed_by_id>account~",
        *unique(table, "fair_id part"),
        *words(table, part=_PARTS),
        *checks(table, done_has_text="NOT is_done OR text IS NOT NULL"),
    )


def _document() -> None:
    table = "fair_document"
    create(
        table,
        "text public_id name; code part?; number fair_id filing_id? file_id added_by_id?;"
        " instant added_at removed_at?",
        "fair_id>fair! filing_id>fair_filing! file_id>stored_file added_by_id>account~",
        *unique(table, "public_id"),
        *words(table, part=_PARTS),
        *checks(table, of_one_thing="part IS NULL OR filing_id IS NULL"),
    )
    index(table, fair="fair_id id", filing_id="filing_id")
