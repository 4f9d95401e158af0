// The chat in its frame: puts the parts together and listens to the website that shows it.
import { Desk } from "./desk.js";
import { Files, receive } from "./files.js";
import { Kept, isRefusal } from "./kept.js";
import { Outbox } from "./outbox.js";
import { Thread } from "./thread.js";
import { say, speak } from "./words.js";

const of = (id) => document.getElementById(id);
const allowed = document.querySelector('meta[name="deskterm-origins"]').content.split(" ");
const STATES = {
  closed: "The chat is closed.",
  offline: "No connection. What you write is sent later.",
  expired: "Your sign-in has expired. Load the page again.",
};
const TYPING_EVERY = 2000, TYPING_SHOWN = 6000, SHOWN = 3;
let website = null;

// Only the website around the frame, and only one that the server has named, is listened to.
addEventListener("message", (event) => {
  if (event.source !== parent || !allowed.includes(event.origin)) return;
  const said = event.data || {};
  if (said.deskterm === "init" && !website) {
    website = event.origin;
    begin(said);
  } else if (chat && said.deskterm === "open") chat.show(true);
  else if (chat && said.deskterm === "close") chat.show(false);
  else if (chat && said.deskterm === "identity") chat.identify(said.identity);
});

const tell = (said) => parent.postMessage(said, website || "*");
let chat = null;

async function begin(about) {
  await speak(about.language, about.words);
  about.ask = () => tell({ deskterm: "identity" });
  const desk = new Desk(about.key, new Kept(about.key), about);
  if (about.dir === "rtl") document.documentElement.dir = "rtl";
  const settings = await desk.fetch("GET", "widget", null, { "X-Deskterm-Key": about.key });
  chat = new Chat(desk, settings, about);
}

class Chat {
  unread = 0;
  typedAt = 0;

  constructor(desk, settings, { opened, ink }) {
    this.desk = desk;
    this.settings = settings;
    this.opened = opened;
    this.ink = ink;
    this.thread = new Thread(of("thread"), settings.welcome, desk);
    this.files = new Files(desk, of("files"), (words) => this.note(words), () => this.goOn());
    this.outbox = new Outbox(desk, (item) => this.send(item), () => this.draw());
    this.dress();
    this.wire();
    this.draw();
    if (desk.known || this.outbox.items.length) this.listen();
    this.outbox.run();
    if (opened) of("text").focus();
  }

  dress() {
    const { settings } = this;
    const style = document.documentElement.style;
    style.setProperty("--accent", settings.color);
    style.setProperty("--ink", this.ink);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
      const theme = settings.theme === "auto" ? (dark.matches ? "dark" : "light") : settings.theme;
      document.documentElement.dataset.theme = theme;
    };
    dark.addEventListener("change", paint);
    paint();
    of("name").textContent = settings.persona ? settings.persona.name : settings.name;
    this.showSupport(settings.online);
    if (settings.avatar && settings.persona && settings.persona.initials) {
      of("face").textContent = settings.persona.initials;
      of("face").hidden = false;
    }
  }

  wire() {
    of("close").addEventListener("click", () => tell({ deskterm: "close" }));
    addEventListener("keydown", (event) => {
      if (event.key === "Escape") tell({ deskterm: "close" });
    });
    of("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    of("text").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      of("form").requestSubmit();
    });
    of("text").addEventListener("input", () => {
      if (!this.conversation || Date.now() - this.typedAt < TYPING_EVERY) return;
      this.typedAt = Date.now();
      this.desk.typing(this.conversation);
    });
    receive(this.files, of("file"), of("attach"), of("text"), document.querySelector("main"));
    addEventListener("focus", () => this.read());
    if (!this.desk.kept.get("introduced")) this.ask();
  }

  ask() {
    const { collect_name: name, collect_email: email } = this.settings;
    of("who").hidden = !name && !email;
    of("name-label").hidden = !name;
    of("email-label").hidden = !email;
  }

  submit() {
    const text = of("text").value;
    this.wanted = this.files.busy;
    if (!text.trim() && !this.files.all.length) return;
    if (this.files.failed) return this.note("A file was not sent: try again, or remove it.");
    if (this.wanted) return this.note("Sent as soon as the files are there.");
    const said = {};
    if (of("own-name").value.trim()) said.name = of("own-name").value.trim();
    if (of("own-email").value.trim()) said.email = of("own-email").value.trim();
    if (Object.keys(said).length) this.desk.kept.set("about", { by: this.desk.who, said });
    this.desk.kept.set("introduced", true);
    of("who").hidden = true;
    of("text").value = "";
    this.outbox.add(text.trim() ? text : "", this.files.take());
    this.note("");
    of("text").focus();
  }

  // Send was pressed while files were on their way.
  goOn() {
    if (this.wanted && (!this.files.busy || this.files.failed)) this.submit();
  }

  note(words) {
    this.said = words;
    this.tellState(this.state);
  }

  async send(item) {
    await this.introduce();
    if (!this.conversation) this.conversation = (await this.desk.call("GET", "portal/conversation")).id;
    this.listen();
    const path = `conversations/${this.conversation}/messages`;
    const { replayed, ...message } = await this.desk.call("POST", path, {
      id: item.id, body: item.body, attachment_ids: (item.files || []).map((each) => each.id),
    });
    this.conversation = message.conversation_id;
    return this.thread.take(message) && message;
  }

  async introduce() {
    const { by, said } = this.desk.kept.get("about") || {};
    if (!said) return;
    try {
      if (by === this.desk.who) await this.desk.call("PATCH", "me", said);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    this.desk.kept.drop("about");
  }

  // The website says who the visitor is, because it was asked to, or because they have signed in there.
  identify(token) {
    const before = this.desk.who;
    if (!this.desk.identify(token)) return;
    this.conversation = null;
    this.thread.messages.clear();
    this.outbox.claim();
    if (before && before !== this.desk.who) {
      of("text").value = "";
      this.files.clear();
    }
    this.draw();
    this.listen();
    this.outbox.run();
  }

  listen() {
    if (this.listening) return;
    this.listening = true;
    this.desk
      .listen((kind, data) => this.hear(kind, data), () => this.refresh(), (state) => this.tellState(state))
      .then(() => { this.listening = false; });
  }

  showSupport(online) {
    of("support").textContent = say(online ? "Online" : this.settings.offline_text);
  }

  hear(kind, data) {
    if (data.organization) this.showSupport(data.organization.support.online);
    if (kind === "typing") this.showTyping(data);
    if (data.conversation && data.conversation.kind === "support") {
      if (data.conversation.status !== "closed") this.conversation = data.conversation.id;
      this.count(data.conversation.unread);
    }
    for (const message of [...(data.message ? [data.message] : []), ...(data.messages || [])]) {
      this.thread.take(message);
      this.outbox.done(message.id);
      if (message.author.kind !== "contact") this.showTyping(null);
    }
    this.draw();
  }

  // Everything anew: at the first time, and when the server's log does not reach back. What was said before in
  // conversations that ended stands above: for the visitor it is one talk.
  async refresh() {
    try {
      const { items: talks } = await this.desk.call("GET", `conversations?limit=${SHOWN}`);
      for (const each of talks) {
        const { items } = await this.desk.call("GET", `conversations/${each.id}/messages`);
        for (const message of items) {
          this.thread.take(message);
          this.outbox.done(message.id);
        }
      }
      if (talks.length) {
        this.conversation = talks[0].id;
        this.count(talks[0].unread);
      }
      for (const message of this.outbox.mine("taken")) this.thread.take(message);
      this.draw();
    } catch {
      this.tellState("offline");
    }
  }

  show(opened) {
    this.opened = opened;
    if (!opened) return;
    of("text").focus();
    this.read();
  }

  count(unread) {
    this.unread = unread;
    if (this.opened && unread) this.read();
    else tell({ deskterm: "unread", count: unread });
  }

  async read() {
    if (!this.opened || !this.unread || !this.conversation) return;
    this.unread = 0;
    tell({ deskterm: "unread", count: 0 });
    try {
      await this.desk.call("PUT", `conversations/${this.conversation}/read`, { seq: this.thread.last });
    } catch { /* the next message tries again */ }
  }

  showTyping(data) {
    clearTimeout(this.typingEnds);
    this.typing = data ? data.who.name : null;
    if (data) this.typingEnds = setTimeout(() => this.showTyping(null), TYPING_SHOWN);
    this.tellState(this.state);
  }

  tellState(state) {
    this.state = state;
    const place = of("state");
    place.className = STATES[state] ? "bad" : "";
    if (STATES[state]) place.textContent = say(STATES[state]);
    else place.textContent = this.said || (this.typing ? say("{name} is writing", { name: this.typing }) : "");
  }

  draw() {
    this.thread.draw(this.outbox.items, {
      retry: (id) => this.outbox.retry(id),
      discard: (id) => { this.outbox.done(id); this.draw(); },
    });
  }
}

tell({ deskterm: "ready" });
