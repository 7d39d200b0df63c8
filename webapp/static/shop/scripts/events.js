// Reports which product was opened from which list, for the shop's figures; not for visitors who ask not to be tracked.

const mayTell = navigator.doNotTrack !== "1" && !navigator.globalPrivacyControl && "sendBeacon" in navigator;

function tell(event) {
  const link = event.target.closest?.("[data-product] a[href]");
  if (!link || event.button > 1 || link.hasAttribute("data-zoom")) return;
  const card = link.closest("[data-product]");
  const facts = new URLSearchParams({ kind: "click", product_id: card.dataset.product });
  const list = card.closest("[data-list]")?.dataset.list;
  if (list) facts.set("list", list);
  if (card.dataset.position) facts.set("position", card.dataset.position);
  if (document.body.dataset.searchEvent) facts.set("search", document.body.dataset.searchEvent);
  navigator.sendBeacon("/events", facts);
}

if (mayTell) for (const name of ["click", "auxclick"]) document.addEventListener(name, tell);
