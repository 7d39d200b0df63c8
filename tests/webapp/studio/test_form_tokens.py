import re
from collections.abc import Callable

import pytest

from tests.webapp.studio.conftest import StudioClient
from webapp.studio.form_tokens import mask, unmask


def test_a_token_looks_different_in_every_answer_and_stays_good(sign_in: Callable[..., StudioClient]) -> None:
    """Sizes of compressed pages say nothing about it; all forms of one page carry the same."""
    studio = sign_in("merchandiser")
    pages = [re.findall(r'name="csrf_token" value="([^"]+)"', studio.get("/studio/people/").text) for _ in range(3)]
    assert all(len(set(tokens)) == 1 for tokens in pages)
    first, second, third = (tokens[0] for tokens in pages)
    assert len({first[:20], second[:20], third[:20]}) == 3
    assert len({first[-20:], second[-20:], third[-20:]}) == 3
    assert studio.client.post("/studio/sign-out", data={"csrf_token": first}).status_code == 303


@pytest.mark.parametrize("sent", ["", "x", "a" * 5000, "é", "====", "AAAA", "A" * 90])
def test_a_made_up_token_is_refused(sign_in: Callable[..., StudioClient], sent: str) -> None:
    """Whatever it is made of."""
    studio = sign_in("merchandiser")
    assert studio.client.post("/studio/sign-out", data={"csrf_token": sent}).status_code == 400


def test_masking_loses_nothing() -> None:
    """What is masked is what comes back."""
    assert unmask(mask("some.token-of_ours")) == "some.token-of_ours"
    assert unmask("AAA=") is None or unmask("AAA=") != "some.token-of_ours"
