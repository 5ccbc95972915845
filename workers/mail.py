"""Sending mail by the office's own server (SMTP), if `YANGGUANG_SMTP` names one.

The subject and the text are those of `message_texts`; there is no gateway for text messages (短信) to be had without a
contract, so those stay with the file adapter.
"""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from matcher.services.message_texts import compose
from matcher.services.outbox import OutgoingMessage
from workers.undelivered import UndeliveredError

_PATIENCE_S = 20
"""Below the time after which a message whose sender hangs is tried again."""

_SECURE_PORT = 465


class MailAdapter:
    """Hands each message to a mail server; `Message-ID` names the effect, so that doubles can be told."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "localhost", parts.port or 587
        self._name = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = parse_qs(parts.query).get("from", [self._name])[0]

    def send(self, message: OutgoingMessage) -> None:
        """Send the mail; raises UndeliveredError if the server did not take it."""
        try:
            with self._connect() as server:
                if self._name:
                    server.login(self._name, self._password)
                server.send_message(self._written(message))
        except (OSError, smtplib.SMTPException) as error:
            raise UndeliveredError from error

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._port == _SECURE_PORT:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_PATIENCE_S, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=_PATIENCE_S)
        server.starttls(context=context)
        return server

    def _written(self, message: OutgoingMessage) -> EmailMessage:
        words = compose(message.template, message.parameters, secret=message.secret)
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, message.address or ""
        mail["Subject"] = words.subject
        mail["Message-ID"] = f"<{message.id}.{message.account_id or 0}@{self._host}>"
        mail.set_content(words.text)
        return mail
