// What the other scripts stand on: enhancing what a page holds now and what it gets later, and telling of changes.

const enhancers = [];

// Calls enhance(element) for every match in the page, and for those that shop.refresh finds in new parts of it.
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

// Says a text to those who listen to the page. The same text twice is still said twice.
shop.announce = (text) => {
  const region = document.getElementById("announcement");
  if (!region || !text) return;
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 50);
};

// The words that base.html carries for scripts, in the page's language.
shop.words = (name) => document.getElementById("announcement")?.dataset[name] ?? "";

shop.fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A fresh copy of what a <template> of base.html holds; null where the page has none.
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
