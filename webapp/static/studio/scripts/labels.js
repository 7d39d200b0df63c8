// Keys for decisions: a letter or digit presses the button that carries it. People who dictate can turn the keys off.

const KEPT = "studio-letter-keys";

let keysAct = true;
try {
  keysAct = localStorage.getItem(KEPT) !== "off";
} catch {
  // Without storage the keys are on again on every page.
}

const isTyping = (target) => target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");

if (document.querySelector("[data-key]")) {
  document.addEventListener("keydown", (event) => {
    if (!keysAct || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const wanted = document.querySelector(`main [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches("select")) wanted.focus();
    else wanted.click();
  });
}

shop.mount("[data-keys-switch]", (label) => {
  const box = label.querySelector("input");
  const show = () => document.documentElement.classList.toggle("keys-off", !keysAct);
  label.hidden = false;
  box.checked = keysAct;
  show();
  box.addEventListener("change", () => {
    keysAct = box.checked;
    show();
    try {
      localStorage.setItem(KEPT, keysAct ? "on" : "off");
    } catch {
      // Without storage the choice holds for this page.
    }
  });
});

// Marks all labels on a page of the list.
shop.mount("[data-mark-all]", (label) => {
  const marks = () => label.closest("form").querySelectorAll("[name=marked]");
  label.hidden = false;
  label.querySelector("input").addEventListener("change", (event) => {
    marks().forEach((mark) => (mark.checked = event.target.checked));
  });
});
