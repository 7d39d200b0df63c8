// The navigation: on a phone it scrolls sideways, and the current area must be in sight.

shop.mount(".rail__areas", (rail) => {
  const here = rail.querySelector("[aria-current]");
  if (here && rail.scrollWidth > rail.clientWidth) {
    rail.scrollLeft = here.offsetLeft - (rail.clientWidth - here.offsetWidth) / 2;
  }
});
