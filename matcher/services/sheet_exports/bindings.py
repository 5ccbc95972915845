"""Binding cells of a template (单元格绑定): one by one or by suggestions, undone as easily; what is missing is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.documents.template_bindings import (
    BindingProblem,
    CellBinding,
    check_binding,
    check_bindings,
    open_places,
)
from matcher.documents.template_grids import TemplateGrid, read_grid
from matcher.documents.template_suggestions import KnownIndicator, Suggestion, suggest
from matcher.errors import InvalidInputError
from matcher.models.organisations import Union, UnionClosure
from matcher.models.sheet_templates import SheetTemplate
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.sheet_exports.templates import (
    bindings_of,
    content_of,
    get_own_template,
    known_of,
)
from matcher.statistics.indicator_names import names_by_code
from matcher.statistics.indicators import sheet_indicators

Place = tuple[str, str]
"""Sheet and cell."""


@dataclass(frozen=True)
class TemplateState:
    """A template as its page shows it."""

    grid: TemplateGrid
    bindings: dict[Place, CellBinding]
    suggestions: dict[Place, Suggestion]
    """Guesses for cells that are not bound."""
    problems: list[BindingProblem]
    """Bindings that hold no more: a cell gone, an indicator retired."""
    unbound: list[Place]
    """Cells with a guess and no binding: probably forgotten."""
    unused: list[str]
    """Codes of indicators of the sheet that no cell shows."""


def read_state(session: Session, by: Actor, template: SheetTemplate) -> TemplateState:
    """Return a template with what is bound, guessed, wrong and missing; reads only."""
    require(by, Permission.VIEW_FIGURES)
    grid = read_grid(content_of(session, template))
    bindings = bindings_of(template)
    bound = {binding.place: binding for binding in bindings}
    guesses = {
        place: guess
        for place, guess in suggest(grid, known_indicators(), unions_of(session, template)).items()
        if place not in bound
    }
    open_refs = {(sheet, cell.ref) for sheet, cell in open_places(grid, bindings)}
    shown = {binding.code for binding in bindings}
    return TemplateState(
        grid=grid,
        bindings=bound,
        suggestions=guesses,
        problems=check_bindings(grid, bindings, known_of(session, template)),
        unbound=[place for place in guesses if place in open_refs],
        unused=[one.code for one in sheet_indicators() if one.code not in shown],
    )


@lru_cache(maxsize=1)
def known_indicators() -> tuple[KnownIndicator, ...]:
    """Return the lines of the sheet as suggestions know them."""
    return tuple(
        KnownIndicator(
            one.code,
            (one.label, *names_by_code().get(one.code, ())),
            one.unit.label,
            one.has_earlier,
        )
        for one in sheet_indicators()
    )


def unions_of(session: Session, template: SheetTemplate) -> list[tuple[int, str]]:
    """Return the unions below a template's own, each with its name, in the order of their codes."""
    found = (
        sa.select(Union.id, Union.name)
        .join(UnionClosure, UnionClosure.descendant_id == Union.id)
        .where(UnionClosure.ancestor_id == template.union_id, UnionClosure.depth > 0)
        .order_by(UnionClosure.depth, Union.code, Union.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def bind_cells(
    session: Session,
    by: Actor,
    public_id: str,
    bindings: Sequence[CellBinding],
    *,
    expected_version: int | None = None,
) -> SheetTemplate:
    """Bind cells; what was bound there before is replaced.

    Raises
    ------
    InvalidInputError
        A cell cannot hold it, or indicator or union is unknown; nothing is bound then.
    """
    template = get_own_template(session, by, public_id, expected_version=expected_version)
    grid, known = read_grid(content_of(session, template)), known_of(session, template)
    for binding in bindings:
        problem = check_binding(grid, binding, known)
        if problem is not None:
            raise InvalidInputError(
                problem.code,
                f"{binding.ref}：{problem.words}",
                fields={"code": problem.words},
            )
    places = {binding.place for binding in bindings}
    kept = [one for one in bindings_of(template) if one.place not in places]
    _set(session, by, template, [*kept, *bindings], "sheet_template.bound", places)
    return template


def unbind_cells(
    session: Session,
    by: Actor,
    public_id: str,
    places: Iterable[Place],
    *,
    expected_version: int | None = None,
) -> SheetTemplate:
    """Take bindings away; a cell that is not bound stays so."""
    template = get_own_template(session, by, public_id, expected_version=expected_version)
    gone = set(places)
    standing = bindings_of(template)
    kept = [one for one in standing if one.place not in gone]
    if len(kept) < len(standing):
        _set(session, by, template, kept, "sheet_template.unbound", gone)
    return template


def take_suggestions(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> list[Place]:
    """Bind every unbound cell whose guess is sure; return which, so that it can be undone."""
    template = get_own_template(session, by, public_id, expected_version=expected_version)
    state = read_state(session, by, template)
    taken = [one.binding for one in state.suggestions.values() if one.is_sure]
    if taken:
        bind_cells(session, by, public_id, taken)
    return [binding.place for binding in taken]


def _set(
    session: Session,
    by: Actor,
    template: SheetTemplate,
    bindings: Sequence[CellBinding],
    action: str,
    places: set[Place],
) -> None:
    template.bindings = [binding.to_dict() for binding in bindings]
    audit.record(
        session,
        by,
        action,
        subject=("sheet_template", template.id),
        cells=sorted(ref for _, ref in places),
        bound=len(bindings),
    )
    session.flush()
