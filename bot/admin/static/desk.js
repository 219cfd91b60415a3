// Countdowns that tick, a thread that stays at its newest text, Ctrl+Enter to send, and a word when
// something fails. Everything else is plain forms, and htmx for what changes while somebody looks.
(() => {
  const ahead = new Date(document.body.dataset.now) - Date.now(); // the server's clock counts, not the tablet's

  function left(until) {
    const seconds = Math.max(0, Math.floor((until - Date.now() - ahead) / 1000));
    const hours = Math.floor(seconds / 3600);
    const minutes = String(Math.floor(seconds / 60) % 60);
    if (hours >= 48) return `${Math.floor(hours / 24)} days`;
    if (hours) return `${hours} h ${minutes.padStart(2, "0")} min`;
    return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function tick() {
    for (const each of document.querySelectorAll("[data-until]")) {
      const text = left(new Date(each.dataset.until));
      if (each.textContent !== text) each.textContent = text;
    }
  }

  let atEnd = true;

  function followThread() {
    const thread = document.getElementById("thread");
    if (thread && atEnd) thread.scrollTop = thread.scrollHeight;
  }

  function begin() {
    tick();
    followThread();
    showTicked();
    setInterval(tick, 1000);
  }

  document.addEventListener("scroll", (event) => {
    const thread = event.target;
    if (thread.id === "thread") atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  }, true);

  document.addEventListener("htmx:after:swap", () => { tick(); followThread(); keepShut(); });

  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (sends && event.target.matches?.("[data-send]")) event.target.form.requestSubmit();
  });

  // A score tells what it is made of on hover and focus too: Escape puts that away until either has left, also
  // when the list is brought up to date meanwhile, which takes the mark off.
  const shut = new WeakSet();

  function keepShut() {
    for (const score of document.querySelectorAll(".score-of")) if (shut.has(score)) score.dataset.shut = "";
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const score of document.querySelectorAll(".score-of:is(:hover, :focus-within, [open])")) {
      score.open = false;
      shut.add(score);
      keepShut();
    }
  });

  for (const leaving of ["pointerout", "focusout"]) {
    document.addEventListener(leaving, (event) => {
      const score = event.target.closest?.(".score-of");
      if (!score || score.contains(event.relatedTarget)) return;
      shut.delete(score);
      delete score.dataset.shut;
    });
  }

  // The times for somebody are a page of their own; with scripts a dialog shows it over the page one is on.
  document.addEventListener("htmx:after:swap", () => {
    const dialog = document.getElementById("dialog");
    if (dialog && !dialog.open && dialog.querySelector("#choose")) {
      dialog.showModal();
      showTicked();
    }
  });

  // The time that is ticked from the start may be of a day further right.
  function showTicked() {
    document.querySelector("#choose .grid :checked")?.closest("td").scrollIntoView({ block: "nearest", inline: "center" });
  }

  document.addEventListener("close", (event) => {
    if (event.target.id === "dialog") document.getElementById("dialog-body").replaceChildren();
  }, true);

  for (const failure of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(failure, (event) => {
      const method = event.detail?.ctx?.request?.method;
      const note = document.getElementById("note");
      if (note && method === "POST") note.textContent = "That did not work. Reload the page and try again.";
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
