"""Forms about words and their meanings: typed words → terms, and what a use case refused → fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import request

from matcher.errors import InvalidInputError
from matcher.models.readings import RequirementTerm
from matcher.services.requirement_terms import NewTerm
from web.forms import FormErrors
from web.i18n import gettext
from web.schemas.readings import AliasEntry, Said
from web.words.terms import terms_of


def typed_terms(model: type[Said], wish: Said) -> list[NewTerm] | FormErrors:
    """Return the terms a form means, or the form with what is missing."""
    if wish.meaning == "major" and not wish.target:
        why = gettext("写明是哪个专业或专业类。")
        return FormErrors(model, request.form, {"target": why})
    return terms_of(
        wish.words, wish.meaning, wish.target or "", wish.level, certain=not wish.unsure
    )


def of_issuer(
    terms: Sequence[NewTerm], issuer: str | None, employer_id: int | None
) -> list[NewTerm]:
    """Return terms as those of an issuer; an employer is one where no issuer is named."""
    if issuer:
        return [replace(one, issuer=issuer) for one in terms]
    return [replace(one, employer_id=employer_id) for one in terms]


def fields_of(error: InvalidInputError) -> InvalidInputError:
    """Return a refusal with the fields of the form: `words.0` and `words.1` are both `words`."""
    fields = error.details.get("fields")
    if not isinstance(fields, Mapping):
        return error
    named = {str(name).split(".")[0]: why for name, why in reversed(list(fields.items()))}
    return InvalidInputError(error.code, error.message, fields=named)


def listed_terms(
    wish: AliasEntry, before: RequirementTerm | None, employer_id: int | None
) -> list[NewTerm] | FormErrors:
    """Return the entries of an alias list a form means.

    Parameters
    ----------
    before : the entry they take the place of; an employer's stays that employer's
    employer_id : the employer whose name stands as issuer, if it issues its own postings
    """
    terms = typed_terms(AliasEntry, wish)
    if isinstance(terms, FormErrors):
        return terms
    key = before.issuer_key if before is not None else ""
    if key.startswith("e:"):
        employer_id = int(key.removeprefix("e:"))
    if employer_id is not None:
        terms = of_issuer(terms, None, employer_id)
    elif wish.issuer:
        terms = of_issuer(terms, wish.issuer, None)
    return [replace(one, valid_from=wish.valid_from, valid_to=wish.valid_to) for one in terms]
