// Sets before the first paint: the visitor's theme, and a mark that scripts run.

(() => {
  const root = document.documentElement;
  root.classList.add("enhanced");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Without storage the system's theme holds.
  }
  // If the main script can't be loaded, the plain forms must come back.
  addEventListener("load", () => "ready" in root.dataset || root.classList.remove("enhanced"));
})();
