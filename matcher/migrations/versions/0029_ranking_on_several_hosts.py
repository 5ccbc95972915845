"""Partition stored lists by run on PostgreSQL, give chunks a queue of their own, find open chunks quickly.

Lists that stand stay where they are: the table becomes the default partition of a new one, whatever its
size, and no row is copied. SQLite has no partitions and keeps the plain table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    """Make the three changes."""
    _queues("live", "batch", "ranking")
    op.create_index(
        op.f("ix_ranking_chunk_open"),
        "ranking_chunk",
        ["run_id"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    if _has_partitions():
        _partition()


def downgrade() -> None:
    """Take them back; jobs of the queue that goes wait in the batch queue."""
    if _has_partitions():
        _join()
    op.drop_index(op.f("ix_ranking_chunk_open"), table_name="ranking_chunk")
    jobs = sa.table("job", sa.column("queue"))
    op.execute(sa.update(jobs).where(jobs.c.queue == "ranking").values(queue="batch"))
    _queues("live", "batch")


def _has_partitions() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _queues(*names: str) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    with op.batch_alter_table("job", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_job_queue"), type_="check")
        batch.create_check_constraint(op.f("ck_job_queue"), f"queue IN ({listed})")


def _partition() -> None:
    """Put a partitioned table in place of the plain one, which becomes its default partition."""
    op.rename_table("ranked_list", "ranked_list_rest")
    op.execute("ALTER INDEX pk_ranked_list RENAME TO pk_ranked_list_rest")
    op.create_table(
        "ranked_list",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(40), nullable=False),
        sa.Column("subject_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("n_eligible", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("partners", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "side", "subject_id", name=op.f("pk_ranked_list")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["ranking_run.id"],
            name=op.f("fk_ranked_list_run_id_ranking_run"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "side IN ('posting_ordinary', 'posting_reserved', 'graduate')",
            name=op.f("ck_ranked_list_side"),
        ),
        postgresql_partition_by="LIST (run_id)",
    )
    op.execute("ALTER TABLE ranked_list ATTACH PARTITION ranked_list_rest DEFAULT")


def _join() -> None:
    """Take the default partition out, put the rows of all others into it, and let it be the table again."""
    op.execute("ALTER TABLE ranked_list DETACH PARTITION ranked_list_rest")
    names = ("run_id", "side", "subject_id", "length", "n_eligible", "keys", "partners")
    whole = sa.table("ranked_list", *map(sa.column, names))
    rest = sa.table("ranked_list_rest", *map(sa.column, names))
    op.execute(rest.insert().from_select(names, sa.select(whole)))
    op.drop_table("ranked_list")
    op.rename_table("ranked_list_rest", "ranked_list")
    op.execute("ALTER INDEX pk_ranked_list_rest RENAME TO pk_ranked_list")
