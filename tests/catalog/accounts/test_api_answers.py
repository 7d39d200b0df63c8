"""Requests that are repeated: done once, also when they come at once, in both kinds of database."""

import threading

from catalog import Catalog
from catalog.accounts.api_answers import ApiAnswers, StoredAnswer


def test_of_requests_that_come_at_once_one_is_answered(catalog: Catalog) -> None:
    """The others learn that it is under way, and nobody that the catalogue can't be used."""
    answers, start = ApiAnswers(catalog.database), threading.Barrier(8)
    found: list[StoredAnswer | Exception | None] = []

    def claim() -> None:
        start.wait()
        try:
            found.append(answers.claim(1, "order-7", "hash"))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found.count(None) == 1
    assert found.count(StoredAnswer("hash", None, None)) == 7


def test_the_first_answer_is_given_again_until_it_is_forgotten(catalog: Catalog) -> None:
    answers = ApiAnswers(catalog.database)
    assert answers.claim(1, "order-7", "hash") is None
    answers.store(1, "order-7", 201, "{}")
    assert answers.claim(1, "order-7", "hash") == StoredAnswer("hash", 201, "{}")
    assert answers.claim(2, "order-7", "hash") is None
    answers.forget(1, "order-7")
    assert answers.claim(1, "order-7", "hash") is None
