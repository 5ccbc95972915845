"""Taking a table of majors in (导入专业目录): every row judged, what it changes told, stored at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.intake import Grid
from matcher.models.catalogues import CatalogueEdition, CatalogueNode
from matcher.models.drives import Drive
from matcher.services import catalogues, ranking_changes
from matcher.services.catalogue_outcomes import Outcome, Wishes
from matcher.services.catalogue_sheets import Line, read_lines
from matcher.services.directory_imports import judge_directory
from matcher.services.edition_imports import judge_edition
from matcher.services.permissions import Actor, Permission, require
from matcher.vocabulary.majors.directory_rows import DirectoryTable, known_editions, rows_of
from matcher.vocabulary.majors.editions import EditionTable
from matcher.vocabulary.majors.shipped import shipped_nodes


def judge_table(
    session: Session, by: Actor, grids: Sequence[Grid], wishes: Wishes
) -> tuple[EditionTable | DirectoryTable, Outcome]:
    """Judge a table against the editions in force; nothing is stored, so a reading session will do.

    Raises
    ------
    InvalidInputError
        No head was found, no row can be used, or it cannot be told which catalogue it belongs to.
    """
    require(by, Permission.MANAGE_ACCOUNTS)
    catalogues.adopt(session)
    lines = read_lines(grids)
    table: EditionTable | DirectoryTable
    if wishes.directory is not None:
        table, outcome = judge_directory(lines, wishes)
    else:
        table, outcome = judge_edition(session, lines, wishes)
    if not table.rows:
        raise InvalidInputError(
            "catalogue_no_rows", f"表中没有一行可以采用。{_first_reason(lines)}"
        )
    return table, outcome


def _first_reason(lines: Sequence[Line]) -> str:
    for line in lines:
        for problem in line.problems:
            if problem["severity"] == "refuse":
                where = f"工作表“{line.sheet}”第 {line.row} 行 {problem['column'] or ''}".rstrip()
                where += f"“{problem['value']}”" if problem["value"] else ""
                return f"例如{where}：{problem['reason']}。{problem['remedy']}。"
    return "请检查表头下面是否有专业。"


def take_in(
    session: Session,
    by: Actor,
    table: EditionTable | DirectoryTable,
    outcome: Outcome,
    *,
    file_name: str,
) -> None:
    """Store a judged table in the transaction of the session; the outcome says what that did."""
    require(by, Permission.MANAGE_ACCOUNTS)
    if outcome.state != "same":
        outcome.state = catalogues.store(session, by, table, file_name=file_name)
    if outcome.state != "same":
        # Names mean something else now: every drive's lists wait for its next run, and say so.
        for drive_id in session.scalars(sa.select(Drive.id).order_by(Drive.id)):
            ranking_changes.note_many(session, drive_id)


@dataclass(frozen=True)
class EditionLine:
    """One edition as people are told of it; `valid_from` is its first day, or a directory's year."""

    name: str
    kind: str
    belongs_to: str
    valid_from: str
    rows: int
    imported: bool
    in_force: bool


def list_editions(session: Session | None) -> list[EditionLine]:
    """Return the shipped editions, and with a session those of the installation; catalogues first."""
    known: dict[tuple[str, str], EditionLine] = {}
    for node in shipped_nodes():
        there = known.get((node.namespace, node.edition))
        since = node.valid_from.isoformat() if node.valid_from else ""
        known[node.namespace, node.edition] = EditionLine(
            node.edition,
            "catalogue",
            node.namespace,
            since,
            (there.rows if there else 0) + 1,
            imported=False,
            in_force=True,
        )
    own = [] if session is None else _own(session)
    directories = [
        EditionLine(
            f"{issuer}{year}",
            "directory",
            issuer,
            str(year),
            len(tuple(rows_of(issuer, year))),
            imported=False,
            in_force=True,
        )
        for issuer, year in known_editions()
        if f"{issuer}{year}" not in {line.name for line in own}
    ]
    found = [*known.values(), *directories, *own]
    return sorted(found, key=lambda line: (line.kind, line.belongs_to, line.valid_from))


def _own(session: Session) -> list[EditionLine]:
    counted = sa.select(CatalogueNode.edition_id, sa.func.count().label("rows")).group_by(
        CatalogueNode.edition_id
    )
    rows = {row.edition_id: row.rows for row in session.execute(counted)}
    today = clock.today()
    return [
        EditionLine(
            edition.name,
            "catalogue" if edition.namespace else "directory",
            edition.namespace or edition.issuer or "",
            str(edition.year or edition.valid_from.isoformat()),
            rows.get(edition.id, 0),
            imported=True,
            in_force=edition.issuer is not None or edition.valid_from <= today,
        )
        for edition in session.scalars(sa.select(CatalogueEdition).order_by(CatalogueEdition.id))
    ]
