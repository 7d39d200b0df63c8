// What must hold before the first paint: the visitor's theme, and that scripts run at all.

(() => {
  const root = document.documentElement;
  root.classList.add("enhanced");
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be shut off; then the system's theme holds.
  }
  // Without the main script the plain forms must come back.
  addEventListener("load", () => "ready" in root.dataset || root.classList.remove("enhanced"));
})();
