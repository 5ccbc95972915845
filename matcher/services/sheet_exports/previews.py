"""Trying a template (预览填好的样子): what each cell would hold for a union, without making a file."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.documents.sheet_forms import NO_FIGURE
from matcher.documents.template_filling import preview
from matcher.documents.template_grids import TemplateGrid, read_grid
from matcher.models.drives import Drive
from matcher.models.sheet_templates import SheetTemplate
from matcher.services.figures.moments import moment_of
from matcher.services.permissions import Actor, Permission, require
from matcher.services.sheet_exports.filling import LiveSource, fill_values
from matcher.services.sheet_exports.forms import live_form
from matcher.services.sheet_exports.templates import bindings_of, content_of


@dataclass(frozen=True)
class TemplatePreview:
    """A template's grid with the words of its bound cells; those left empty by sheet and reference."""

    grid: TemplateGrid
    cells: dict[tuple[str, str], str]
    left_empty: list[tuple[str, str]]


def preview_template(
    session: Session,
    by: Actor,
    template: SheetTemplate,
    drive: Drive,
    union_id: int,
    *,
    as_of: dt.date | None = None,
) -> TemplatePreview:
    """Return a template as it would be filled for a union; reads only.

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    require(by, Permission.VIEW_FIGURES)
    moment = moment_of(session, drive, as_of)
    form = live_form(session, by, drive.id, union_id, moment, with_parts=False)
    bindings, grid = bindings_of(template), read_grid(content_of(session, template))
    source = LiveSource(drive.id, union_id, moment)
    shown = preview(grid, bindings, fill_values(session, by, source, form, bindings))
    return TemplatePreview(
        grid,
        {place: _words(said, is_percent=_is_percent(grid, place)) for place, said in shown.items()},
        [place for place, said in shown.items() if said is None],
    )


def _is_percent(grid: TemplateGrid, place: tuple[str, str]) -> bool:
    cell = grid.find(*place)
    return cell is not None and cell.is_percent


def _words(said: str | float | None, *, is_percent: bool) -> str:
    """Return a value as the cell would show it, near enough to check it."""
    if said is None:
        return NO_FIGURE
    if isinstance(said, str):
        return said
    if is_percent:
        return f"{said:.1%}"
    return f"{said:,}" if isinstance(said, int) else f"{said:,.4f}".rstrip("0").rstrip(".")
