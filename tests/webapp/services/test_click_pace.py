from webapp.services.click_pace import CLICK_BURST, ClickPace


def test_the_pace_recovers() -> None:
    """A burst is all right, and a moment later the next one."""
    pace = ClickPace(per_second=1e9)
    assert all(pace.take() for _ in range(2 * CLICK_BURST))


def test_a_burst_ends() -> None:
    """Whatever comes faster than people click is not taken."""
    pace = ClickPace(per_second=0, burst=3)
    assert [pace.take() for _ in range(5)] == [True, True, True, False, False]
