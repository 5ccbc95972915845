"""What an adapter of the outbox raises when the outside does not take a message."""


class UndeliveredError(Exception):
    """An adapter could not hand a message over; it is tried again later."""
