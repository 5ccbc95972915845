"""Why a whole file cannot be read; rows that cannot be read are problems, not errors."""

from matcher.errors import YangguangError


class IntakeError(YangguangError):
    """A file that is no table, is damaged, or is too large: says which, why, and what to do.

    `code` is stable; `message` is Chinese and ends with the remedy. Neither holds a cell's value.
    """
