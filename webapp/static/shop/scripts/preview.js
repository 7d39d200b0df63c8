// Shows the results of a frame that is still held. Only when it is let go of do they get an address and count as a search.

const PARTS = ["found", "query__words"]; // of an answer: all but the photo and what stands below it

let asking = null; // the AbortController of the request under way
let originals = []; // pairs [what stands in for it, the part of the answer that the address belongs to]

shop.preview = async (address) => {
  asking?.abort();
  const mine = (asking = new AbortController());
  try {
    const page = await shop.fetchPage(address, mine.signal, { Purpose: "prefetch" });
    if (!mine.signal.aborted) showParts(page);
  } catch {
    // The search that follows says what is wrong, if something is.
  }
};

function showParts(page) {
  for (const name of PARTS) {
    const fresh = page.querySelector(`[data-answer] .${name}`);
    const present = document.querySelector(`[data-answer] .${name}`);
    if (!fresh || !present) continue;
    document.adoptNode(fresh);
    const known = originals.find((pair) => pair[0] === present);
    if (known) known[0] = fresh;
    else originals.push([fresh, present]);
    const scrolled = present.scrollTop;
    present.replaceWith(fresh);
    fresh.scrollTop = scrolled;
    shop.refresh(fresh);
  }
}

shop.stopPreview = () => asking?.abort();

// Puts the parts back, into the page or into an answer that was just replaced and may be gone back to.
shop.endPreview = () => {
  asking?.abort();
  for (const [fresh, original] of originals) fresh.replaceWith(original);
  originals = [];
};

document.addEventListener("shop:shown", shop.endPreview);
