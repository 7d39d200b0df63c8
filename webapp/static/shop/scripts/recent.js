// Recently viewed products: stored in this browser only, and sent nowhere.

const KEY = "recent";
const MOST = 12;

function read() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.filter((one) => one && one.id && one.url && one.title) : [];
  } catch {
    return [];
  }
}

function write(list) {
  try {
    if (list.length) localStorage.setItem(KEY, JSON.stringify(list.slice(0, MOST)));
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage no product is remembered.
  }
}

function remember(article) {
  try {
    const { id, title, url, image } = JSON.parse(article.dataset.recent);
    if (!id || !title || !url) return;
    write([{ id, title, url, image }, ...read().filter((one) => one.id !== id)]);
  } catch {
    // If the attribute is damaged, the product isn't remembered.
  }
}

// Only addresses of this shop: storage can't be trusted more than any other input.
function own(address) {
  try {
    const { origin, href } = new URL(address, location.href);
    return origin === location.origin ? href : null;
  } catch {
    return null;
  }
}

function cardOf({ title, url, image }) {
  const card = document.createElement("li");
  card.className = "card";
  const photo = document.createElement("span");
  photo.className = "photo";
  if (image && own(image)) {
    const picture = new Image();
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = "";
    picture.src = own(image);
    photo.append(picture);
  }
  const name = document.createElement("h3");
  name.className = "card__title";
  const link = document.createElement("a");
  link.href = own(url);
  link.textContent = title;
  name.append(link);
  card.append(photo, name);
  return card;
}

function fillSection(section, current) {
  const content = shop.copyOf("recent-words");
  const products = read().filter((one) => one.id !== current && own(one.url));
  if (!content || !products.length) return;
  content.querySelector("[data-recent-items]").append(...products.map(cardOf));
  content.querySelector("[data-recent-clear]").addEventListener("click", () => {
    write([]);
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
