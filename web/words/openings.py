"""Words of single changes (学什么、去哪里): a certificate, a place, freer to move, an occupation."""

from matcher.kinds import Mobility
from matcher.vocabulary.certificates import name_of
from web.i18n import gettext, label
from web.words import places


def change_words(kind: str, value: str) -> str:
    """Say a change, by kind and value."""
    if kind == "certificate":
        return gettext("取得%(name)s", name=name_of(value))
    if kind == "place":
        return gettext("愿意去%(place)s", place=places.region(value))
    if kind == "mobility":
        return gettext("愿意去的地方放宽到：%(how)s", how=label(Mobility(value)))
    return gettext("意向加上%(name)s", name=places.occupation(value))
