// "Next" adds the next page's cards below the present ones. After the first press, scrolling does so too.

let scrolling = false; // whether the visitor has asked for more once

function gridOf(pager) {
  const area = pager.closest("[data-pages], section, [data-answer], main");
  return area?.querySelector(".grid");
}

async function loadMore(link, { byKey = false, byScrolling = false } = {}) {
  const pager = link.closest(".pager");
  const grid = gridOf(pager);
  if (!grid || pager.getAttribute("aria-busy") === "true") return;
  pager.setAttribute("aria-busy", "true");
  pager.querySelector("[role=alert]")?.remove();
  try {
    const page = await shop.fetchPage(link.href);
    const nextPager = page.querySelector(".pager");
    const cards = [...gridOf(nextPager).children];
    if (!pager.isConnected) return; // refined meanwhile
    cards.forEach((card) => card.classList.add("card--new"));
    grid.append(...cards);
    history.replaceState(history.state, "", link.href);
    document.dispatchEvent(new Event("shop:moved"));
    follow(pager, nextPager);
    shop.refresh(grid);
    shop.announce(shop.fill(shop.words("more"), { number: cards.length }));
    if (byKey) cards[0]?.querySelector("a")?.focus();
  } catch {
    scrolling = false;
    if (byScrolling) return; // nobody has asked to leave the page; the link is still there
    if (navigator.onLine) location.assign(link.href);
    else sayOffline(pager); // rather than lose the list to the browser's own error page
  } finally {
    pager.removeAttribute("aria-busy");
  }
}

function sayOffline(pager) {
  const problem = document.createElement("p");
  problem.className = "pager__problem";
  problem.setAttribute("role", "alert");
  problem.textContent = shop.words("offline");
  pager.append(problem);
}

// The pager keeps its link to the page before the first one shown, and gets the next link of the new page.
function follow(pager, nextPager) {
  const before = pager.querySelector("a[rel=prev]");
  const later = nextPager.cloneNode(true);
  const earlier = later.querySelector("a[rel=prev]");
  if (before) earlier?.replaceWith(before);
  else earlier?.remove();
  pager.replaceChildren(...later.childNodes);
  watch(pager);
}

const watcher =
  "IntersectionObserver" in window &&
  new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting && scrolling) loadMore(target, { byScrolling: true });
    },
    { rootMargin: "600px" },
  );

function watch(pager) {
  const next = pager.querySelector("a[rel=next]");
  if (next && watcher) watcher.observe(next);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".pager a[rel=next]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || !gridOf(link.closest(".pager"))) return;
  event.preventDefault();
  scrolling = true;
  loadMore(link, { byKey: event.detail === 0 });
});

shop.mount(".pager", watch);
