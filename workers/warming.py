"""What a worker does before its first job (预热): the compiled kernels of ranking and of plans are at hand.

Done in the parent, before the fork: the children have them at once, and the few seconds in which a child must
report itself are not spent on compiling. Workers of one host that start together compile once: the first holds a
lock, the others read what it left.
"""

import fcntl

from matcher.allocation.warm import warm_plans
from matcher.ranking.warm import warm
from matcher.settings import Settings

_LOCK = "kernels.lock"


def warm_up(settings: Settings) -> None:
    """Compile all kernels, or read them; half a minute the first time, then a second or two."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.data / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        warm()
        warm_plans()
