"""Graduates are entered on behalf or by themselves; a phone is not an identity."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import errors
from matcher.errors import InvalidInputError, NotAllowedError, NotFoundError, RuleBrokenError
from matcher.kinds import Channel, EducationLevel, MajorLevel, Mobility, Role, TaskState
from matcher.models.accounts import Membership
from matcher.models.graduates import Graduate
from matcher.models.ranking_runs import RankingChange
from matcher.models.tasks import Task
from matcher.services import graduate_links, graduate_lists, graduates, intents, sealing
from matcher.services.graduates import GraduateInput, MajorInput
from matcher.services.intents import IntentInput
from matcher.services.permissions import Actor
from tests.factories.accounts import make_account, make_actor, make_union
from tests.factories.drives import make_drive, make_entry
from tests.factories.people import make_graduate, make_household, make_id_number

ACCOUNTING = MajorInput(name="会计学")


@pytest.fixture
def worker(session: Session) -> Actor:
    return make_actor(session, Role.CASEWORKER)


def _facts(**changes: object) -> GraduateInput:
    fields: dict[str, object] = {"name": "李同学", "education": EducationLevel.BACHELOR}
    return GraduateInput(**(fields | changes))  # type: ignore[arg-type]  # a factory


def _own(session: Session, worker: Actor, **changes: object) -> Graduate:
    return make_graduate(session, None, **({"union_id": worker.union_id} | changes))  # type: ignore[arg-type]


def test_a_caseworker_enters_on_behalf_and_the_major_gets_its_code(
    session: Session, worker: Actor
) -> None:
    assert worker.union_id is not None
    graduate = graduates.register_graduate(
        session, worker, _facts(phone="13812345678"), [ACCOUNTING], union_id=worker.union_id
    )

    (major,) = graduate.majors
    assert (major.level, major.code) == (MajorLevel.BACHELOR, "120203")
    assert major.edition
    assert graduate.entered_through is Channel.ON_BEHALF
    assert graduate.entered_by_id == worker.account_id
    assert graduate.is_confirmed


def test_a_major_no_catalogue_knows_keeps_its_name_and_has_no_edition(
    session: Session, worker: Actor
) -> None:
    assert worker.union_id is not None
    graduate = graduates.register_graduate(
        session, worker, _facts(), [MajorInput(name="星际农学")], union_id=worker.union_id
    )

    assert [(m.name, m.code, m.edition) for m in graduate.majors] == [("星际农学", "", "")]


@pytest.mark.parametrize(
    ("facts", "majors", "field"),
    [
        (_facts(name=" "), [ACCOUNTING], "name"),
        (_facts(id_number="640104200306150018"), [ACCOUNTING], "id_number"),
        (_facts(phone="12345"), [ACCOUNTING], "phone"),
        (_facts(), [], "majors"),
        (_facts(), [ACCOUNTING] * 3, "majors"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    session: Session, worker: Actor, facts: GraduateInput, majors: list[MajorInput], field: str
) -> None:
    assert worker.union_id is not None
    with pytest.raises(InvalidInputError) as refused:
        graduates.register_graduate(session, worker, facts, majors, union_id=worker.union_id)

    assert list(refused.value.details["fields"]) == [field]  # type: ignore[call-overload]  # a dict


def test_an_identity_number_is_on_file_once_and_where_is_not_told(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    make_graduate(session, make_union(session), id_number=number)
    assert worker.union_id is not None

    with pytest.raises(RuleBrokenError) as refused:
        graduates.register_graduate(
            session, worker, _facts(id_number=number), [ACCOUNTING], union_id=worker.union_id
        )

    assert (refused.value.code, refused.value.details) == ("graduate_known", {})


def test_a_self_registration_tells_nobody_that_somebody_is_on_file(
    session: Session, worker: Actor
) -> None:
    number, phone = make_id_number(), "13911112222"
    household = make_household(session, None, union_id=worker.union_id)
    known = _own(session, worker, id_number=number, phone=phone, household=household)
    assert worker.union_id is not None

    made = graduates.register_self(
        session, _facts(id_number=number, phone=phone), [ACCOUNTING], union_id=worker.union_id
    )
    fresh = graduates.register_self(
        session,
        _facts(id_number=make_id_number(), phone="13911113333"),
        [ACCOUNTING],
        union_id=worker.union_id,
    )

    assert made.id != known.id
    assert made.household_id is None
    assert (made.is_confirmed, fresh.is_confirmed) == (False, False)
    assert made.entered_through is Channel.SELF
    assert (made.id_number_index, fresh.id_number_index is None) == (None, False)
    facts = session.execute(sa.select(Task.subject_id, Task.facts).order_by(Task.id)).all()
    assert [tuple(row) for row in facts] == [
        (made.id, {"number_on_file": True}),
        (fresh.id, {"number_on_file": False}),
    ]


def test_a_self_registration_needs_a_phone(session: Session, worker: Actor) -> None:
    assert worker.union_id is not None
    with pytest.raises(InvalidInputError):
        graduates.register_self(session, _facts(), [ACCOUNTING], union_id=worker.union_id)


def test_a_registration_of_somebody_on_file_is_attached_not_confirmed(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    known = _own(session, worker, id_number=number)
    assert worker.union_id is not None
    made = graduates.register_self(
        session, _facts(id_number=number, phone="13911112222"), [ACCOUNTING],
        union_id=worker.union_id,
    )  # fmt: skip
    made_id = made.id
    account = make_account(session)
    session.add(Membership(account_id=account.id, role=Role.GRADUATE, graduate_id=made_id))
    session.flush()

    with pytest.raises(RuleBrokenError) as refused:
        graduate_links.confirm_registration(session, worker, made_id)
    graduate_links.attach_registration(session, worker, made_id, known.id)

    assert refused.value.code == "graduate_known"
    moved = session.scalars(
        sa.select(Membership.graduate_id).where(Membership.account_id == account.id)
    )
    assert moved.all() == [known.id]
    assert session.scalar(sa.select(Graduate.id).where(Graduate.id == made_id)) is None
    assert session.scalars(sa.select(Task.state)).all() == [TaskState.DROPPED]


def test_a_new_person_is_confirmed_and_their_number_becomes_searchable(
    session: Session, worker: Actor
) -> None:
    number = make_id_number()
    assert worker.union_id is not None
    made = graduates.register_self(
        session, _facts(id_number=number, phone="13911112222"), [ACCOUNTING],
        union_id=worker.union_id,
    )  # fmt: skip

    graduate_links.confirm_registration(session, worker, made.id)

    assert made.is_confirmed
    assert sealing.find_graduate_by_id_number(session, number) is made


def test_an_unconfirmed_person_gets_no_household(session: Session, worker: Actor) -> None:
    household = make_household(session, None, union_id=worker.union_id)
    made = _own(session, worker, is_confirmed=False)

    with pytest.raises(RuleBrokenError) as refused:
        graduate_links.link_household(session, worker, made.id, household.id)
    graduate_links.confirm_registration(session, worker, made.id)
    graduate_links.link_household(session, worker, made.id, household.id)

    assert refused.value.code == "graduate_unconfirmed"
    assert made.household_id == household.id


def test_a_household_of_another_union_cannot_be_linked(session: Session, worker: Actor) -> None:
    graduate = _own(session, worker)

    with pytest.raises(NotFoundError):
        graduate_links.link_household(session, worker, graduate.id, make_household(session).id)


def test_graduates_change_their_own_profile_but_not_who_they_are(
    session: Session, worker: Actor
) -> None:
    graduate = _own(session, worker, name="李同学")
    own = make_actor(session, Role.GRADUATE, graduate=graduate)

    graduates.update_profile(session, own, graduate.id, _facts(about="会用 Python"))
    for facts in (_facts(name="王同学"), _facts(phone="13911112222")):
        with pytest.raises(RuleBrokenError) as refused:
            graduates.update_profile(session, own, graduate.id, facts)
        assert refused.value.code == "person_verified_by_union"

    assert graduate.about == "会用 Python"
    assert graduate.phone_cipher is not None


def test_a_change_of_majors_counts_as_a_change_of_the_person_and_reaches_ranking(
    session: Session, worker: Actor
) -> None:
    graduate = _own(session, worker)
    make_entry(session, make_drive(session), graduate)
    seen = graduate.version_id

    graduates.set_majors(
        session, worker, graduate.id, [MajorInput(name="法学"), ACCOUNTING], expected_version=seen
    )

    assert [major.name for major in graduate.majors] == ["法学", "会计学"]
    assert graduate.version_id > seen
    assert session.scalars(sa.select(RankingChange.subject_id)).all() == [graduate.id]
    with pytest.raises(errors.ConflictError):
        graduates.set_majors(session, worker, graduate.id, [ACCOUNTING], expected_version=seen)


def test_wishes_are_at_most_three_of_a_kind_and_reach_ranking(
    session: Session, worker: Actor
) -> None:
    graduate = _own(session, worker)
    make_entry(session, make_drive(session), graduate)
    own = make_actor(session, Role.GRADUATE, graduate=graduate)
    wishes = IntentInput(places=("640100", "610100"), mobility=Mobility.PROVINCE)

    intent = intents.set_intent(session, own, graduate.id, wishes)
    for wrong in (
        IntentInput(places=("640100", "640200", "640300", "640400")),
        IntentInput(places=("640100", "640100")),
        IntentInput(places=("999999",)),
        IntentInput(wanted_pay_yuan=-5),
    ):
        with pytest.raises(InvalidInputError):
            intents.set_intent(session, own, graduate.id, wrong)

    assert intent.places == ["640100", "610100"]
    assert session.scalars(sa.select(RankingChange.subject_id)).all() == [graduate.id]


def test_nobody_reads_or_changes_a_graduate_outside_their_part(
    session: Session, worker: Actor
) -> None:
    other = make_graduate(session)
    stranger = make_actor(session, Role.GRADUATE, graduate=make_graduate(session))
    organiser = make_actor(session, Role.FAIR_ORGANISER, union=make_union(session))

    with pytest.raises(NotFoundError):
        graduate_lists.get_graduate(session, worker, other.id)
    with pytest.raises(NotFoundError):
        graduates.update_profile(session, stranger, other.id, _facts())
    with pytest.raises(NotAllowedError):
        graduate_lists.list_graduates(session, organiser)


def test_a_list_is_masked_filtered_and_of_constant_cost(session: Session, worker: Actor) -> None:
    household = make_household(session, None, union_id=worker.union_id)
    _own(session, worker, name="欧阳修远", household=household)
    for _ in range(5):
        _own(session, worker, origin_region="110101", education=EducationLevel.COLLEGE)
    make_graduate(session, name="外区人")
    session.expire_all()
    statements: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *a: statements.append(a[2]))

    everybody = graduate_lists.list_graduates(session, worker)
    cost = len(statements)
    one = graduate_lists.list_graduates(session, worker, name="阳修", region="64")

    assert everybody.total == 6
    assert cost == len(statements) - cost == 3
    assert [row.name_masked for row in one.rows] == ["欧**远"]
    assert one.rows[0].tier is household.tier


def test_a_person_sees_their_own_record(session: Session, worker: Actor) -> None:
    graduate = _own(session, worker)
    own = make_actor(session, Role.GRADUATE, graduate=graduate)

    assert graduate_lists.get_own(session, own) is graduate
    with pytest.raises(NotAllowedError):
        graduate_lists.get_own(session, worker)
