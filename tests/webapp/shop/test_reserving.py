"""A link that reserves a product, by setting."""

import pytest

from catalog import Product
from catalog.errors import SettingError
from webapp.shop.reserving import reserve_address, reserve_link


def test_the_id_stands_where_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINA_RESERVE_URL", "https://shop.example/r?p={product_id}")
    assert reserve_link(reserve_address(), Product("a/b &c", "Bags")) == "https://shop.example/r?p=a%2Fb%20%26c"
    assert reserve_link(reserve_address(), Product("a", "Bags", in_stock=False)) is None


def test_without_the_setting_nothing_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VITRINA_RESERVE_URL", raising=False)
    assert reserve_address() is None
    assert reserve_link(None, Product("a", "Bags")) is None


@pytest.mark.parametrize("value", ["javascript:alert(1)", "shop.example", "https:", "//x"])
def test_an_address_that_no_page_may_link_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("VITRINA_RESERVE_URL", value)
    with pytest.raises(SettingError, match="VITRINA_RESERVE_URL"):
        reserve_address()
