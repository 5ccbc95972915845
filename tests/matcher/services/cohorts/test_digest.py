"""The digest of a census is of what it says, not of who wrote it when."""

from matcher.services.cohorts import census


def test_the_digest_is_of_the_rows_and_not_of_who_wrote_them() -> None:
    row: dict[str, object] = {"graduate_id": 1, "tier": "deep", "entered_at": 1, "actor_id": 5}

    digest = census.digest_of([row])

    assert digest == census.digest_of([row | {"entered_at": 2, "actor_id": 6}])
    assert digest != census.digest_of([row | {"tier": "none"}])
    assert digest != census.digest_of([row, row])
