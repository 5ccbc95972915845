"""Books of paper sheets as a clerk types them: the heads of the sheets and lines of text."""

import io
from collections.abc import Sequence

from matcher.documents.xlsx import Column, SheetSpec, write_sheet
from matcher.fairs.line_codes import LineSheet
from matcher.kinds.fair_reports import SurveySide
from matcher.models.fairs import Fair
from matcher.services.fair_sheets import layouts

Lines = Sequence[Sequence[str]]


def sign_in_line(fair: Fair, line: int, *cells: str, number: int = 1) -> list[str]:
    """Return a line of the sign-in sheet: ticket, name, phone, school, major, education, agrees."""
    code = layouts.codes(fair, LineSheet.SIGN_IN, number, 1, first=line)[0]
    return [code, *cells]


def contact_line(fair: Fair, line: int, *cells: str, number: int = 1) -> list[str]:
    """Return a line of a booth's sheet: who, résumé, interview, intent, post, reason."""
    code = layouts.codes(fair, LineSheet.BOOTH, number, 1, first=line)[0]
    return [code, "单位", *cells]


def survey_line(fair: Fair, line: int, *cells: str) -> list[str]:
    """Return a line of the visitors' questionnaires."""
    return [layouts.codes(fair, LineSheet.VISITORS, 1, 1, first=line)[0], *cells]


def typed_book(sign_in: Lines = (), contacts: Lines = (), survey: Lines = ()) -> bytes:
    """Return the workbook of typed lines; a sheet without lines is left out."""
    sheets = [
        SheetSpec(
            name=name,
            columns=[Column(head) for head in heads],
            rows=lines,
            lines=("表头上的说明",),
        )
        for name, heads, lines in (
            ("签到表 1", layouts.SIGN_IN_HEADS, sign_in),
            ("洽谈登记表", layouts.CONTACT_HEADS, contacts),
            ("问卷 求职者", layouts.survey_heads(SurveySide.VISITOR), survey),
        )
        if lines
    ]
    stream = io.BytesIO()
    write_sheet(stream, sheets)
    return stream.getvalue()
