"""Lists of people leave like files: approved by somebody else, marked, alarmed; they hold whom the figures count."""

import io

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.cohorts import CohortStanding
from matcher.kinds.people_rights import DataKind, DisclosureBasis, ExportKind, ExportState
from matcher.kinds.sheet_exports import NameField
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.people_rights import Disclosure, ExportedPerson, ExportRequest, StorageOnly
from matcher.policy.school_columns import load_school_columns
from matcher.services import sealing
from matcher.services.figures.counting import count_figures
from matcher.services.figures.moments import moment_of
from matcher.services.people_rights import (
    disclosures,
    export_tables,
    exports,
    people_exports,
    rights,
)
from matcher.services.people_rights.people_exports import PeopleWish
from matcher.services.people_rights.people_lists import PeopleFilter
from matcher.services.permissions import Actor
from tests.factories.accounts import make_actor
from tests.factories.people import make_id_number, make_phone
from tests.factories.people_rights import PURPOSE
from tests.factories.sheets import Tree, count_person, make_tree

FIELDS = (NameField.NAME, NameField.TIER, NameField.ID_MASKED, NameField.PHONE)


@pytest.fixture
def tree(session: Session) -> Tree:
    made = make_tree(session)
    for act in made.people:
        graduate = session.get_one(Graduate, act.graduate_id)
        sealing.seal_id_number(session, graduate, make_id_number())
        sealing.seal_phone(session, graduate, make_phone())
    return made


def _ask(session: Session, tree: Tree, **changes: object) -> ExportRequest:
    wish: dict[str, object] = {
        "kind": ExportKind.NAME_LIST,
        "people": PeopleFilter(tree.drive.id, tree.city.id),
        "purpose": PURPOSE,
        "fields": FIELDS,
    }
    return people_exports.request_people(session, tree.manager, PeopleWish(**(wish | changes)))  # type: ignore[arg-type] # typed by name


def _made(session: Session, tree: Tree, export: ExportRequest) -> list[tuple[object, ...]]:
    exports.decide_export(session, tree.approver, export.public_id, is_approved=True)
    export_tables.keep_table(session, export.id, export_tables.make_table(session, export))
    _, content = exports.download_export(session, tree.manager, export.public_id)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert exports.number_of(export) in str(sheet["A1"].value)
    assert exports.number_of(export) in sheet.oddHeader.center.text
    return list(sheet.iter_rows(min_row=3, values_only=True))


def test_a_name_list_has_as_many_rows_as_the_figure_says(session: Session, tree: Tree) -> None:
    count_person(session, tree.drive, tree.other, standing=CohortStanding.SIGNED)
    figures = count_figures(
        session, tree.manager, tree.drive.id, tree.city.id, moment_of(session, tree.drive)
    )

    head, *rows = _made(session, tree, _ask(session, tree))

    assert head == ("序号", *(field.label for field in FIELDS))
    assert len(rows) == figures.values["graduates"].value == 4
    assert [row[0] for row in rows] == [1, 2, 3, 4]


def test_numbers_are_masked_unless_the_whole_ones_were_asked_for(
    session: Session, tree: Tree
) -> None:
    _, *rows = _made(session, tree, _ask(session, tree))

    assert all("*" in str(row[3]) for row in rows)
    assert all(len(str(row[4])) == 11 and "*" not in str(row[4]) for row in rows)


def test_people_of_another_union_and_who_is_only_stored_are_not_in_it(
    session: Session, tree: Tree
) -> None:
    count_person(session, tree.drive, tree.other)
    first = tree.people[0].graduate_id
    worker = make_actor(session, Role.CASEWORKER, union=tree.county)
    asked = rights.enter_request(
        session, worker, ("graduate", first), kind="deletion", words="请删除"
    )
    session.add(
        StorageOnly(graduate_id=first, request_id=asked.id, basis="档案", blocked_at=clock.now())
    )
    county = PeopleFilter(tree.drive.id, tree.county.id)

    _, *rows = _made(session, tree, _ask(session, tree, people=county))

    assert len(rows) == 2
    left = set(session.scalars(sa.select(ExportedPerson.graduate_id)))
    assert left == {one.graduate_id for one in tree.people[1:]}


def test_a_caseworker_gets_the_own_caseload_and_a_stranger_nothing(
    session: Session, tree: Tree
) -> None:
    worker = make_actor(session, Role.CASEWORKER, union=tree.county)
    stranger = make_actor(session, Role.DRIVE_MANAGER)
    wish = PeopleWish(
        ExportKind.NAME_LIST, PeopleFilter(tree.drive.id, tree.county.id), PURPOSE, FIELDS
    )
    for act in tree.people[1:]:
        _owner_of(session, act.household_id, make_actor(session, Role.CASEWORKER))
    _owner_of(session, tree.people[0].household_id, worker)

    assert people_exports.request_people(session, worker, wish).n_records == 1
    with pytest.raises(NotFoundError):
        people_exports.request_people(session, stranger, wish)
    with pytest.raises(NotAllowedError):
        people_exports.request_people(session, tree.filler, wish)


def _owner_of(session: Session, household_id: int | None, owner: Actor) -> None:
    session.get_one(Household, household_id).owner_id = owner.account_id
    session.flush()


def test_a_schools_submission_names_the_school_and_tells_nothing_of_the_household(
    session: Session, tree: Tree
) -> None:
    with pytest.raises(InvalidInputError):
        _ask(session, tree, kind=ExportKind.SCHOOL, fields=())
    export = _ask(
        session,
        tree,
        kind=ExportKind.SCHOOL,
        fields=(),
        recipient="某大学就业处",
        recipient_contact="0951-1234567",
        basis=DisclosureBasis.CONTRACT,
    )

    head, *rows = _made(session, tree, export)

    assert head == tuple(one.heading for one in load_school_columns())
    assert len(rows) == 3
    said = " ".join(str(cell) for row in (head, *rows) for cell in row)
    assert not any(word in said for word in ("困难", "零就业", "帮扶", "低保", "深度", "相对"))
    assert {row[2] for row in rows} <= {"男", "女"}
    noted = session.scalars(sa.select(Disclosure)).one()
    assert noted.kinds == [DataKind.IDENTITY, DataKind.STUDY, DataKind.WORK]
    graduate = tree.people[0].graduate_id
    assert disclosures.of_subjects(session, [("graduate", graduate)]) == [noted]


def test_what_is_entered_after_the_asking_is_not_in_it(session: Session, tree: Tree) -> None:
    export = _ask(session, tree)
    later = count_person(session, tree.drive, tree.county, entered_at=export.requested_at)

    _, *rows = _made(session, tree, export)

    assert len(rows) == 3
    assert later.graduate_id not in set(session.scalars(sa.select(ExportedPerson.graduate_id)))


def test_a_name_list_needs_an_approval_and_nobody_to_list_is_said(
    session: Session, tree: Tree
) -> None:
    export = _ask(session, tree)

    assert export.state is ExportState.REQUESTED
    with pytest.raises(RuleBrokenError):
        exports.download_export(session, tree.manager, export.public_id)
    with pytest.raises(RuleBrokenError) as empty:
        _ask(session, tree, people=PeopleFilter(tree.drive.id, tree.offline.id))
    assert empty.value.code == "export_empty"


def test_names_that_look_like_formulas_stay_words(session: Session, tree: Tree) -> None:
    graduate = session.get_one(Graduate, tree.people[0].graduate_id)
    graduate.name = '=HYPERLINK("http://x")'
    session.flush()

    _, *rows = _made(session, tree, _ask(session, tree))

    assert '=HYPERLINK("http://x")' in {row[1] for row in rows}
