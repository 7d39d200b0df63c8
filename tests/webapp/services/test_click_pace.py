from webapp.services import click_pace
from webapp.services.click_pace import CLICK_BURST_OF_A_CLIENT, ClickPace


def test_the_pace_recovers() -> None:
    """A burst is all right, and a moment later the next one."""
    pace = ClickPace(per_second=1e9, per_second_of_a_client=1e9)
    assert all(pace.take("a") for _ in range(2 * CLICK_BURST_OF_A_CLIENT))


def test_a_burst_ends() -> None:
    """Whatever comes faster than people click is not taken."""
    pace = ClickPace(per_second=0, burst=3)
    assert [pace.take("a") for _ in range(5)] == [True, True, True, False, False]


def test_one_visitor_takes_nothing_from_the_others() -> None:
    """A script that clicks as fast as it can leaves room for shoppers."""
    pace = ClickPace(per_second=0, per_second_of_a_client=0, burst_of_a_client=2)
    assert [pace.take("script") for _ in range(500)] == [True, True] + [False] * 498
    assert [pace.take("shopper") for _ in range(3)] == [True, True, False]


def test_visitors_are_forgotten_in_the_end() -> None:
    pace = ClickPace()
    for number in range(click_pace.MOST_CLIENTS + 100):
        pace.take(str(number))
    assert len(pace._clients) == click_pace.MOST_CLIENTS
