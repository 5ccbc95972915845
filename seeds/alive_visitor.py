"""A visitor of the pages (访客): keeps one connection and its cookies, reads forms and follows what a page asks for."""

import http.client
import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from matcher.errors import RuleBrokenError

_WAITING = re.compile(r'hx-get="([^"]*/me/list[^"]*)"')
_LIST = 'id="own-matches"'
_TIMEOUT_S = 60

Fields = dict[str, str | list[str]]


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str

    @property
    def waits_for(self) -> str:
        """Address the page asks for its list, if it says that the list is being made."""
        found = _WAITING.search(self.text)
        return unescape(found.group(1)) if found else ""

    @property
    def shows_list(self) -> bool:
        """Whether the own list is on the page."""
        return self.status == http.client.OK and _LIST in self.text


class Visitor:
    """One browser."""

    def __init__(self, address: str) -> None:
        self._host = urlsplit(address).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=_TIMEOUT_S)
        self._cookies: dict[str, str] = {}

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def sign_in(self, login: str, password: str) -> None:
        """Sign in with name and password."""
        fields = self.form("/sign-in")
        answer = self.post("/sign-in", {**fields, "login": login, "password": password})
        if answer.status != http.client.SEE_OTHER:
            raise RuleBrokenError("alive_not_signed_in", f"登录没有成功（{answer.status}）。")

    def form(self, address: str, action: str = "") -> Fields:
        """Return the fields of the form that a page sends to its own address or another one, as they stand."""
        reader = _FormReader(action or address)
        reader.feed(self.get(address).text)
        return reader.fields

    def get(self, address: str, *, is_part: bool = False) -> Answer:
        """Ask for a page, or as its script does for a part of it."""
        return self._ask("GET", address, None, {"HX-Request": "true"} if is_part else {})

    def post(self, address: str, fields: Fields) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(fields, doseq=True), kind)

    def _ask(self, verb: str, address: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {
            **headers,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Referer": f"http://{self._host}/",
        }
        try:
            self._connection.request(verb, address, body, sent)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server closes connections that nobody used for a while.
            self._connection.close()
            self._connection.request(verb, address, body, sent)
            answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return Answer(answer.status, answer.headers.get("Location") or "", text)


class _FormReader(HTMLParser):
    """Reads the successful fields of one form as a browser does."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: Fields = {}
        self._action = action
        self._is_inside = False
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            is_post = (given.get("method") or "").lower() == "post"
            self._is_inside = is_post and (given.get("action") or self._action) == self._action
        elif self._is_inside and tag == "input":
            self._input(given)
        elif self._is_inside and tag == "select":
            self._select = given.get("name") or ""
        elif self._select and tag == "option" and "selected" in given:
            self.fields[self._select] = given.get("value") or ""
        elif self._is_inside and tag == "textarea":
            self._area = given.get("name") or ""
            self.fields[self._area] = ""

    def _input(self, given: dict[str, str | None]) -> None:
        name, kind = given.get("name"), given.get("type") or "text"
        if not name or kind in ("submit", "button", "file"):
            return
        value = given.get("value") or ""
        if kind == "checkbox":
            if "checked" in given:
                before = self.fields.setdefault(name, [])
                if isinstance(before, list):
                    before.append(value)
        elif kind != "radio" or "checked" in given:
            self.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] = f"{self.fields[self._area]}{data}".lstrip("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
