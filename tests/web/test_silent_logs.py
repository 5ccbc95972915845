"""Logs carry ids: nothing a person typed stands in them, whatever goes wrong."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

import web.logs
import workers.logs
from matcher import clock
from matcher.db.engine import SessionFactory, transaction
from matcher.kinds import Role
from matcher.models.accounts import Account
from tests.factories.accounts import make_account
from tests.factories.people import make_id_number, make_phone
from tests.web.house import House, open_house
from tests.web.test_matrix import _address, _allowed, _is_program, _rules

NAME = "欧阳若兰"


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(sqlite_template, tmp_path_factory.mktemp("logs")) as opened:
        yield opened


def _personal() -> dict[str, str]:
    return {"number": make_id_number(), "phone": make_phone()}


_FIELDS = (
    "name", "display_name", "login", "reason", "phone", "id_number", "contact_name", "contact_phone",
    "title", "duties", "about", "code", "password", "new_password", "old_password", "legal_person",
    "student_number", "school", "employer_name", "words", "text", "address", "major_1", "origin",
)  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_no_log_line_of_a_request_holds_what_a_person_typed(
    house: House, role: Role, caplog: pytest.LogCaptureFixture
) -> None:
    """Every form of every role is sent full of personal data; the lines are those the server writes."""
    caplog.set_level(logging.DEBUG)
    typed = _personal()
    words = f"{NAME} {typed['number']} {typed['phone']}"
    client = house.client(house.other.actors[role])  # others' rows: nothing is changed
    token = client.token()
    for method, rule in _rules(house):
        if _is_program(house, rule) or rule.endpoint in _LEAVING:
            continue
        address = _address(house, rule, house.own)
        if method == "GET":
            client.get(address, query_string={"words": words, "name": words, "q": words})
        elif rule.arguments or not _allowed(house, rule, role):
            client.post(address, data={"csrf_token": token, **dict.fromkeys(_FIELDS, words)})

    assert caplog.records
    _assert_silent(caplog, NAME, *typed.values())


_LEAVING = {"sign_in.leave", "account.switch"}


def _assert_silent(caplog: pytest.LogCaptureFixture, *secrets: str) -> None:
    """Fail if a line of either process, as it is written, holds one of the texts."""
    for record in caplog.records:
        for lines in (web.logs.JsonLines(), workers.logs.JsonLines()):
            line = lines.format(record)
            assert not [secret for secret in secrets if secret in line], line


def test_a_constraint_the_database_quotes_values_of_leaves_them_out_of_the_logs(
    session_factory: SessionFactory, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL puts the row into the DETAIL of its message, whatever the driver hides."""
    caplog.set_level(logging.DEBUG)
    with transaction(session_factory) as session:
        make_account(session, login=NAME)
    try:
        with transaction(session_factory) as session:
            session.add(Account(login=NAME, display_name=NAME, created_at=clock.now()))
    except IntegrityError as error:
        logging.getLogger("web.errors").warning("constraint refused a write", exc_info=error)
        logging.getLogger("workers.runner").error("job raised", exc_info=error)

    assert len([record for record in caplog.records if record.exc_info]) == 2
    _assert_silent(caplog, NAME)


def test_the_parameters_of_a_statement_stand_in_no_error(session_factory: SessionFactory) -> None:
    """A message that is shown or stored somewhere must not bring the row along; DETAIL aside."""
    statement = sa.insert(Account).values(login=NAME, display_name=None, created_at=clock.now())

    with transaction(session_factory) as session, pytest.raises(IntegrityError) as refused:
        session.execute(statement)

    assert "parameters hidden" in str(refused.value)
