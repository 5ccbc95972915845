"""The error tree; only the edges (`web/errors.py`, `matcher/cli`, `workers/runner.py`) turn it into answers.

Every error carries a stable `code`, a Chinese sentence for the person, and details by name. Details
are ids, fields and masked values, never names or numbers of people.
"""


class YangguangError(Exception):
    """Base of all errors this product raises on purpose.

    Parameters
    ----------
    code : stable identifier, listed in the README
    message : Chinese sentence that says what is wrong and what to do
    details : ids, field names, masked values
    """

    def __init__(self, code: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


class NotFoundError(YangguangError):
    """No such record within what the actor may see (other unions' rows answer the same)."""


class NotAllowedError(YangguangError):
    """The actor lacks the permission for this act."""


class RuleBrokenError(YangguangError):
    """A rule of the field forbids this act; `code` names the rule."""


class InvalidInputError(YangguangError):
    """Input that cannot be used; `details["fields"]` maps field names to Chinese sentences."""


class ConflictError(YangguangError):
    """Somebody else changed the record meanwhile."""


class ConfigurationError(YangguangError):
    """The installation is set up in a way that cannot work."""


class SnapshotError(YangguangError):
    """A ranking snapshot (排序快照) is missing, damaged or out of its packed limits."""
