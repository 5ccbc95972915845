"""One rule that makes tasks (待办规则) in words: what, why, which button, where it leads."""

from dataclasses import dataclass

from web.i18n import msg


@dataclass(frozen=True)
class TaskRule:
    """Words and act of one rule.

    Parameters
    ----------
    what : what is to be done, in a few words
    why : the rule itself, shown in small print below
    act : words of the button
    endpoint : view where the act is done; "" leads to the subject's own page
    argument : name of the view's argument; it gets the subject's `public_id`, or its number if `by_number`
    anchor : part of the page to go to
    """

    what: str
    why: str
    act: str = msg("去办理")
    endpoint: str = ""
    argument: str = "public_id"
    by_number: bool = False
    anchor: str = ""
