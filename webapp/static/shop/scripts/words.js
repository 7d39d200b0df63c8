// Suggestions under the fields for words: an editable combobox with a listbox, as ARIA 1.2 describes it.
// Without this script the field is a plain form.

const PAUSE_MS = 150;

shop.mount("form[data-words]", (form) => {
  const input = form.querySelector("[type=search]");
  const list = form.querySelector("ul");
  const status = form.querySelector("[role=status]");
  let asking = null;
  let chosen = -1; // of the suggestions; -1: the field as it was typed
  let typed = input.value;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);

  async function ask() {
    asking?.abort();
    if (!input.value.trim()) return close();
    const mine = (asking = new AbortController());
    const query = new URLSearchParams({ q: input.value, lang: document.documentElement.lang });
    try {
      const response = await fetch(`${form.dataset.words}?${query}`, { signal: mine.signal });
      const { suggestions = [] } = response.ok ? await response.json() : {};
      if (!mine.signal.aborted && document.activeElement === input) show(suggestions);
    } catch {
      if (!mine.signal.aborted) close(); // suggestions are a help, and their lack is no fault to tell
    }
  }
  const askSoon = shop.debounce(ask, PAUSE_MS);

  function show(suggestions) {
    list.replaceChildren(...suggestions.map(draw));
    open(suggestions.length > 0);
    const { none, one, some } = form.dataset;
    status.textContent = [none, one][suggestions.length] ?? shop.fill(some, { number: suggestions.length });
  }

  function draw({ text, kind }, place) {
    const option = document.createElement("li");
    option.id = `${list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.text = text;
    const what = document.createElement("span");
    what.className = "words__kind";
    what.textContent = form.getAttribute(`data-kind-${kind}`) ?? "";
    option.append(text, what);
    return option;
  }

  function open(shown) {
    chosen = -1;
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    input.removeAttribute("aria-activedescendant");
  }

  function close() {
    askSoon.cancel();
    asking?.abort();
    open(false);
  }

  function choose(step) {
    const places = list.children.length + 1; // the field itself is one of them
    chosen = ((chosen + 1 + step + places) % places) - 1;
    const option = list.children[chosen];
    for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
    input.value = option?.dataset.text ?? typed;
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  input.addEventListener("input", () => {
    typed = input.value;
    askSoon();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) ask();
      else choose(step);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      input.value = typed;
      close();
    }
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    input.value = option.dataset.text;
    close();
    form.requestSubmit();
  });
  close();
});
