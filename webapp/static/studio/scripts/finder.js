// A field for a product's id: a few words find the product, with its picture. Without scripts it is a plain field.
// The pattern is ARIA's combobox with a listbox: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

shop.mount("[data-finder]", (finder) => {
  const input = finder.querySelector("input");
  const list = document.createElement("ul");
  list.className = "finder__list";
  list.id = `${input.id}-options`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", finder.dataset.label);
  finder.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  let latest = 0;
  let active = null;

  const options = () => [...list.querySelectorAll("[data-value]")];

  const point = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    if (!active) return input.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", active.id);
  };

  const open = (opened) => {
    list.hidden = !opened;
    input.setAttribute("aria-expanded", String(opened));
    if (!opened) point(null);
  };

  const close = () => {
    latest += 1; // what is still on its way comes too late
    look.cancel();
    open(false);
  };

  const choose = (option) => {
    input.value = option.dataset.value;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const look = shop.debounce(async () => {
    const number = ++latest;
    try {
      const response = await fetch(`${finder.dataset.finder}?${new URLSearchParams({ words: input.value })}`);
      if (!response.ok || response.redirected || number !== latest) return;
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      if (number !== latest) return;
      list.replaceChildren(...found.querySelectorAll("[role=option]"));
      [...list.children].forEach((option, place) => (option.id = `${list.id}-${place}`));
      point(null);
      open(true);
      list.scrollIntoView({ block: "nearest" });
      shop.announce(shop.fill(finder.dataset.found, { count: options().length }));
    } catch {
      // The id can still be typed.
    }
  }, 200);

  open(false);
  input.addEventListener("input", () => (input.value.trim() ? look() : close()));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      const from = active ? all.indexOf(active) : step > 0 ? -1 : 0;
      point(all[(from + step + all.length) % all.length]);
    } else if (event.key === "Enter" && active) {
      choose(active);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // else the field loses the focus and closes
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-value]");
    if (option) choose(option);
  });
});
