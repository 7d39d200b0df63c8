// Forms of the studio: ask before a change that needs confirmation, and send once however often the button is pressed.

shop.mount("form[data-confirm]", (form) => {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault();
  });
});

// An answer that was stopped or broke off leaves the page as it is, and no event says so.
const AGAIN_MS = 15_000;

shop.mount("form[method=post]", (form) => {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if ("sent" in form.dataset) return event.preventDefault();
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, AGAIN_MS);
  });
});

// Filters act as soon as they are chosen; without scripts there is a button.
shop.mount("form[data-eager]", (form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio]")) form.requestSubmit();
  });
});

// A form that comes back from the browser's memory may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
