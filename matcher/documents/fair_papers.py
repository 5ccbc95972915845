"""Papers of a fair (招聘会材料) as PDF: the poster with the code of the public page, and the safety plan."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from matcher.documents.pdf import compile_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterForm:
    """What the template `fair_poster` shows; `qr` is a drawing as SVG text."""

    title: str
    organiser: str
    sessions: Sequence[str]
    place: str
    address: str
    qr: str
    co_organisers: str = ""
    online: str = ""
    figures: Sequence[tuple[str, str]] = ()
    enquiries: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """What the template `fair_plan` shows: facts in two columns, the nine parts, a line for the signature.

    A part is heading, text, who answers for it, and whether it is settled.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str, str, bool]]
    organiser: str
    printed_on: str


def compile_poster(form: PosterForm) -> bytes:
    """Return the poster, A3 upright."""
    return compile_pdf("fair_poster", asdict(form))


def compile_plan(form: PlanForm) -> bytes:
    """Return the safety plan, A4."""
    return compile_pdf("fair_plan", asdict(form))
