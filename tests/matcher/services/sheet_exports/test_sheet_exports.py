"""Templates and files of the sheet: editions take bindings over, frozen figures stay, an ended role makes nothing."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.template_bindings import CellBinding
from matcher.errors import ConflictError, InvalidInputError, NotAllowedError, RuleBrokenError
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState
from matcher.models.accounts import Membership
from matcher.services.figures.moments import moment_of
from matcher.services.reports import filling
from matcher.services.sheet_exports import bindings, making, sheet_files, templates
from matcher.services.sheet_exports.forms import filled_form, live_form
from matcher.services.sheet_exports.sheet_files import FileWish
from matcher.services.sheet_exports.templates import TemplateInput
from tests.factories.sheet_templates import make_list_template, make_template, make_wide_template
from tests.factories.sheets import Tree, count_person, make_period, make_tree, sheet_of


@pytest.fixture
def tree(session: Session) -> Tree:
    return make_tree(session)


def test_the_next_edition_takes_over_what_still_holds(session: Session, tree: Tree) -> None:
    first = make_template(session, tree.manager)
    book = openpyxl.load_workbook(io.BytesIO(make_list_template()))
    book["附件2"]["D8"] = "见附页"
    target = io.BytesIO()
    book.save(target)

    second = templates.upload_template(
        session, tree.manager, TemplateInput("附件2", target.getvalue())
    )

    before, after = ({one["ref"] for one in made.bindings} for made in (first, second))
    assert (second.edition, before - after) == (2, {"D8"})
    assert first.retired_at is not None
    assert [one.id for one in templates.list_templates(session, tree.manager)] == [second.id]


def test_two_who_bind_at_once_do_not_overwrite_one_another(session: Session, tree: Tree) -> None:
    template = make_template(session, tree.manager, make_wide_template(), name="汇总")
    seen = template.version_id
    binding = CellBinding("汇总", "B4", "served")
    bindings.bind_cells(session, tree.manager, template.public_id, [binding], expected_version=seen)

    with pytest.raises(ConflictError):
        bindings.bind_cells(
            session, tree.manager, template.public_id, [binding], expected_version=seen
        )


def test_a_union_of_another_tree_cannot_be_bound(session: Session, tree: Tree) -> None:
    template = make_template(session, tree.manager)
    stranger = make_tree(session).county

    with pytest.raises(InvalidInputError) as refused:
        bindings.bind_cells(
            session,
            tree.manager,
            template.public_id,
            [CellBinding("附件2", "D13", "served", union_id=stranger.id)],
        )
    assert refused.value.code == "binding_union_unknown"


def test_a_filled_sheet_is_printed_as_it_was_frozen(session: Session, tree: Tree) -> None:
    period = make_period(session, tree)
    sheet = sheet_of(session, period, tree.county)
    with pytest.raises(RuleBrokenError):
        _ask(session, tree, sheet=sheet.public_id)
    filling.fill_sheet(session, tree.filler, sheet.id)
    count_person(session, tree.drive, tree.county, entered_at=clock.now())

    form = filled_form(session, tree.manager, sheet)
    live = live_form(
        session, tree.manager, tree.drive.id, tree.county.id, moment_of(session, tree.drive)
    )

    told = {line.code: line.value for line in form.lines}
    assert told["graduates"] == 3
    assert {line.code: line.value for line in live.lines}["graduates"] == 4
    assert form.digest == sheet.digest
    assert form.filled_by == sheet.filled_by_name


def _ask(session: Session, tree: Tree, **changes: object) -> str:
    wish: dict[str, object] = {
        "kind": SheetFileKind.WORKBOOK,
        "drive_id": tree.drive.id,
        "union_id": tree.county.id,
    }
    made = sheet_files.ask_file(session, tree.manager, FileWish(**(wish | changes)))  # type: ignore[arg-type] # typed by name
    return made.public_id


def test_a_file_is_of_the_moment_it_was_asked_for_and_made_once(
    session: Session, tree: Tree
) -> None:
    file = sheet_files.find_file(session, tree.manager, _ask(session, tree))
    count_person(session, tree.drive, tree.county, entered_at=clock.now())

    made = making.make_file(session, file)
    kept = making.keep_file(session, file.id, made)
    stored = kept.file_id
    again = making.keep_file(session, file.id, making.make_file(session, file))

    rows = openpyxl.load_workbook(io.BytesIO(made.content))["统计表"].iter_rows(values_only=True)
    assert next(row[3] for row in rows if row[1] == "毕业生总数") == 3
    assert (again.file_id, again.state) == (stored, SheetFileState.READY)


def test_who_lost_the_role_gets_no_file_and_an_old_one_expires(
    session: Session, tree: Tree
) -> None:
    file = sheet_files.find_file(session, tree.manager, _ask(session, tree))
    making.keep_file(session, file.id, making.make_file(session, file))
    file.expires_at = clock.now()
    session.flush()
    with pytest.raises(RuleBrokenError):
        sheet_files.download_file(session, tree.manager, file.public_id)
    assert sheet_files.expire_files(session) == 1

    held = sa.select(Membership).where(Membership.account_id == tree.manager.account_id)
    other = sheet_files.find_file(session, tree.manager, _ask(session, tree))
    session.scalars(held).one().ended_on = clock.today()
    session.flush()
    with pytest.raises(NotAllowedError):
        making.make_file(session, other)
    making.fail_file(session, other.id, "asker_gone")
    session.refresh(other)
    assert (other.state, other.problem) == (SheetFileState.FAILED, "asker_gone")
