// "Not what I wanted": the reasons below an answer, and the same in the menus of its cards. Sent as events are.

const send = (form, reason, card) => {
  const facts = new URLSearchParams({ kind: "not_wanted", reason, search: document.body.dataset.searchEvent });
  if (card) {
    facts.set("product_id", card.dataset.product);
    facts.set("list", card.dataset.list);
    facts.set("position", card.dataset.position);
  }
  navigator.sendBeacon(form.getAttribute("action"), facts);
  shop.announce(form.dataset.thanks);
  const said = document.createElement("p");
  said.className = "feedback__thanks";
  said.tabIndex = -1;
  said.textContent = form.dataset.thanks;
  return said;
};
const reasonForm = () => document.querySelector("[data-feedback]");
const mayTell = () => "sendBeacon" in navigator && document.body.dataset.searchEvent && reasonForm();

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-feedback]");
  const reason = event.submitter?.value;
  if (!form || !reason || !mayTell()) return;
  event.preventDefault();
  const said = send(form, reason);
  form.replaceChildren(said); // stays as a form: cards ask it for its address
  said.focus();
});

shop.mount("[data-not-wanted]", (button) => {
  if (!mayTell()) return;
  const reasons = [...reasonForm().querySelectorAll("[name=reason]")].map((one) => [one.value, one.textContent]);
  if (!reasons.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-expanded") === "true") return;
    button.setAttribute("aria-expanded", "true");
    const card = button.closest("[data-product]");
    const list = document.createElement("div");
    list.className = "menu__choices";
    for (const [value, text] of reasons) {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.textContent = text;
      choice.addEventListener("click", () => {
        const said = send(reasonForm(), value, card);
        card.classList.add("card--unwanted");
        list.remove();
        button.replaceWith(said);
        said.focus();
      });
      list.append(choice);
    }
    button.after(list);
    list.firstElementChild.focus();
  });
});
