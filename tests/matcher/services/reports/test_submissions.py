"""What the change since the last submission is taken from: the sheet sent in last, whichever draft was opened first."""

import pytest
from sqlalchemy.orm import Session

from matcher.kinds.sheets import SheetState
from matcher.models.sheets import Sheet
from matcher.services.reports import deciding, filling
from matcher.services.reports.deciding import Remark
from matcher.services.reports.locking import lock_period
from matcher.services.reports.sheet_lines import view_sheet
from matcher.services.reports.submissions import last_sent
from matcher.services.sheet_exports.forms import filled_form
from tests.factories.sheets import Tree, count_person, make_period, make_tree, sheet_of


@pytest.fixture
def tree(session: Session) -> Tree:
    """Give a city with counties and a drive."""
    return make_tree(session)


def _send(session: Session, tree: Tree, sheet: Sheet) -> Sheet:
    filling.fill_sheet(session, tree.filler, sheet.id)
    return filling.submit_sheet(session, tree.reviewer, sheet.id, led_by="王主席")


def test_the_last_submission_is_the_one_sent_last_not_the_draft_opened_last(
    session: Session, tree: Tree
) -> None:
    first, second = (make_period(session, tree, name=name) for name in ("阶段报表", "总结报表"))
    late = sheet_of(session, second, tree.county)
    sent = _send(session, tree, sheet_of(session, first, tree.county))
    again = deciding.return_sheet(session, tree.approver, sent.id, [Remark(None, "请核对")])
    count_person(session, tree.drive, tree.county)
    _send(session, tree, again)
    assert again.id > late.id

    filling.fill_sheet(session, tree.filler, late.id)

    view = view_sheet(session, tree.filler, late)
    assert view.before is again
    graduates = next(one for one in view.lines if one.indicator.code == "graduates")
    assert graduates.change == 0
    form = filled_form(session, tree.filler, late)
    assert next(one for one in form.lines if one.code == "graduates").before == 4
    before = view_sheet(session, tree.filler, again).before
    assert before is sent


def test_a_sheet_that_was_only_sealed_is_no_submission(session: Session, tree: Tree) -> None:
    first, second = (make_period(session, tree, name=name) for name in ("阶段报表", "总结报表"))
    sent = _send(session, tree, sheet_of(session, second, tree.county))
    lock_period(session, tree.manager, first.id)

    assert sheet_of(session, first, tree.county).state is SheetState.SEALED
    assert last_sent(session, tree.drive.id, tree.county.id) is sent
