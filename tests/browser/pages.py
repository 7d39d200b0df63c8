"""What tests read from a page and do to it, wherever the page's design puts it."""

import base64
import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import FloatRect, JSHandle, Locator, Page, Route

PRODUCT_LINK = "main :is(h2, h3) a[href^='/products/']"

_CARRY = """(content) => {
  const bytes = Uint8Array.from(atob(content.base64), (letter) => letter.charCodeAt(0));
  const carrier = new DataTransfer();
  carrier.items.add(new File([bytes], content.name, {type: content.type}));
  return carrier;
}"""

THINGS = [
    {"kind": "coat", "name": "Search the coat or jacket", "box": "0.2,0.1,0.6,0.5"},
    {"kind": "bag", "name": "Search the bag", "box": "0.1,0.6,0.3,0.3"},
]


# Filters that leave every product, so that a list in another order isn't narrowed to the kind in the photo.
_KINDS = (
    "Bags Scarves MEN_Coats MEN_Hood MEN_Shirts MEN_Shoes MEN_Suits MEN_Trousers WOMEN_Coats WOMEN_Hood WOMEN_Shirts"
)
EVERYTHING = "&".join(f"category={kind}" for kind in (*_KINDS.split(), "WOMEN_Shoes", "WOMEN_Skirts", "WOMEN_Trousers"))


def list_products(page: Page) -> list[str]:
    """The ids of the products that the page's cards link to, in their order."""
    page.wait_for_load_state("domcontentloaded")  # after a click the page may have come in part
    links = page.locator(PRODUCT_LINK).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return [unquote(urlsplit(link).path.removeprefix("/products/")) for link in links]


def list_similar(page: Page) -> list[str]:
    """The ids of the products that look alike, in their order, as the cards carry them."""
    page.wait_for_load_state("domcontentloaded")
    return page.locator("[data-product][data-list=similar]").evaluate_all(
        "cards => cards.map(card => card.dataset.product)"
    )


def photo_field(page: Page) -> Locator:
    """The field that a photo is chosen with."""
    return page.locator("form[data-ask] input[type=file]").first


def upload(page: Page, photo: Path) -> None:
    """Choose a photo and wait for the answer."""
    with page.expect_navigation(url="**/search**"):
        photo_field(page).set_input_files(photo)


def carry(page: Page, photo: Path, kind: str = "image/jpeg") -> JSHandle:
    """A DataTransfer in the page that holds the photo, as a drop or a paste brings it."""
    content = {"base64": base64.b64encode(photo.read_bytes()).decode("ascii"), "name": photo.name, "type": kind}
    return page.evaluate_handle(_CARRY, content)


def box_of(element: Locator) -> FloatRect:
    """Where an element stands in the window, in pixels."""
    box = element.bounding_box()
    assert box is not None, "nothing is seen of it"
    return box


def overflow(page: Page) -> int:
    """Pixels by which the page can be scrolled sideways."""
    return page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")


def answer_with_things(route: Route) -> None:
    """Two things in any photo: the drawn boutique has nobody who wears several."""
    route.fulfill(content_type="application/json", body=json.dumps({"things": THINGS}))
