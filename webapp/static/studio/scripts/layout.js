// The rail of areas: on a phone it scrolls sideways, and the area that one is in must be in sight.

shop.mount(".rail__areas", (rail) => {
  const here = rail.querySelector("[aria-current]");
  if (here && rail.scrollWidth > rail.clientWidth) {
    rail.scrollLeft = here.offsetLeft - (rail.clientWidth - here.offsetWidth) / 2;
  }
});
