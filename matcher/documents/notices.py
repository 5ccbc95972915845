"""The sheet of a publicity (公示单) as PDF, for the board of the unit: large, one page, nothing but what hangs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from matcher.documents.pdf import compile_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSheet:
    """What the template `notice` shows; all of it text."""

    title: str
    opening: str
    facts: Sequence[tuple[str, str]]
    period: str
    contact: str
    closing: str
    union: str
    written_on: str
    place: str = ""


def compile_notice(sheet: NoticeSheet) -> bytes:
    """Return the PDF of a sheet."""
    return compile_pdf("notice", asdict(sheet))
