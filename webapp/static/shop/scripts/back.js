// On a product's page: the way back to the list that the shopper came from, remembered for this tab only.

const LIST = "list";

function remember() {
  if (!document.querySelector("[data-answer]")) return;
  try {
    sessionStorage.setItem(LIST, location.pathname + location.search);
  } catch {
    // Without storage there is the browser's own way back.
  }
}

function lastList() {
  try {
    const kept = sessionStorage.getItem(LIST);
    if (kept === null) return null;
    const address = new URL(kept, location.href);
    return address.origin === location.origin && address.pathname !== location.pathname ? address : null;
  } catch {
    return null;
  }
}

addEventListener("pagehide", remember);

shop.mount("[data-back]", (link) => {
  const list = lastList();
  if (!list) return;
  link.href = list.pathname + list.search;
  link.closest("[hidden]")?.removeAttribute("hidden");
  link.addEventListener("click", (event) => {
    // If the list was the page before this one, the browser still knows how far it was scrolled.
    if (document.referrer !== list.href || history.length < 2 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.back();
  });
});
