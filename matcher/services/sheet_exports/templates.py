"""Templates of the statistics sheet (上级表样): uploading, finding, opening, retiring.

A template is its union's; all below use it, so a county fills what its city sent down. The same name uploaded again
is the next edition: what was bound and still holds is taken over, and the edition before is offered no more.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.template_bindings import CellBinding, Known, check_binding
from matcher.documents.template_errors import TemplateError
from matcher.documents.template_grids import TemplateGrid, read_grid
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.models.files import StoredFile
from matcher.models.organisations import UnionClosure
from matcher.models.sheet_templates import SheetTemplate
from matcher.services import audit, files
from matcher.services.drives import related_unions
from matcher.services.files import FilePurpose
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, unique_or
from matcher.statistics.indicators import load_indicators

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 60
LONGEST_ISSUER = 120


@dataclass(frozen=True)
class TemplateInput:
    """What is uploaded; `issuer` names who sent the official form, None for one of the own making."""

    name: str
    content: bytes
    issuer: str | None = None


def upload_template(session: Session, by: Actor, given: TemplateInput) -> SheetTemplate:
    """Store a template at the actor's union, as the next edition of its name.

    Raises
    ------
    InvalidInputError
        No name, or the file is not taken; `fields` says why in words.
    """
    require(by, Permission.FILL_SHEETS)
    name, issuer = _clean(given)
    grid = grid_of_upload(given.content)
    before = _newest(session, by, name)
    stored = files.put_file(
        session,
        by,
        given.content,
        purpose=FilePurpose.SHEET_TEMPLATE,
        file_name="template.xlsx",
        media_type=XLSX,
    )
    template = SheetTemplate(
        union_id=by.union_id,
        name=name,
        edition=before.edition + 1 if before else 1,
        file_id=stored.id,
        is_official=issuer is not None,
        issuer=issuer,
        bindings=_taken_over(session, before, grid),
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    with unique_or(session, _edition_taken()):
        session.add(template)
    if before is not None and before.retired_at is None:
        before.retired_at = clock.now()
    _record(session, by, "sheet_template.uploaded", template, bound=len(template.bindings))
    session.flush()
    return template


def _clean(given: TemplateInput) -> tuple[str, str | None]:
    name, issuer = given.name.strip(), (given.issuer or "").strip() or None
    wrong = {}
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = f"请填表样名称，最多 {LONGEST_NAME} 字。"
    if issuer and len(issuer) > LONGEST_ISSUER:
        wrong["issuer"] = f"下发单位和文号最多 {LONGEST_ISSUER} 字。"
    if wrong:
        raise InvalidInputError("sheet_template_input", "表样信息还没有填好。", fields=wrong)
    return name, issuer


def grid_of_upload(content: bytes) -> TemplateGrid:
    """Return an uploaded workbook as a grid; raises InvalidInputError with the reason in words."""
    try:
        return read_grid(content)
    except TemplateError as error:
        raise InvalidInputError(
            error.code, error.message, fields={"file": error.message}
        ) from error


def _edition_taken() -> RuleBrokenError:
    return RuleBrokenError("sheet_template_twice", "有人刚上传了同名表样，请刷新后再传。")


def _newest(session: Session, by: Actor, name: str) -> SheetTemplate | None:
    return session.scalar(
        sa.select(SheetTemplate)
        .where(SheetTemplate.union_id == by.union_id, SheetTemplate.name == name)
        .order_by(SheetTemplate.edition.desc())
        .limit(1)
    )


def _taken_over(
    session: Session, before: SheetTemplate | None, grid: TemplateGrid
) -> list[dict[str, object]]:
    """Return the bindings of the edition before that hold in the new one."""
    if before is None:
        return []
    known = known_of(session, before)
    return [
        binding.to_dict()
        for binding in bindings_of(before)
        if check_binding(grid, binding, known) is None
    ]


def bindings_of(template: SheetTemplate) -> list[CellBinding]:
    """Return what is bound, in the order it was bound."""
    return [CellBinding.from_dict(one) for one in template.bindings]


def known_of(session: Session, template: SheetTemplate) -> Known:
    """Return which indicators and unions a template's bindings may name: all below its union."""
    below = sa.select(UnionClosure.descendant_id).where(
        UnionClosure.ancestor_id == template.union_id
    )
    return Known(
        codes=frozenset(one.code for one in load_indicators()),
        union_ids=frozenset(session.scalars(below.order_by(UnionClosure.descendant_id))),
    )


def list_templates(
    session: Session, by: Actor, *, with_retired: bool = False
) -> list[SheetTemplate]:
    """Return the templates the actor may fill: of the own union, those above and those below."""
    found = sa.select(SheetTemplate).where(_in_sight(by))
    if not with_retired:
        found = found.where(SheetTemplate.retired_at.is_(None))
    ordered = found.order_by(SheetTemplate.name, SheetTemplate.edition.desc(), SheetTemplate.id)
    return list(session.scalars(ordered))


def _in_sight(by: Actor) -> sa.ColumnElement[bool]:
    require(by, Permission.VIEW_FIGURES)
    scope = scope_of(by)
    unions = scope.unions() if scope.union_id is None else related_unions(scope.union_id)
    return SheetTemplate.union_id.in_(unions)


def find_template(session: Session, by: Actor, public_id: str) -> SheetTemplate:
    """Return a template the actor may fill."""
    found = sa.select(SheetTemplate).where(SheetTemplate.public_id == public_id, _in_sight(by))
    return first_or_missing(session, found, lock=False)


def may_change(session: Session, by: Actor, template: SheetTemplate) -> bool:
    """Say whether the actor may bind its cells: a template of a union above is only filled."""
    return scope_of(by).admits(session, template.union_id)


def get_own_template(
    session: Session, by: Actor, public_id: str, *, expected_version: int | None = None
) -> SheetTemplate:
    """Return a template of the actor's own part of the tree, locked for changing."""
    require(by, Permission.FILL_SHEETS)
    found = sa.select(SheetTemplate).where(
        SheetTemplate.public_id == public_id, SheetTemplate.union_id.in_(scope_of(by).unions())
    )
    template = first_or_missing(session, found, lock=True)
    expect_version(template, expected_version)
    return template


def content_of(session: Session, template: SheetTemplate) -> bytes:
    """Return the workbook as it was uploaded."""
    return files.read_content(session, session.get_one(StoredFile, template.file_id))


def set_retired(session: Session, by: Actor, public_id: str, *, is_retired: bool) -> SheetTemplate:
    """Offer a template no more, or again; twice is once."""
    template = get_own_template(session, by, public_id)
    if is_retired == (template.retired_at is not None):
        return template
    template.retired_at = clock.now() if is_retired else None
    action = "sheet_template.retired" if is_retired else "sheet_template.restored"
    _record(session, by, action, template)
    session.flush()
    return template


def download_template(session: Session, by: Actor, public_id: str) -> tuple[SheetTemplate, bytes]:
    """Return the empty form as it was uploaded."""
    template = find_template(session, by, public_id)
    return template, content_of(session, template)


def _record(
    session: Session, by: Actor, action: str, template: SheetTemplate, **details: Any
) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("sheet_template", template.id),
        edition=template.edition,
        **details,
    )
