// The base of the other scripts: enhances elements of the page, also those that come later, and announces changes.

const enhancers = [];

// Calls enhance(element) for every match in the page, and for each match in new parts that shop.refresh is told of.
shop.mount = (selector, enhance) => {
  const done = new WeakSet(); // what lives on in a new answer is not enhanced twice
  const mountIn = (root) => {
    for (const element of root.querySelectorAll(selector)) {
      if (!done.has(element)) enhance(element);
      done.add(element);
    }
  };
  enhancers.push(mountIn);
  mountIn(document);
};

shop.refresh = (root) => enhancers.forEach((mountIn) => mountIn(root));

// Announces a text to screen readers. The same text is announced again if it comes again.
shop.announce = (text) => {
  const region = document.getElementById("announcement");
  if (!region || !text) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
};

// The texts that base.html carries for scripts, in the page's language.
shop.words = (name) => document.getElementById("announcement")?.dataset[name] ?? "";

shop.fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A new copy of the content of a <template> in base.html; null if the page has no such template.
shop.copyOf = (name) => document.getElementById(name)?.content.firstElementChild.cloneNode(true) ?? null;

shop.debounce = (act, milliseconds) => {
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds, ...values);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
};

document.documentElement.dataset.ready = "";
