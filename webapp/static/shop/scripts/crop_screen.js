// On a phone the frame can have the whole screen, with the results in a sheet below that follow it.

const root = document.documentElement;
const isOpen = () => "cropping" in root.dataset;

function setOpen(open) {
  if (open) root.dataset.cropping = "";
  else delete root.dataset.cropping;
  for (const element of document.querySelectorAll("body > header, body > footer, body > a")) {
    element.inert = open;
  }
  document.querySelectorAll("[data-enlarge-button]").forEach(tell);
}

function tell(button) {
  const { enlarge, done } = button.closest("[data-crop]").dataset;
  button.setAttribute("aria-expanded", String(isOpen()));
  button.querySelector("[data-words]").textContent = isOpen() ? done : enlarge;
}

shop.mount("[data-crop]", (stage) => {
  if (!stage.closest("[data-answer]")) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "crop__enlarge";
  button.dataset.enlargeButton = "";
  const words = document.createElement("span");
  words.dataset.words = "";
  button.append(words);
  button.addEventListener("click", () => setOpen(!isOpen()));
  stage.append(button);
  tell(button);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen() && !event.target.matches("[data-crop-box]")) setOpen(false);
});

// Turned to its side, or on a larger window, the page has room enough for both.
matchMedia("(min-width: 900px)").addEventListener("change", ({ matches }) => matches && isOpen() && setOpen(false));
