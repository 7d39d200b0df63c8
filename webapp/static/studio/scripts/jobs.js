// The panel follows a running job, and is replaced by the outcome when the job has ended.

const POLL_MS = 1000;
const POLL_AWAY_MS = 3000; // while the server can't be reached
const SAY_EVERY_MS = 15000; // to those who listen: not every photo

shop.mount("[data-job]", (panel) => {
  panel.querySelector(".job__refresh").hidden = true; // it refreshes itself
  let said = Date.now();

  async function look() {
    if (!panel.isConnected) return;
    if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
    let pause = POLL_MS;
    try {
      const response = await fetch(panel.dataset.job, { headers: { Accept: "application/json" } });
      if (response.status === 401) return tell(panel.dataset.out);
      if (!response.ok) throw new Error(response.status);
      const job = await response.json();
      tell("");
      if (!job.running) return finish(job);
      show(job);
    } catch {
      tell(panel.dataset.away);
      pause = POLL_AWAY_MS;
    }
    setTimeout(look, pause);
  }

  function show(job) {
    const bar = panel.querySelector("[data-job-bar]");
    panel.querySelector("[data-job-text]").textContent = job.text;
    bar.firstElementChild.setAttribute("width", job.percent ?? 0);
    if (job.percent === null) bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", job.percent);
    if (job.cancelling) {
      panel.querySelector("[data-job-cancelling]").hidden = false;
      const button = panel.querySelector("[data-job-cancel]");
      if (button) button.textContent = button.dataset.again;
    }
    if (Date.now() - said > SAY_EVERY_MS) {
      said = Date.now();
      shop.announce(job.text);
    }
  }

  // The server may be away for a while; the job goes on.
  function tell(trouble) {
    const place = panel.querySelector("[data-job-trouble]");
    if (place.textContent === trouble) return;
    place.textContent = trouble;
    place.hidden = !trouble;
    shop.announce(trouble);
  }

  async function finish(job) {
    let response;
    try {
      response = await fetch(panel.dataset.panel);
    } catch {
      tell(panel.dataset.away);
      return setTimeout(() => panel.isConnected && finish(job), POLL_AWAY_MS);
    }
    shop.announce(job.text);
    try {
      if (!response.ok) throw new Error(response.status);
      const fragment = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".job");
      const focused = panel.contains(document.activeElement);
      panel.replaceWith(document.adoptNode(fragment));
      shop.refresh(fragment.parentElement);
      const renew = fragment.querySelector(".job__renew");
      if (renew) renew.hidden = false; // what else the page shows may be out of date now
      if (focused) (renew ?? fragment.querySelector("a, button"))?.focus();
    } catch {
      location.reload();
    }
  }

  setTimeout(look, POLL_MS);
});
