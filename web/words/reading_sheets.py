"""The work list and the alias lists as workbooks: what the screen shows, in the same order and words."""

import io

from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.services.doubtful_texts import DoubtfulText
from matcher.services.term_lists import TermRow
from web.i18n import gettext, label
from web.words import rules
from web.words.terms import meaning_words


def doubts_book(texts: list[DoubtfulText], lines: list[str]) -> io.BytesIO:
    """Return the texts that leave majors open as a workbook."""
    columns = [
        Column(gettext("发布机构"), "wrapped", 24),
        Column(gettext("要求"), "wrapped", 60),
        Column(gettext("岗位"), "number"),
        Column(gettext("人数"), "number"),
        Column(gettext("待确认的专业"), "wrapped", 40),
        Column(gettext("要定的事"), "wrapped", 30),
    ]
    return _book(gettext("待确认的专业"), columns, [_text_cells(one) for one in texts], lines)


def _text_cells(one: DoubtfulText) -> list[Cell]:
    names = "、".join(f"{major.major.name}（{label(major.major.level)}）" for major in one.majors)
    if one.n_open > len(one.majors):
        names = gettext("%(names)s等 %(count)s 个", names=names, count=one.n_open)
    hows = "；".join(dict.fromkeys(rules.doubtful(how) for how in one.hows))
    return [one.issuer, one.text, one.n_postings, one.n_people, names, hows]


def aliases_book(rows: list[TermRow], lines: list[str]) -> io.BytesIO:
    """Return entries of alias lists as a workbook."""
    columns = [
        Column(gettext("词语"), "wrapped", 20),
        Column(gettext("发布机构"), "wrapped", 24),
        Column(gettext("指什么"), "wrapped", 36),
        Column(gettext("层次")),
        Column(gettext("从哪天起"), "date"),
        Column(gettext("到哪天止"), "date"),
        Column(gettext("为什么"), "wrapped", 36),
        Column(gettext("谁"), width=14),
    ]
    return _book(gettext("专业别名表"), columns, [_term_cells(one) for one in rows], lines)


def _term_cells(row: TermRow) -> list[Cell]:
    term = row.term
    return [
        term.words,
        row.issuer or gettext("所有发布机构"),
        meaning_words(term),
        label(term.level) or gettext("各层次"),
        term.valid_from,
        term.valid_to,
        term.reason,
        row.made_by,
    ]


def _book(name: str, columns: list[Column], rows: list[list[Cell]], lines: list[str]) -> io.BytesIO:
    made = io.BytesIO()
    write_sheet(made, [SheetSpec(name=name, columns=columns, rows=rows, lines=[name, *lines])])
    made.seek(0)
    return made
