// The switch between light and dark. Until it is used, and when it is set to the system's own theme, the system decides.

const root = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

function currentTheme() {
  return root.dataset.theme ?? (systemIsDark.matches ? "dark" : "light");
}

function keepTheme(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function showTheme(button) {
  button.setAttribute("aria-pressed", String(currentTheme() === "dark"));
  const paper = getComputedStyle(root).backgroundColor;
  if (root.dataset.theme) document.querySelectorAll("meta[name=theme-color]").forEach((meta) => (meta.content = paper));
}

shop.mount("[data-theme-switch]", (button) => {
  showTheme(button);
  button.addEventListener("click", () => {
    const theme = currentTheme() === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    const isSystems = (theme === "dark") === systemIsDark.matches;
    keepTheme(isSystems ? null : theme);
    showTheme(button);
    if (isSystems) delete root.dataset.theme;
  });
});

const showAll = () => document.querySelectorAll("[data-theme-switch]").forEach(showTheme);
systemIsDark.addEventListener("change", showAll);

// Another window of the shop changed it.
addEventListener("storage", (event) => {
  if (event.key !== "theme") return;
  if (event.newValue) root.dataset.theme = event.newValue;
  else delete root.dataset.theme;
  showAll();
});
