// The launcher on a website: a button, and the chat in a frame of the deskterm server. It keeps nothing of
// the website's and hands over nothing but the page's address, its referrer and what `desktermSettings` says.
(() => {
  const script = document.currentScript;
  const key = script && script.dataset.key;
  if (!key || window.deskterm) return;
  const base = new URL(".", script.src);
  const given = window.desktermSettings || {};
  const seen = "deskterm:opened:" + key;
  // An e-mail about replies leads back here: its token is good once, and is nothing for the address bar.
  const back = /#deskterm=(dk_b_[\w-]+)/.exec(location.hash);
  if (back) history.replaceState(history.state, "", location.pathname + location.search);
  let button, badge, frame, settings, origin, opened = false, ready = false;

  const STYLE = `
    :host { all: initial; }
    .side { position: fixed; bottom: 20px; inset-inline-end: 20px; z-index: 2147483000; }
    .side.left { inset-inline-end: auto; inset-inline-start: 20px; }
    button { width: 56px; height: 56px; border: 2px solid #fff; border-radius: 28px; cursor: pointer; padding: 0;
      background: var(--accent); color: var(--ink); box-shadow: 0 2px 12px #0006; }
    button:focus-visible { outline: 3px solid #000; outline-offset: 2px; box-shadow: 0 0 0 7px #fff; }
    svg { width: 28px; height: 28px; fill: currentColor; display: block; margin: auto; }
    .badge { position: absolute; top: -6px; inset-inline-end: -6px; min-width: 22px; border-radius: 11px;
      background: #b00020; color: #fff; font: bold 13px/22px sans-serif; text-align: center; }
    .badge[hidden], iframe[hidden] { display: none; }
    iframe { position: fixed; bottom: 90px; inset-inline-end: 20px; width: 380px; height: min(620px, 100vh - 110px);
      border: 0; border-radius: 12px; box-shadow: 0 4px 32px #0006; z-index: 2147483001; color-scheme: normal; }
    .left iframe { inset-inline-end: auto; inset-inline-start: 20px; }
    @media (max-width: 480px) { iframe, .left iframe { inset: 0; width: 100%; height: 100%; border-radius: 0; } }`;

  // Black or white, whichever is easier to read on the colour: one of them always has more than 4.5 to 1.
  const inkOn = (colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
  };

  // The button's two sentences; the website's own words go before ours.
  const OURS = {
    de: { "Chat with {name}": "Chat mit {name}", "{count} unread": "{count} ungelesen" },
    fr: { "Chat with {name}": "Discuter avec {name}", "{count} unread": "{count} non lus" },
    es: { "Chat with {name}": "Chatear con {name}", "{count} unread": "{count} sin leer" },
  };
  const say = (text, values) => {
    const language = given.language || document.documentElement.lang || navigator.language;
    const said = (given.words || {})[text] || (OURS[language.slice(0, 2).toLowerCase()] || {})[text] || text;
    return said.replace(/\{(\w+)\}/g, (all, name) => values[name]);
  };

  const tell = (said) => {
    if (ready) frame.contentWindow.postMessage(said, origin);
  };

  const about = () => ({
    deskterm: "init",
    key,
    url: location.href,
    referrer: document.referrer,
    dir: getComputedStyle(document.documentElement).direction,
    metadata: given.metadata,
    language: given.language || document.documentElement.lang,
    words: given.words,
    identity: given.identityToken || script.dataset.identityToken,
    back: back && back[1],
    opened,
    ink: inkOn(settings.color),
  });

  const identify = (token) => tell({ deskterm: "identity", identity: token });

  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = settings.label;
    frame.hidden = true;
    // The frame is of another origin than the website, so its scripts reach nothing here.
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox");
    frame.src = new URL(settings.page.slice(1), base).href;
    button.parentNode.append(frame);
  };

  const show = (wanted) => {
    opened = wanted;
    if (wanted) load();
    if (frame) frame.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) {
      try { localStorage.setItem(seen, "1"); } catch { /* a website may forbid it */ }
      frame.focus();
    } else {
      button.focus();
    }
    tell({ deskterm: wanted ? "open" : "close" });
  };

  const count = (unread) => {
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? "99+" : String(unread);
    button.setAttribute("aria-label", settings.label + (unread ? ", " + say("{count} unread", { count: unread }) : ""));
  };

  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const said = event.data || {};
    if (said.deskterm === "ready") {
      ready = true;
      tell(about());
    } else if (said.deskterm === "unread") {
      count(Number(said.count) || 0);
    } else if (said.deskterm === "identity") {
      // The sign-in that the website vouched for is over: it is asked again who this is.
      Promise.resolve(given.getIdentityToken && given.getIdentityToken())
        .catch(() => null)
        .then((token) => identify(token));
    } else if (said.deskterm === "close") {
      show(false);
    }
  });

  const build = () => {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const side = document.createElement("div");
    side.className = settings.position === "bottom-left" ? "side left" : "side";
    side.style.setProperty("--accent", settings.color);
    side.style.setProperty("--ink", inkOn(settings.color));
    button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-expanded", "false");
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z");
    picture.append(path);
    badge = document.createElement("span");
    badge.className = "badge";
    badge.setAttribute("aria-hidden", "true");
    button.append(picture);
    side.append(button, badge);
    root.append(side);
    document.body.append(host);
    count(back ? 1 : 0);
    button.addEventListener("click", () => show(!opened));
    try { if (localStorage.getItem(seen)) load(); } catch { /* then it loads when it is opened */ }
  };

  fetch(new URL("api/v1/widget", base), { headers: { "X-Deskterm-Key": key }, credentials: "omit" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`deskterm: ${answer.status}`))))
    .then((found) => {
      settings = found;
      origin = base.origin;
      settings.label = say("Chat with {name}", { name: settings.name });
      if (settings.enabled) build();
    })
    .catch((error) => console.warn(String(error)));

  window.deskterm = { open: () => button && show(true), close: () => button && show(false), identify };
})();
