"""Passes between hosts of one house (主机凭证): a worker's to fetch a snapshot's file, the web's seal on what it sent.

Both sides hold the same key ring, so nothing new has to be kept secret: the key is made from the signing key, for
this purpose alone. A pass is for one path and a few minutes; hosts keep the same time (NTP). Whoever overhears one
can use it again within them, and content is sealed, not hidden: outside one machine room that is for TLS to do.
"""

import datetime as dt
import hashlib
import hmac

from matcher.keys import KeyRing

_SCHEME = "Yangguang-Worker"
_LIFE_SECONDS = 300
"""Either way: as far as clocks of hosts may differ, which leases do not survive anyway."""


def _mac(ring: KeyRing, *parts: str) -> str:
    key = hmac.new(ring.signing_key, b"yangguang snapshots between hosts", hashlib.sha256).digest()
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def make_pass(ring: KeyRing, path: str, now: dt.datetime) -> str:
    """Return the Authorization header that lets its bearer read one path for a few minutes."""
    at = str(int(now.timestamp()))
    return f"{_SCHEME} {at}:{_mac(ring, 'pass', path, at)}"


def check_pass(ring: KeyRing, path: str, given: str, now: dt.datetime) -> bool:
    """Say whether an Authorization header lets its bearer read a path now."""
    scheme, _, rest = given.partition(" ")
    at, _, mac = rest.partition(":")
    if scheme != _SCHEME or not (at.isascii() and at.isdigit()) or not mac.isascii():
        return False
    is_right = hmac.compare_digest(mac, _mac(ring, "pass", path, at))
    return is_right and abs(now.timestamp() - int(at)) <= _LIFE_SECONDS


def seal(ring: KeyRing, path: str, sha256: str) -> str:
    """Return the proof that the house itself says a path has this content; plain HTTP may be tampered with."""
    return _mac(ring, "seal", path, sha256)


def check_seal(ring: KeyRing, path: str, sha256: str, given: str) -> bool:
    """Say whether a seal is the house's."""
    return given.isascii() and hmac.compare_digest(given, seal(ring, path, sha256))
