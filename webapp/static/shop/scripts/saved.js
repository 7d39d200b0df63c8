// Saved items: buttons that save a product or forget it again, and the page that shows what is saved.

const saved = shop.memory("saved", 100);

// What is kept of the product that a button belongs to: of a card, or of a product's own page.
function productOf(button) {
  const article = button.closest("[data-recent]");
  if (article) {
    try {
      const price = article.querySelector(".product__price")?.textContent.trim();
      return { ...JSON.parse(article.dataset.recent), price };
    } catch {
      return null;
    }
  }
  const card = button.closest("[data-product]");
  const link = card?.querySelector(".card__title a");
  if (!link) return null;
  return {
    id: card.dataset.product,
    title: link.textContent.trim(),
    url: link.getAttribute("href"),
    image: card.querySelector("img")?.getAttribute("src") ?? "",
    price: card.querySelector(".card__price")?.textContent.trim(),
  };
}

function show(button, id) {
  const kept = saved.has(id);
  button.setAttribute("aria-pressed", String(kept));
  button.closest(".card")?.classList.toggle("card--saved", kept);
}

shop.mount("[data-save]", (button) => {
  const product = productOf(button);
  if (!product || !shop.keeps()) return;
  show(button, product.id);
  button.hidden = false;
  button.addEventListener("click", () => {
    const kept = saved.has(product.id);
    if (kept) saved.remove(product.id);
    else if (!saved.add(product)) return;
    show(button, product.id);
    shop.announce(shop.words(kept ? "unsaved" : "saved"));
  });
});

const showAll = () => {
  document.querySelectorAll("[data-save]").forEach((button) => show(button, productOf(button)?.id));
  document.querySelectorAll("[data-saved-list]").forEach(fill);
};
const isOfSaved = ({ key }) => key === "saved" || key === null; // null: everything was deleted

function fill(section) {
  const products = saved.read();
  section.querySelector("[data-none]").hidden = products.length > 0;
  section.querySelector("[data-items]").replaceChildren(
    ...products.map((product) => {
      const card = shop.cardOf(product);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "link card__remove";
      remove.textContent = shop.words("remove");
      remove.setAttribute("aria-label", `${shop.words("remove")}: ${product.title}`);
      remove.addEventListener("click", () => {
        saved.remove(product.id);
        fill(section);
        shop.announce(shop.words("unsaved"));
        section.querySelector("h2").focus({ preventScroll: true });
      });
      card.append(remove);
      return card;
    }),
  );
}

shop.mount("[data-saved-list]", fill);

// Another window of the shop changed it. What is shown now counts, so that a section that was mounted leaves nothing.
addEventListener("pageshow", (event) => event.persisted && showAll());
addEventListener("storage", (event) => isOfSaved(event) && showAll());
