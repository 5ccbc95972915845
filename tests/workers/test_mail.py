"""Mail by the office's server: subject and text of the template, doubles told, a refusal is tried again."""

import smtplib
from email.message import EmailMessage
from typing import Any, Self

import pytest

from matcher.kinds import MessageChannel
from matcher.services.outbox import OutgoingMessage
from workers.mail import MailAdapter
from workers.outbox import installed_adapters
from workers.undelivered import UndeliveredError

MESSAGE = OutgoingMessage(
    id=7,
    unique_key="digest:3:2026-11-20:mail",
    channel=MessageChannel.MAIL,
    account_id=3,
    address="li@example.cn",
    template="daily_digest",
    parameters={"overdue": 2, "due_today": 0},
    secret=None,
    attempt=1,
)


class _Server:
    """A mail server that keeps what it is given."""

    taken: list[EmailMessage] = []  # noqa: RUF012 - one list for the test, cleared by the fixture
    refuses = False

    def __init__(self, host: str, port: int, **_given: Any) -> None:
        self.host, self.port = host, port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def starttls(self, **_given: Any) -> None:
        pass

    def login(self, name: str, password: str) -> None:
        assert (name, password) == ("office", "p@ss")

    def send_message(self, mail: EmailMessage) -> None:
        if self.refuses:
            raise smtplib.SMTPRecipientsRefused({})
        self.taken.append(mail)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[_Server]:
    monkeypatch.setattr(smtplib, "SMTP", _Server)
    monkeypatch.setattr(_Server, "taken", [])
    monkeypatch.setattr(_Server, "refuses", False)
    return _Server


def _adapter() -> MailAdapter:
    return MailAdapter("smtp://office:p%40ss@mail.example.cn:587?from=office@example.cn")


def test_a_mail_has_the_templates_words_and_a_number_doubles_are_told_by(
    server: type[_Server],
) -> None:
    _adapter().send(MESSAGE)

    [mail] = server.taken
    assert mail["Subject"] == "今天的工作提醒"
    assert (mail["From"], mail["To"]) == ("office@example.cn", "li@example.cn")
    assert mail["Message-ID"] == "<7.3@mail.example.cn>"
    assert mail.get_content().strip() == "今天的工作有：超期 2 件。"


def test_what_the_server_refuses_is_undelivered(server: type[_Server]) -> None:
    server.refuses = True

    with pytest.raises(UndeliveredError):
        _adapter().send(MESSAGE)


def test_mail_goes_to_a_file_until_a_server_is_named(tmp_path: Any) -> None:
    without = installed_adapters(tmp_path)
    with_one = installed_adapters(tmp_path, "smtp://mail.example.cn")

    assert not isinstance(without[MessageChannel.MAIL], MailAdapter)
    assert isinstance(with_one[MessageChannel.MAIL], MailAdapter)
    assert not isinstance(with_one[MessageChannel.SMS], MailAdapter)
