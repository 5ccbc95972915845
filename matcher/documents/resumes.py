"""A résumé (简历) made from a profile, as PDF: one page, large facts first, nothing a neighbour could not know."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from matcher.documents.pdf import compile_pdf
from matcher.documents.pdf_reading import read_pdf

_SIZES = (11.0, 10.0, 9.0, 8.0)
"""Points tried one after the other until everything stands on one page."""

_LEAST_WORDS = 200
_SHORTER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeSheet:
    """What the template `resume` shows; all of it text.

    Parameters
    ----------
    heading : name, or what stands for it
    line : school, education, year, joined
    facts : pairs of term and words
    sections : pairs of heading and text, lines kept
    foot : neutral line at the end
    """

    title: str
    heading: str
    line: str
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[tuple[str, str]] = ()
    foot: str = ""
    size: float = _SIZES[0]


def compile_resume(sheet: ResumeSheet) -> bytes:
    """Return the PDF, on one page however long the words are: smaller first, then shorter."""
    for size in _SIZES:
        made = compile_pdf("resume", asdict(replace(sheet, size=size)))
        if read_pdf(made).n_pages == 1:
            return made
    return compile_resume_short(replace(sheet, size=_SIZES[-1]))


def compile_resume_short(sheet: ResumeSheet) -> bytes:
    """Return the PDF with its sections cut until it is one page."""
    while True:
        made = compile_pdf("resume", asdict(sheet))
        longest = max((len(words) for _, words in sheet.sections), default=0)
        if read_pdf(made).n_pages == 1 or longest < _LEAST_WORDS:
            return made
        cut = int(longest * _SHORTER)
        sections = [(name, _cut(words, cut)) for name, words in sheet.sections]
        sheet = replace(sheet, sections=sections)


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[:most].rstrip("…") + "…"
