"""Passwords (密码): the argon2id hash, and what a new password must be.

Hashing costs tens of milliseconds on purpose, so callers do it before a write transaction begins,
never inside one.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP Password Storage Cheat Sheet (2025), argon2id: 19 MiB, two passes, one lane."""

_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$1+B7CgxsZmAuKDIM9eXlYA"
    "$M56pikH5BEhdcHcnxjrK8ivupPQ7pg4CNHcORJ+jKCo"
)
"""Matches no password; an unknown name costs the same time as a known one."""

SHORTEST = 10
"""Length does more than signs (NIST SP 800-63B-4 asks at least 8 with a second factor, 15 without)."""

LONGEST = 200
"""Hashing time does not grow with it, the form's size does."""

_TOO_COMMON = ("password", "12345678", "qwertyui", "11111111", "88888888", "yangguang", "abc12345")
"""Beginnings that guessing lists try first."""


def hash_password(password: str) -> str:
    """Return the argon2id hash to keep."""
    return _HASHER.hash(password)


def password_matches(kept_hash: str | None, password: str) -> bool:
    """Say whether a password belongs to a kept hash; takes the same time if there is none."""
    try:
        _HASHER.verify(kept_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None


def is_outdated(kept_hash: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(kept_hash)


def password_problem(password: str, login: str) -> str | None:
    """Say in Chinese what is wrong with a new password, or None."""
    if len(password) < SHORTEST:
        return "密码至少 10 个字符，可以用几个词连起来。"
    if len(password) > LONGEST:
        return "密码最多 200 个字符。"
    lowered = password.lower()
    if login and login.lower() in lowered:
        return "密码里不能有登录名，换一个别人猜不到的。"
    if len(set(password)) < 5 or lowered.startswith(_TOO_COMMON):
        return "这个密码太常见，换一个别人猜不到的。"
    return None
