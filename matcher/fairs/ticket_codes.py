"""The code of a ticket (入场码): a random serial and a signature over it, and nothing about anybody.

`F` and 26 characters of Crockford's base 32: 8 bytes that name the ticket, 8 bytes of HMAC-SHA256. Capital letters and
digits alone, so that a QR code holds them in its dense alphanumeric mode and a hand scanner types them on any
keyboard. Who types them by hand may leave out the dashes, write small, and take I or L for 1 and O for 0.
Without the key nobody makes a code the door takes; a code tells neither who nor which session, and no order.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

SERIAL_BYTES = 8
"""64 random bits: of a million tickets no two are alike, and nobody guesses one."""

SHORT_LENGTH = 9
"""`F` and 8 characters (40 bits of the serial): what a person types at the door when the picture cannot be read."""

_MAC_BYTES = 8
_PREFIX = "F"
_GROUP = 4
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_BITS = 5
_LETTERS = -(-8 * (SERIAL_BYTES + _MAC_BYTES) // _BITS)
_SPARE_BITS = _LETTERS * _BITS - 8 * (SERIAL_BYTES + _MAC_BYTES)
_LONGEST = 80
"""More is no code with whatever dashes and spaces; it is not looked at."""


@dataclass(frozen=True, slots=True)
class CodeRead:
    """What a code says before anybody knows whether it is ours.

    Attributes
    ----------
    first, last : the serial, twice; of a short code the first and the last one it may stand for
    is_signed : the signature is this house's; never so of a short code, which has none
    is_short : only the beginning of the code was typed
    """

    first: bytes
    last: bytes
    is_signed: bool
    is_short: bool = False


def ticket_key(signing_key: bytes) -> bytes:
    """Return the key that signs tickets, made from the ring's signing key so that it serves nothing else."""
    return hmac.new(signing_key, b"yangguang fair ticket", hashlib.sha256).digest()


def code_of(serial: bytes, key: bytes) -> str:
    """Return the code of a ticket's serial."""
    if len(serial) != SERIAL_BYTES:
        raise ValueError("a serial has 8 bytes")
    number = int.from_bytes(serial + _mac(serial, key), "big") << _SPARE_BITS
    places = range(_BITS * (_LETTERS - 1), -1, -_BITS)
    return _PREFIX + "".join(_ALPHABET[number >> place & 31] for place in places)


def spaced(code: str) -> str:
    """Return a code as people read it: dashes after every four characters, counted without the F."""
    body = code[1:]
    groups = [body[at : at + _GROUP] for at in range(0, len(body), _GROUP)]
    return code[:1] + "-".join(groups)


def short_of(code: str) -> str:
    """Return the beginning of a code that a person types: F1234-5678."""
    return spaced(code[:SHORT_LENGTH])


def read_code(text: str, key: bytes) -> CodeRead | None:
    """Read a scanned or typed code; None if it is no ticket code at all.

    A code with a wrong signature is read, with `is_signed` false: somebody made it up, or another house did.
    """
    body = _body(text)
    if body is None:
        return None
    number = _number(body)
    if len(body) == SHORT_LENGTH - 1:
        return _short(number)
    if len(body) != _LETTERS or number & ((1 << _SPARE_BITS) - 1):
        return None
    content = (number >> _SPARE_BITS).to_bytes(SERIAL_BYTES + _MAC_BYTES, "big")
    serial, mac = content[:SERIAL_BYTES], content[SERIAL_BYTES:]
    return CodeRead(serial, serial, hmac.compare_digest(mac, _mac(serial, key)))


def _short(number: int) -> CodeRead:
    """Return the serials that begin with the bits of a short code."""
    spare = 8 * SERIAL_BYTES - _BITS * (SHORT_LENGTH - 1)
    first = number << spare
    last = first | (1 << spare) - 1
    return CodeRead(
        first.to_bytes(SERIAL_BYTES, "big"),
        last.to_bytes(SERIAL_BYTES, "big"),
        is_signed=False,
        is_short=True,
    )


def canonical(text: str) -> str | None:
    """Return a scanned or typed code as this house writes it; None if it is none. Says nothing of the signature."""
    body = _body(text)
    if body is None or len(body) not in (_LETTERS, SHORT_LENGTH - 1):
        return None
    return _PREFIX + "".join(_ALPHABET[_VALUES[letter]] for letter in body)


def _mac(serial: bytes, key: bytes) -> bytes:
    return hmac.new(key, serial, hashlib.sha256).digest()[:_MAC_BYTES]


def _number(body: str) -> int:
    number = 0
    for letter in body:
        number = number << _BITS | _VALUES[letter]
    return number


def _body(text: str) -> str | None:
    """Return the characters after the F as they are typed at best; None if some are of no code."""
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(plain.split()).replace("-", "").replace("—", "").replace("–", "")
    if not plain.startswith(_PREFIX):
        return None
    body = plain[len(_PREFIX) :]
    return body if all(letter in _VALUES for letter in body) else None
