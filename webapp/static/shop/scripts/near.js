// Fetches photos far below only when they come near. Lazy browsers begin some screens earlier, which costs phones data.
// early.js marks that scripts run; without scripts, or without this one, all photos are loaded as usual.

const AHEAD = "200px"; // that a thumb scrolls while a photo arrives

const far = document.querySelectorAll("[data-near] .tile");

function show(tile) {
  tile.classList.add("tile--near");
}

if ("IntersectionObserver" in window) {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        show(target);
        observer.unobserve(target);
      }
    },
    { rootMargin: AHEAD },
  );
  far.forEach((tile) => observer.observe(tile));
} else {
  far.forEach(show);
}
