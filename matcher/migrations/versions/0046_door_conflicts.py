"""Create what the door needs beside its log."""

from matcher.migrations.shorthand import checks, create, drop, index, unique, words

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    table = "door_conflict"
    create(
        table,
        "text public_id; number fair_id session_id entry_id other_entry_id? settled_by_id?;"
        " code reason outcome?; flag holds_place=false; instant settled_at?",
        "fair_id>fair! session_id>fair_session! entry_id>fair_entry! other_entry_id>fair_entry~"
        " settled_by_id>account~",
        *unique(table, "public_id", "entry_id"),
        *words(
            table,
            reason="second_admission cancelled unknown beyond_loan",
            outcome="same_person another_person noted",
        ),
        *checks(table, settled_says_how="(settled_at IS NULL) = (outcome IS NULL)"),
    )
    index(table, fair="fair_id settled_at id")


def downgrade() -> None:
    """Drop them again."""
    drop("door_conflict")
