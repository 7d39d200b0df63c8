// Forms of the studio: ask before a change that needs confirmation, and send once however often the button is pressed.

shop.mount("form[data-confirm]", (form) => {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.confirm)) event.preventDefault();
  });
});

shop.mount("form[method=post]", (form) => {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if ("sent" in form.dataset) event.preventDefault();
    form.dataset.sent = "";
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
