// The form of a rule: the preview follows what is typed. Without scripts there is a button.

shop.mount("form[data-rule-form]", (form) => {
  const button = form.querySelector("[data-preview-button]");
  if (!button) return;
  let latest = 0;

  const show = async () => {
    const old = document.querySelector("[data-preview]");
    const number = ++latest;
    old.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(button.formAction, { method: "POST", body: new FormData(form) });
      if (!response.ok || number !== latest) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-preview]");
      if (!fresh || number !== latest) return;
      old.replaceWith(fresh);
      shop.announce(fresh.querySelector("[data-preview-words]")?.textContent);
    } catch {
      // The button can still load the preview.
    } finally {
      old.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("change", shop.debounce(show, 250));
  button.addEventListener("click", (event) => {
    event.preventDefault();
    show();
  });
});
