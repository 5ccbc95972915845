"""`yangguang account` as a person or a program calls it."""

import json

import pytest
from click.testing import CliRunner

from matcher.cli.account import account
from matcher.db.engine import transaction
from matcher.services import sign_in
from matcher.services.installation import prepare_installation
from matcher.settings import Settings
from tests.factories.accounts import make_union


@pytest.fixture
def installed(settings: Settings) -> Settings:
    """Give an installation with one union."""
    factory = prepare_installation(settings)
    with transaction(factory) as session:
        make_union(session, code="3716", name="滨州市总工会")
    factory.kw["bind"].dispose()
    return settings


def test_an_account_is_made_listed_and_its_password_reset(installed: Settings) -> None:
    runner = CliRunner()
    create = [
        "create",
        "Li.Ming",
        "--name",
        "李明",
        "--role",
        "drive_manager",
        "--role",
        "reviewer",
    ]

    made = runner.invoke(account, [*create, "--union", "3716", "--json"], standalone_mode=False)
    listed = runner.invoke(account, ["list", "--json"], standalone_mode=False)
    reset = runner.invoke(account, ["reset-password", "li.ming", "--json"], standalone_mode=False)
    cleared = runner.invoke(account, ["totp", "li.ming", "--json"], standalone_mode=False)

    assert made.return_value == listed.return_value == reset.return_value == 0
    assert json.loads(made.stdout)["login"] == "li.ming"
    assert json.loads(listed.stdout)[0]["roles"] == ["drive_manager", "reviewer"]
    assert json.loads(cleared.stdout) == {"login": "li.ming", "totp": False}
    with transaction(prepare_installation(installed)) as session:
        old, new = (json.loads(r.stdout)["password"] for r in (made, reset))
        assert not sign_in.check_password(session, "li.ming", old).matches
        assert sign_in.check_password(session, "li.ming", new).matches


def test_a_password_from_standard_input_is_not_shown(installed: Settings) -> None:
    runner = CliRunner()
    create = ["create", "li.ming", "--name", "李明", "--role", "caseworker", "--union", "3716"]

    made = runner.invoke(
        account,
        [*create, "--password-stdin", "--json"],
        input="orange bicycle 47\n",
        standalone_mode=False,
    )

    assert json.loads(made.stdout)["password"] is None
    assert "orange" not in made.output
