"""Who is told first (邀请先后): everybody for whom it matters most, hidden among others drawn by lot.

The first wave is a fixed share of all, whoever is in it, and those it is for are never more than half of it: that
somebody heard early tells nothing that a toss of a coin would not. If they are too many for that, the share goes up in
fixed steps, up to all at once. The draw is keyed, so that who knows the people and the times cannot repeat it.
"""

import hashlib
import hmac
from collections.abc import Collection, Sequence

_STEPS = (75, 100)
"""Per cent of all in the first wave, where the usual share is too small to hide anybody."""


def first_wave(
    keys: Sequence[str], ahead: Collection[str], *, percent: int, secret: bytes
) -> frozenset[str]:
    """Return who is told first.

    Parameters
    ----------
    keys : everybody, in any order
    ahead : those who must be among the first
    percent : usual share of the first wave
    secret : key of the draw
    """
    wanted = frozenset(ahead) & frozenset(keys)
    size = _size(len(keys), len(wanted), percent)
    others = sorted(set(keys) - wanted, key=lambda one: _lot(secret, one))
    return wanted | frozenset(others[: size - len(wanted)])


def _size(n_all: int, n_ahead: int, percent: int) -> int:
    for share in (percent, *_STEPS):
        size = -(-n_all * share // 100)
        if 2 * n_ahead <= size:
            return size
    return n_all


def _lot(secret: bytes, key: str) -> bytes:
    return hmac.new(secret, key.encode(), hashlib.sha256).digest()
