"""Codes of printed lines (纸质行编号): `Q7K-S1-0042-H`, short enough to be copied by hand, wrong if one letter is.

Three letters name the fair, then the sheet (S sign-in of a session, B contacts of a booth, W questionnaires) with its
number, the line, and a check letter over all of it (Luhn modulo 32 finds every single wrong sign and nearly every pair
of neighbours exchanged). Nothing in a code is about a person, and none has to be kept: any number of sheets can be
printed at any time, each line always with the same code.
"""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, so that nobody reads one sign for another."""

MOST_LINES = 9999
_FAIR_SIGNS = 3
_READ_AS = str.maketrans("ILO", "110")
_FORM = re.compile(r"^([0-9A-Z]{3})([SBVE])([0-9]{1,3})([0-9]{4})([0-9A-Z])$")


class LineSheet(StrEnum):
    """Which kind of sheet a line stands on."""

    SIGN_IN = "S"
    """Sign-in sheet of a session; the number is the session's, in order of time."""
    BOOTH = "B"
    """Contacts of a booth; the number is the employer's at this fair."""
    VISITORS = "V"
    """Questionnaires for visitors."""
    EMPLOYERS = "E"
    """Questionnaires for employers."""


class LineCodeError(ValueError):
    """No code of a printed line: a sign is wrong or missing."""


@dataclass(frozen=True, slots=True)
class LineCode:
    """A line of a printed sheet."""

    fair: str
    """As `fair_mark` gives it."""
    sheet: LineSheet
    number: int
    """Of the sheet: session or employer; 1 for questionnaires."""
    line: int

    def text(self) -> str:
        """Return the code as it is printed."""
        body = f"{self.fair}{self.sheet}{self.number}{self.line:04d}"
        return f"{self.fair}-{self.sheet}{self.number}-{self.line:04d}-{_check_sign(body)}"


def fair_mark(public_id: str) -> str:
    """Return the three signs that name a fair on paper, made of its public number."""
    number = int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:4])
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(_FAIR_SIGNS))


def read_line_code(text: str) -> LineCode:
    """Read a code as it was typed: any case, with or without dashes and blanks, O for 0 and I for 1.

    Raises
    ------
    LineCodeError
        It is none, or its check letter does not fit.
    """
    plain = re.sub(r"[\s\-—–_·.]", "", text).upper().translate(_READ_AS)
    found = _FORM.match(plain)
    if found is None:
        raise LineCodeError(text)
    fair, sheet, number, line, sign = found.groups()
    if int(line) == 0 or int(number) == 0 or _check_sign(plain[:-1]) != sign:
        raise LineCodeError(text)
    return LineCode(fair, LineSheet(sheet), int(number), int(line))


def _check_sign(body: str) -> str:
    """Return Luhn's check sign modulo 32: every second sign from the right is doubled."""
    total = 0
    for place, sign in enumerate(reversed(body)):
        value = ALPHABET.index(sign) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
