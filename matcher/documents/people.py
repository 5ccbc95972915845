"""The list of people referred as one PDF (推荐名单): the table, then the résumés people agreed to show.

Résumés go through a folder of their own, readable by the product alone and gone afterwards. One that cannot be laid
in (a PDF the typesetter does not read) is named in `left_out`, and the rest is made without it.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from matcher.documents.pdf import ListColumn, compile_pdf


class PdfNotReadError(ValueError):
    """A PDF cannot be laid into another."""


@dataclass(frozen=True, slots=True)
class PeopleForm:
    """What the template `people` shows; all of it text."""

    title: str
    line: str
    sender: str
    columns: Sequence[ListColumn]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class MadePdf:
    """The PDF, and the places of the résumés that are not in it, from 0."""

    content: bytes
    left_out: tuple[int, ...]


def compile_people(form: PeopleForm, resumes: Sequence[bytes], folder: Path) -> MadePdf:
    """Return the PDF of a list and its résumés, each the first page of what is given.

    Parameters
    ----------
    folder : where the folder for the résumés is made
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        root = Path(name)
        fit, left_out = [], []
        for place, content in enumerate(resumes):
            file = f"{place}.pdf"
            (root / file).write_bytes(content)
            if _is_readable(root, file):
                fit.append({"file": file, "page": 1})
            else:
                left_out.append(place)
        data = asdict(form) | {"sheets": fit}
        return MadePdf(compile_pdf("people", data, root=root), tuple(left_out))


def _is_readable(root: Path, file: str) -> bool:
    """Say whether the typesetter can lay a PDF into a page."""
    sheet = {
        "title": "",
        "line": "",
        "sender": "",
        "columns": [asdict(ListColumn("x"))],
        "rows": [],
    }
    try:
        compile_pdf("people", sheet | {"sheets": [{"file": file, "page": 1}]}, root=root)
    except RuntimeError:
        return False
    return True
