// Shows the results of a frame that is still held. Only when it is let go of do they get an address and count as a search.

const PARTS = ["found", "query__words"]; // of an answer: all but the photo and what stands below it

let asking = null; // the AbortController of the request under way
let ahead = null; // {address, page}: what was asked for last, the page as a promise
let originals = []; // pairs [what stands in for it, the part of the answer that the address belongs to]

shop.preview = async (address) => {
  asking?.abort();
  const mine = (asking = new AbortController());
  ahead = { address, page: shop.fetchPage(address, mine.signal, { Purpose: "prefetch" }) };
  try {
    const page = await ahead.page;
    if (!mine.signal.aborted) showParts(page);
  } catch {
    // The search that follows says what is wrong, if something is.
  }
};

function showParts(page) {
  for (const name of PARTS) {
    const found = page.querySelector(`[data-answer] .${name}`);
    const present = document.querySelector(`[data-answer] .${name}`);
    if (!found || !present) continue;
    const fresh = document.importNode(found, true);
    const known = originals.find((pair) => pair[0] === present);
    if (known) known[0] = fresh;
    else originals.push([fresh, present]);
    const scrolled = present.scrollTop;
    present.replaceWith(fresh);
    fresh.scrollTop = scrolled;
    shop.refresh(fresh);
  }
}

// The page at an address, as a promise, if it is what was asked for last; else null, and looking ahead stops.
shop.takePreview = (address) => {
  const page = ahead?.address === address ? ahead.page : null;
  if (!page) asking?.abort();
  ahead = null;
  return page;
};

// Puts the parts back, into the page or into an answer that was just replaced and may be gone back to.
shop.endPreview = () => {
  asking?.abort();
  for (const [fresh, original] of originals) fresh.replaceWith(original);
  originals = [];
};

document.addEventListener("shop:shown", shop.endPreview);
