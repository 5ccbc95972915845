"""Printed sheets (PDF) from typst templates and the Chinese font of a wheel (思源黑体 Noto Sans CJK).

The data goes to typst as one JSON text (`sys.inputs.data`) and is shown as text by the template, never
joined into markup: a name like `#panic()` is printed, not run. No network, no system fonts; the same
data gives the same bytes.
"""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Literal

import typst

Align = Literal["left", "center", "right"]

_FONT_PACKAGE = "manimgx_fonts_cjk"


class TemplateNotFoundError(LookupError):
    """There is no such template; carries its name."""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the printed list; `weight` is its share of the width."""

    heading: str
    weight: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class ListForm:
    """What the template `list` shows: title, facts in two columns, one table, notes, signatures.

    `audit` (the audit head's hash) and the page numbers stand at the foot of every page; `as_of` says
    of when the figures are, and stands there too.
    """

    title: str
    columns: Sequence[ListColumn]
    rows: Sequence[Sequence[str]]
    subtitle: str = ""
    facts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    signatures: Sequence[str] = ()
    audit: str = ""
    as_of: str = ""
    landscape: bool = False


def compile_list(form: ListForm) -> bytes:
    """Return the PDF of a list; rows shorter than the columns are filled with empty cells.

    Raises
    ------
    ValueError
        No columns, or a row longer than the columns.
    """
    if not form.columns:
        raise ValueError("a list needs a column")
    width = len(form.columns)
    if any(len(row) > width for row in form.rows):
        raise ValueError("a row is longer than the columns")
    rows = [[*row, *([""] * (width - len(row)))] for row in form.rows]
    return compile_pdf("list", {**asdict(form), "rows": rows})


def compile_pdf(
    template_name: str, data: Mapping[str, object], *, root: Path | None = None
) -> bytes:
    """Return the PDF of a template of `matcher/documents/templates`, filled with JSON data.

    Parameters
    ----------
    template_name : file name without `.typ`
    data : anything `json.dumps` takes; the template reads it from `sys.inputs.data`
    root : folder whose files the template may show; None: it reads no file

    Raises
    ------
    TemplateNotFoundError
        No such template.
    """
    source = _template(template_name)
    text = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    compiler = typst.Compiler(
        font_paths=_fonts(), ignore_system_fonts=True, root=str(root) if root is not None else None
    )
    made = compiler.compile(input=source, format="pdf", sys_inputs={"data": text})
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single PDF")
    return made


def list_templates() -> list[str]:
    """Return the names of the templates there are, in order."""
    folder = resources.files("matcher.documents") / "templates"
    return sorted(f.name.removesuffix(".typ") for f in folder.iterdir() if f.name.endswith(".typ"))


def _template(name: str) -> bytes:
    """Return the source of a template."""
    if name not in list_templates():
        raise TemplateNotFoundError(name)
    folder = resources.files("matcher.documents") / "templates"
    return (folder / f"{name}.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return the fonts of the wheel; read once for each process."""
    found = importlib.util.find_spec(_FONT_PACKAGE)
    folders = list(found.submodule_search_locations or ()) if found else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
