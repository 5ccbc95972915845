"""Lists as workbooks: what the screen shows, in the same order and words."""

import io

from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.services.ranking_state import AsOf
from web.i18n import gettext, label
from web.words import parts, ranked
from web.words.ranked import Look, ShownRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def people_book(rows: list[ShownRow], look: Look, lines: list[str], state: AsOf) -> io.BytesIO:
    """Return a posting's list as a workbook."""
    cells = [ranked.people_cells(one, look) for one in rows]
    return _book(ranked.people_columns(look), cells, lines, state)


def offer_book(rows: list[ShownRow], look: Look, lines: list[str], state: AsOf) -> io.BytesIO:
    """Return a graduate's list as a workbook."""
    return _book(offer_columns(look), [offer_cells(one) for one in rows], lines, state)


def offer_columns(look: Look) -> list[Column]:
    """Return the columns of a graduate's list as the sheet has them."""
    return [
        Column(gettext("名次"), "number"),
        Column(gettext("岗位"), "wrapped", 24),
        Column(gettext("单位、地点、薪酬"), "wrapped", 36),
        Column(gettext("资格"), width=9),
        Column(gettext("待确认的事"), "wrapped", 24),
        Column(look.heading, "number"),
        *(Column(name, "number") for _, name, _ in parts.bar_limits(look.parameters.points)),
        Column(gettext("志愿"), width=16),
    ]


def offer_cells(row: ShownRow) -> list[Cell]:
    """Return the cells of a posting's row as the sheet has them."""
    points: list[Cell] = [amount for _, _, amount in row.bars]
    points += [None] * (len(parts.GROUPS) - len(points))
    said: list[Cell] = [row.position, row.name, row.sub, label(row.verdict), row.flags, row.total]
    return [*said, *points, row.wish]


def _book(
    columns: list[Column], cells: list[list[Cell]], lines: list[str], state: AsOf
) -> io.BytesIO:
    words = ranked.as_of_words(state)
    made = io.BytesIO()
    spec = SheetSpec(
        name=gettext("名单"), columns=columns, rows=cells, lines=[*lines, words], footer=words
    )
    write_sheet(made, [spec])
    made.seek(0)
    return made
