"""What is written into a template (表样取数): figures of a sheet's union and of those below, and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.documents.sheet_forms import SheetForm
from matcher.documents.template_bindings import CellBinding
from matcher.documents.template_filling import FigureValue, Filling
from matcher.errors import NotFoundError
from matcher.models.sheets import Sheet
from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor
from matcher.services.reports import snapshots
from matcher.services.sheet_exports.forms import kind_of
from matcher.statistics.indicators import indicators_by_code

Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class LiveSource:
    """Figures are counted: of which drive and union, at which moment."""

    drive_id: int
    union_id: int
    moment: Moment


def fill_values(
    session: Session,
    by: Actor,
    source: LiveSource | Sheet,
    form: SheetForm,
    bindings: Sequence[CellBinding],
) -> Filling:
    """Return what a template's cells are to hold.

    Of a filled sheet the frozen figures, its own and its direct children's; a union the sheet does not hold, or
    out of the actor's scope, leaves its cells empty.
    """
    codes = {one.code for one in bindings if not one.is_word} & set(indicators_by_code())
    unions = {one.union_id for one in bindings if one.union_id is not None}
    figures = (
        _frozen(source)
        if isinstance(source, Sheet)
        else _live(session, by, source, sorted(codes), unions)
    )
    return Filling(
        {
            (one.code, one.part, one.union_id): _value(one, figures[one.union_id])
            for one in bindings
            if not one.is_word and one.union_id in figures and one.code in codes
        },
        words_of(form),
    )


def _frozen(sheet: Sheet) -> dict[int | None, Figures]:
    own = snapshots.figures_of(sheet)
    found: dict[int | None, Figures] = {None: own}
    found.update(snapshots.children_of(sheet).items())
    found[sheet.union_id] = own  # the whole, not what the union has of its own
    return found


def _live(
    session: Session, by: Actor, source: LiveSource, codes: Sequence[str], unions: set[int]
) -> dict[int | None, Figures]:
    """Count the union itself and those below that are asked for; direct children together in one go."""
    drive_id, union_id, moment = source.drive_id, source.union_id, source.moment
    own = count_figures(session, by, drive_id, union_id, moment, codes=codes).values
    found: dict[int | None, Figures] = {None: own, union_id: own}
    if unions - {union_id}:
        children = count_by_union(session, by, drive_id, union_id, moment, codes)
        found.update((child, told) for child, told in children.items() if child != union_id)
    for deeper in sorted(unions - set(found)):
        try:
            figures = count_figures(session, by, drive_id, deeper, moment, codes=codes).values
        except NotFoundError:
            continue  # out of sight, or no part of the drive: its cells stay empty and are told
        found[deeper] = figures
    return found


def _value(binding: CellBinding, figures: Figures) -> FigureValue:
    kind = kind_of(indicators_by_code()[binding.code])
    figure = figures.get(binding.code)
    if figure is None:
        return FigureValue(kind, None)
    if binding.part in ("numerator", "denominator"):
        return FigureValue("count", getattr(figure, binding.part))
    if binding.part == "this_year":
        both = figure.value, figure.earlier
        return FigureValue(kind, None if None in both else int(both[0] or 0) - int(both[1] or 0))
    value: int | None = getattr(figure, binding.part)
    return FigureValue(kind, value)


def words_of(form: SheetForm) -> dict[str, str]:
    """Return the words of a form by their code."""
    return {
        "@union": form.union,
        "@drive": form.drive,
        "@period": form.period,
        "@as_of": form.as_of,
        "@filled_by": form.filled_by,
        "@reviewed_by": form.reviewed_by,
        "@led_by": form.led_by,
        "@filled_on": form.filled_on,
        "@state": form.state,
        "@digest": form.digest,
        "@audit": form.audit,
    }
