"""How long a worker may be silent (租约), and when an unclaimed job is sent again, by queue and setting."""

from collections.abc import Mapping

from matcher.kinds import JobQueue
from matcher.services.job_sweep import RESEND_SECONDS
from matcher.settings import Settings
from workers.runner import LEASE_SECONDS


def leases(settings: Settings) -> Mapping[JobQueue, float]:
    """Return the leases: as set; changes are waited for, so the live queue never has more than its own."""
    wanted = float(settings.lease_seconds)
    return {
        queue: min(usual, wanted) if queue is JobQueue.LIVE else wanted
        for queue, usual in LEASE_SECONDS.items()
    }


def resend_seconds(settings: Settings) -> Mapping[JobQueue, float]:
    """Return after how long an unclaimed job is sent again: soon enough for the lease to matter."""
    return {
        queue: min(RESEND_SECONDS[queue], lease / 2) for queue, lease in leases(settings).items()
    }
