"""What the labels' pages hold, and what was decided."""

import re

from catalog import Catalog


def find_fields(page: str, action: str) -> list[dict[str, str]]:
    """The hidden fields of each form that is sent to an action, in the page's order."""
    forms = re.findall(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", page, re.S)
    field = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
    return [dict(field.findall(inner)) for address, inner in forms if address == f"/studio/labels/{action}"]


def category_of(catalog: Catalog, product_id: str = "coat-00") -> str:
    return catalog.product(product_id).category
