"""Let the database refuse to change or delete an entry of the trail (操作记录只增不改).

A checkpoint that lets retention prune (decisions.md 23) lifts the trigger in a revision or verb of its own,
on purpose and in sight.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ACTS = ("UPDATE", "DELETE")
_REFUSAL = "audit_entry is append-only"


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name == "sqlite":
        for act in _ACTS:
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{act.lower()} BEFORE {act} ON audit_entry"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    """Drop them again."""
    if op.get_bind().dialect.name == "sqlite":
        for act in _ACTS:
            op.execute(f"DROP TRIGGER audit_entry_no_{act.lower()}")
        return
    op.execute("DROP TRIGGER audit_entry_stays ON audit_entry")
    op.execute("DROP FUNCTION refuse_audit_change()")
