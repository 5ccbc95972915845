"""Create what a fair offers to employers, their papers for it, and the files printed of it."""

from matcher.migrations.shorthand import checks, create, drop, index, unique, words

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _call()
    _paper()
    _print()


def downgrade() -> None:
    """Drop them again."""
    drop("fair_print", "fair_paper", "fair_call")


def _call() -> None:
    table = "fair_call"
    create(
        table,
        "number fair_id n_booths? version_id=1; date apply_until? papers_until?; text words?",
        "fair_id>fair!",
        *unique(table, "fair_id"),
        *checks(table, n_booths="n_booths >= 1"),
    )


def _paper() -> None:
    table = "fair_paper"
    create(
        table,
        "text public_id name_masked? number_masked? reason?; code kind state;"
        " bytes name_cipher? number_cipher?; date valid_until?; flag is_from_posts=false;"
        " number fair_employer_id file_id? employer_check_id? handed_in_by_id? decided_by_id?"
        " version_id=1; instant handed_in_at decided_at? forgotten_at?",
        "fair_employer_id>fair_employer! file_id>stored_file~ employer_check_id>employer_check~"
        " handed_in_by_id>account~ decided_by_id>account~",
        *unique(table, "public_id", "fair_employer_id kind"),
        *words(
            table,
            kind="licence agent authorisation brochure poster",
            state="handed_in accepted returned expired",
        ),
        *checks(
            table,
            returned_says_why="state <> 'returned' OR reason IS NOT NULL",
            only_agents="kind = 'agent' OR (name_cipher IS NULL AND number_cipher IS NULL)",
        ),
    )
    index(table, state="state id")


def _print() -> None:
    table = "fair_print"
    create(
        table,
        "text public_id problem?; code kind state;"
        " number fair_id n_employers=0 n_posts=0 job_id? file_id? asked_by_id?;"
        " instant asked_at made_at?",
        "fair_id>fair! job_id>job~ file_id>stored_file~ asked_by_id>account~",
        *unique(table, "public_id"),
        *words(
            table,
            kind="booklet booklet_word posters cards posts",
            state="waiting ready failed",
        ),
    )
    index(table, fair="fair_id id")
