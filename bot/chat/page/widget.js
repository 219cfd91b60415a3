// The web chat on a clinic's own pages: <script src="https://…/chat/widget.js" data-clinic="lakeside" defer></script>
// One button, and a frame that is loaded when it is first opened, in a shadow root: no style goes in or out. No
// global name, no inline style: a strict policy need only allow our address in script-src and frame-src.
(() => {
  const script = document.currentScript;
  const { clinic, language } = script?.dataset ?? {};
  if (!clinic) return console.error("Standby chat: the script needs data-clinic=… in its tag.");
  const from = new URL(script.src);
  const spoken = (language || document.documentElement.lang).slice(0, 2).toLowerCase();
  const words = {
    en: { open: "Chat with us", close: "Close the chat", news: "Chat with us: new message", chat: "Chat" },
    es: { open: "Chatee con nosotros", close: "Cerrar el chat", news: "Chatee con nosotros: mensaje nuevo", chat: "Chat" },
  };
  const say = words[spoken] ?? words.en;

  const STYLE = `
    :host { all: initial !important; --accent: #0b6b62; --ink: #fff; --surface: #fff; --edge: #77858f; }
    @media (prefers-color-scheme: dark) { :host { --accent: #63cdbf; --ink: #05231f; --surface: #182126; } }
    button, dialog { position: fixed; z-index: 2147483000; right: 16px; bottom: max(16px, env(safe-area-inset-bottom)); box-sizing: border-box; border: 1px solid var(--edge); box-shadow: 0 6px 28px #0005; }
    button { width: 60px; height: 60px; padding: 0; border-radius: 50%; display: grid; place-items: center; cursor: pointer; background: var(--accent); color: var(--ink); }
    button:hover { filter: brightness(1.1); }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--surface); }
    svg { width: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    [aria-expanded=true] .talk, [aria-expanded=false] .shut { display: none; }
    .news::after { content: ""; position: absolute; top: 2px; right: 2px; width: 14px; height: 14px; border-radius: 50%; background: #d93025; border: 2px solid var(--surface); }
    dialog { inset: auto 16px 88px auto; width: 400px; max-width: none; height: min(640px, 100dvh - 104px); max-height: none; margin: 0; padding: 0; overflow: hidden; border-radius: 16px; background: var(--surface); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (prefers-reduced-motion: no-preference) { dialog[open] { animation: rise .16s ease-out; } @keyframes rise { from { opacity: 0; translate: 0 12px; } } }
    @media (max-width: 520px), (max-height: 480px) { dialog { inset: 0; width: 100%; height: 100dvh; border: 0; border-radius: 0; } }
    @media print { button, dialog { display: none; } }`;
  const small = matchMedia("(max-width: 520px), (max-height: 480px)");

  function make(tag, values, space = "http://www.w3.org/1999/xhtml") {
    const made = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
    return made;
  }

  function drawn(name, d) {
    const SVG = "http://www.w3.org/2000/svg";
    const svg = make("svg", { viewBox: "0 0 24 24", class: name, "aria-hidden": "true" }, SVG);
    svg.append(make("path", { d }, SVG));
    return svg;
  }

  const host = make("div", { lang: say === words.es ? "es" : "en" });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // unlike a <style>, no content security policy forbids it
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const button = make("button", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": say.open });
  button.append(
    drawn("talk", "M12 4c5 0 9 3.1 9 7s-4 7-9 7a11 11 0 0 1-3-.4L4 20l1.2-4A6.4 6.4 0 0 1 3 11c0-3.9 4-7 9-7zM8 11h.01M12 11h.01M16 11h.01"),
    drawn("shut", "M6 9l6 6 6-6"),
  );
  const dialog = make("dialog", { "aria-label": say.chat });
  root.append(button, dialog);
  (document.body ?? document.documentElement).append(host);

  let frame = null;

  function tell(what) {
    frame.contentWindow?.postMessage({ standby: what }, from.origin);
  }

  function fit() {
    // A phone's keyboard covers a full-height sheet: what is left of the screen is what it gets.
    const { height, offsetTop } = window.visualViewport;
    dialog.style.cssText = small.matches ? `height: ${height}px; top: ${offsetTop}px` : "";
  }

  function label(expanded, text) {
    button.setAttribute("aria-expanded", expanded);
    button.setAttribute("aria-label", text);
  }

  function open() {
    if (frame) tell("opened");
    else {
      const src = new URL(encodeURIComponent(clinic), from);
      src.searchParams.set("language", spoken);
      frame = make("iframe", { title: say.chat, src });
      frame.addEventListener("load", () => dialog.open && tell("opened"));
      dialog.append(frame);
    }
    // On a phone it covers the page, so the page behind is out of reach for a keyboard and a screen reader, too.
    if (small.matches) dialog.showModal();
    else dialog.show();
    label(true, say.close);
    button.classList.remove("news");
    fit();
    frame.focus();
  }

  dialog.addEventListener("close", () => {
    label(false, say.open);
    fit();
    tell("closed");
    button.focus();
  });
  button.addEventListener("click", () => (dialog.open ? dialog.close() : open()));
  root.addEventListener("keydown", (event) => event.key === "Escape" && dialog.open && dialog.close());
  for (const moved of ["resize", "scroll"]) window.visualViewport.addEventListener(moved, fit);
  window.addEventListener("message", (event) => {
    if (event.origin !== from.origin || !frame || event.source !== frame.contentWindow) return;
    if (event.data?.standby === "close") dialog.close();
    if (event.data?.standby === "news" && !dialog.open) {
      button.classList.add("news");
      label(false, say.news);
    }
  });
})();
