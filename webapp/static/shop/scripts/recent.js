// Recently viewed products: stored in this browser only, and sent nowhere.

const recent = shop.memory("recent", 12);

function remember(article) {
  try {
    const { id, title, url, image } = JSON.parse(article.dataset.recent);
    recent.add({ id, title, url, image });
  } catch {
    // If the attribute is damaged, the product isn't remembered.
  }
}

function fillSection(section, current) {
  const content = shop.copyOf("recent-words");
  const products = recent.read().filter((one) => one.id !== current);
  if (!content || !products.length) return;
  content.querySelector("[data-recent-items]").append(...products.map(shop.cardOf));
  content.querySelector("[data-recent-clear]").addEventListener("click", () => {
    recent.clear();
    section.hidden = true;
    section.replaceChildren();
    shop.announce(shop.words("cleared"));
    document.getElementById("content").focus({ preventScroll: true });
  });
  section.classList.add("section", "recent");
  section.setAttribute("aria-labelledby", "recently-viewed");
  section.replaceChildren(content);
  section.hidden = false;
}

const viewed = document.querySelector("[data-recent]");
let current = null;
try {
  current = viewed && JSON.parse(viewed.dataset.recent).id;
} catch {
  // As in remember().
}
shop.mount("[data-recent-list]", (section) => fillSection(section, current));
if (viewed) remember(viewed);
