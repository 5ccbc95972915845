"""The grid of a template as its page writes it: a cell is a link, the chosen one has its form beside the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from matcher.documents.template_bindings import PARTS, WORDS, CellBinding
from matcher.documents.template_grids import GridCell, GridSheet, TemplateGrid, is_reference
from matcher.documents.template_suggestions import Suggestion
from matcher.services.permissions import Permission, may
from matcher.services.sheet_exports import bindings, templates
from matcher.services.sheet_exports.bindings import TemplateState
from matcher.services.sheet_exports.previews import TemplatePreview
from matcher.statistics.indicators import Indicator, indicators_by_code, load_indicators
from web.auth import current_actor
from web.forms import FormState, blank_form
from web.i18n import gettext
from web.schemas.sheet_exports import BindingForm
from web.session import reading_aside

_MOST_TOLD = 12
"""Names of unused indicators and cells listed in a note; the rest as a number."""


@dataclass(frozen=True)
class ShownCell:
    """A cell as the grid writes it."""

    cell: GridCell
    words: str
    look: str
    """label, open, guess, bound, wrong, formula."""
    address: str = ""
    hint: str = ""
    number: bool = False
    """Whether it shows a figure."""


def wanted_cells() -> list[tuple[str, str]]:
    """Return the cells a request names as `sheet!cell`, as many as it names."""
    found = []
    for text in request.values.getlist("cell"):
        sheet, mark, ref = text.rpartition("!")
        if mark and is_reference(ref):
            found.append((sheet, ref))
    return found


def bindings_page(
    public_id: str, form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    """Answer with the page on which cells are bound."""
    actor = current_actor()
    with reading_aside() as session:
        template = templates.find_template(session, actor, public_id)
        state = bindings.read_state(session, actor, template)
        unions = bindings.unions_of(session, template)
        is_own = may(actor, Permission.FILL_SHEETS) and templates.may_change(
            session, actor, template
        )
    sheet = _sheet(state.grid)
    names = dict(unions)
    chosen = sheet.find(request.values.get("cell", "")) if sheet else None
    page = render_template(
        "sheet_templates/show.html",
        template=template,
        state=state,
        sheet=sheet,
        rows=shown_rows(sheet, state, names) if sheet else [],
        chosen=chosen,
        binding=state.bindings.get((sheet.name, chosen.ref)) if sheet and chosen else None,
        guess=state.suggestions.get((sheet.name, chosen.ref)) if sheet and chosen else None,
        form=form or _form(state, sheet, chosen),
        options=_options(chosen),
        parts=[(code, gettext(words)) for code, words in PARTS.items()],
        unions=unions,
        is_own=is_own,
        n_sure=sum(one.is_sure for one in state.suggestions.values()),
        unused=_told(state.unused),
        said=said_of,
    )
    return page, status


def _sheet(grid: TemplateGrid) -> GridSheet | None:
    """Return the sheet the request names, else the first that is not hidden."""
    asked = grid.find_sheet(request.values.get("sheet", ""))
    return asked or next((one for one in grid.sheets if not one.is_hidden), None)


def shown_rows(
    sheet: GridSheet, state: TemplateState, unions: Mapping[int, str]
) -> list[list[ShownCell]]:
    """Return the rows of a sheet with how each cell looks and what it says."""
    wrong = {(one.sheet, one.ref) for one in state.problems}
    return [
        [_shown(sheet.name, cell, state, unions=unions, wrong=wrong) for cell in row]
        for row in sheet.rows
    ]


def _shown(
    sheet: str,
    cell: GridCell,
    state: TemplateState,
    *,
    unions: Mapping[int, str],
    wrong: set[tuple[str, str]],
) -> ShownCell:
    place = (sheet, cell.ref)
    binding, guess = state.bindings.get(place), state.suggestions.get(place)
    if binding is not None:
        look = "wrong" if place in wrong else "bound"
        return ShownCell(cell, said_of(binding, unions), look, cell.ref, cell.text)
    if guess is not None:
        return ShownCell(cell, said_of(guess.binding, unions), "guess", cell.ref, cell.text)
    if cell.is_formula:
        return ShownCell(cell, cell.text, "formula")
    if cell.is_open:
        return ShownCell(cell, "", "open", cell.ref)
    return ShownCell(cell, cell.text, "label")


def filled_grids(shown: TemplatePreview) -> list[tuple[GridSheet, list[list[ShownCell]]]]:
    """Return the sheets of a filled template that are not hidden, with what each cell would hold."""
    return [
        (sheet, [[_filled(sheet.name, cell, shown) for cell in row] for row in sheet.rows])
        for sheet in shown.grid.sheets
        if not sheet.is_hidden
    ]


def _filled(sheet: str, cell: GridCell, shown: TemplatePreview) -> ShownCell:
    place = (sheet, cell.ref)
    if place in shown.cells:
        look = "wrong" if place in shown.left_empty else "bound"
        words = shown.cells[place]
        return ShownCell(cell, words, look, number=words[:1].isdigit() or words[:1] in "-—")
    if cell.is_formula:
        return ShownCell(cell, cell.text, "formula")
    return ShownCell(cell, cell.text, "label" if cell.is_label else "open")


def said_of(binding: CellBinding, unions: Mapping[int, str] | None = None) -> str:
    """Return a binding in words: 8 需援助数，其中往届，金凤区总工会."""
    if binding.is_word:
        return WORDS.get(binding.code, binding.code)
    found = indicators_by_code().get(binding.code)
    words = [f"{found.number} {found.label}".strip() if found else binding.code]
    if binding.part != "value":
        words.append(PARTS.get(binding.part, binding.part))
    if binding.union_id is not None:
        words.append((unions or {}).get(binding.union_id, gettext("另一单位")))
    if binding.in_wan:
        words.append(gettext("以万计"))
    return "，".join(words)


def _form(state: TemplateState, sheet: GridSheet | None, chosen: GridCell | None) -> FormState:
    """Return the form of the chosen cell with what is bound, else with the guess."""
    if sheet is None or chosen is None:
        return blank_form(BindingForm)
    place = (sheet.name, chosen.ref)
    guess: Suggestion | None = state.suggestions.get(place)
    standing = state.bindings.get(place) or (guess.binding if guess else None)
    if standing is None:
        return blank_form(BindingForm, part="value")
    return blank_form(
        BindingForm,
        code=standing.code,
        part=standing.part,
        union_id=standing.union_id,
        in_wan="true" if standing.in_wan else "",
    )


def _options(chosen: GridCell | None) -> list[tuple[str, str]]:
    """Return what a cell may hold: behind a colon words only, else indicators and words."""
    words = [(code, gettext(name)) for code, name in WORDS.items()]
    if chosen is not None and chosen.is_label:
        return words
    return [*((one.code, _name(one)) for one in load_indicators()), *words]


def _name(one: Indicator) -> str:
    return f"{one.number} {one.label}（{one.unit.label}）".strip()


def _told(codes: list[str]) -> dict[str, Any]:
    registry = indicators_by_code()
    names = [f"{registry[code].number} {registry[code].label}" for code in codes]
    return {"n": len(names), "names": names[:_MOST_TOLD], "more": max(0, len(names) - _MOST_TOLD)}
