// Photos far below are fetched when they come near. Browsers are lazy too, but begin some screens earlier, and a phone pays.
// early.js says that scripts run; without them, or without this one, all photos are there as usual.

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
