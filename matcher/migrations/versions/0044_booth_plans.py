"""Create computed plans of booths and the log of who had which booth."""

from matcher.migrations.shorthand import create, drop, index, only_one, unique, words

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    table = "booth_plan"
    create(
        table,
        "text public_id digest; number fair_id computed_by_id? decided_by_id?; code state scope;"
        " json placed=[] unplaced=[] figures={}; instant computed_at decided_at?",
        "fair_id>fair! computed_by_id>account~ decided_by_id>account~",
        *unique(table, "public_id"),
        *words(table, state="proposed accepted dropped", scope="without_booth all"),
    )
    only_one(table, "proposed", "fair_id", "state = 'proposed'")
    index(table, fair="fair_id id")
    table = "booth_change"
    create(
        table,
        "text public_id; number fair_id plan_id? undoes_id? entered_by_id?; code kind;"
        " json moves=[]; instant entered_at",
        "fair_id>fair! plan_id>booth_plan~ undoes_id>booth_change entered_by_id>account~",
        *unique(table, "public_id", "undoes_id"),
        *words(table, kind="placed moved cleared released plan_accepted undone"),
    )
    index(table, fair="fair_id id")


def downgrade() -> None:
    """Drop them again."""
    drop("booth_change", "booth_plan")
