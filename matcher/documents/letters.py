"""Letters between unions (函件) as PDF: prose, facts, and a slip for the reply."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from matcher.documents.pdf import compile_pdf


@dataclass(frozen=True, slots=True)
class LetterForm:
    """What the template `letter` shows; all of it text."""

    title: str
    number: str
    addressee: str
    paragraphs: Sequence[str]
    sender: str
    written_on: str
    facts: Sequence[tuple[str, str]] = ()
    reply_title: str = ""
    reply: Sequence[str] = ()
    """Lines to fill in on the slip."""


def compile_letter(form: LetterForm) -> bytes:
    """Return the PDF of a letter."""
    return compile_pdf("letter", asdict(form))
