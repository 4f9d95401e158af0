// The server: a session for the visitor, commands by HTTP, events by WebSocket from where the last one ended.
import { backoff, isRefusal, pause, woken } from "./kept.js";

const api = new URL(document.querySelector('meta[name="deskterm-api"]').content, location.href);

export class Refused extends Error {
  constructor(status, problem, after) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.after = Number(after) || 0;
  }
}

// Who a website's token is about, which only the server can judge; the empty word for who is anonymous.
const subject = (token) => {
  if (!token) return "";
  try {
    return JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub || "?";
  } catch {
    return "?";
  }
};

export class Desk {
  token = null;
  cursor = null;
  attempt = 0;

  constructor(key, kept, about) {
    this.key = key;
    this.kept = kept;
    this.about = about;
    this.who = subject(about.identity);
  }

  // Whether this browser was here before, so that there may be something to read.
  get known() {
    return Boolean(this.kept.get("session") || this.about.identity || this.about.back);
  }

  // Several may need a session at once; it is opened once.
  session() {
    this.opening ??= this.open().finally(() => { this.opening = null; });
    return this.opening;
  }

  // Whoever was identified comes back only by a new token of the website's; without one they are not let in
  // as a stranger, who would see an empty thread, and what they wrote waits.
  async open(again = true) {
    const identity = this.about.identity || (this.who && (await this.renewed()));
    this.about.identity = identity; // until the server has seen it
    const { who } = this;
    if (who && !identity) throw new Refused(0, {});
    const { url, referrer, metadata, back } = this.about;
    const body = { page_url: url };
    const more = { referrer, metadata, identity_token: identity, session: this.kept.get("session"), way_back: back };
    for (const [name, value] of Object.entries(more)) if (value) body[name] = value;
    let answer;
    try {
      answer = await this.fetch("POST", "visitors/session", body, { "X-Deskterm-Key": this.key });
    } catch (error) {
      if (who !== this.who) return this.open();
      if (!isRefusal(error)) throw error;
      this.spend();
      if (again && (identity ? error.status === 401 : back && error.status === 410)) return this.open(false);
      throw error;
    }
    if (who !== this.who) return this.open(); // somebody else signed in meanwhile
    this.spend();
    this.token = answer.token;
    if (answer.session) this.kept.set("session", answer.session);
    else this.kept.drop("session");
    return answer;
  }

  // Either is good once.
  spend() {
    this.about.identity = this.about.back = null;
  }

  // A new identity token from the website, which is asked for it; null if it has none.
  renewed() {
    return new Promise((done) => {
      this.asked = done;
      setTimeout(done, 10000, null);
      this.about.ask();
    });
  }

  // Take an identity token. False if it only renews a sign-in; else everything is read anew as that person.
  identify(token) {
    const { asked } = this, who = subject(token);
    this.asked = null;
    if (asked) asked(token);
    if (!token || (asked && who === this.who)) return false;
    Object.assign(this, { who, token: null, cursor: null });
    if (!asked) this.about.identity = token;
    if (this.socket) this.socket.close();
    return true;
  }

  // One command.
  call(method, path, body) {
    return this.signed((headers) => this.fetch(method, path, body, headers));
  }

  // A token that has run out is renewed once. What one person wanted is neither done nor answered as another.
  async signed(action) {
    const { who } = this;
    const same = () => { if (who !== this.who) throw new Error(); };
    for (let again = true; ; again = false) {
      if (!this.token) await this.session();
      same();
      try {
        return await action({ Authorization: `Bearer ${this.token}` }).finally(same);
      } catch (error) {
        if (error.status !== 401 || !again) throw error;
        this.token = null;
      }
    }
  }

  // The bytes of a file, which only who may read its message gets.
  content(id) {
    return this.signed(async (headers) => {
      const answer = await fetch(new URL(`attachments/${id}`, api), { headers, credentials: "omit" });
      if (!answer.ok) throw new Refused(answer.status, {});
      return answer.blob();
    });
  }

  // A file to the server; under the same key it comes once. `progress` hears the part that is over, 0 to 1.
  upload(file, key, progress, signal) {
    const address = new URL(`attachments?filename=${encodeURIComponent(file.name)}`, api);
    return this.signed((headers) => new Promise((done, failed) => {
      const request = new XMLHttpRequest(); // fetch does not tell how far it is
      request.open("POST", address);
      request.setRequestHeader("Authorization", headers.Authorization);
      request.setRequestHeader("Idempotency-Key", key);
      request.responseType = "json";
      request.upload.onprogress = (event) => progress(event.loaded / (event.total || 1));
      request.onerror = request.onabort = () => failed(new Error());
      request.onload = () => {
        if (request.status < 400) return done(request.response);
        failed(new Refused(request.status, request.response || {}, request.getResponseHeader("Retry-After")));
      };
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    }));
  }

  async fetch(method, path, body, headers) {
    const wanted = { method, headers: { ...headers }, credentials: "omit", cache: "no-store" };
    if (body) {
      wanted.body = JSON.stringify(body);
      wanted.headers["Content-Type"] = "application/json";
    }
    const answer = await fetch(new URL(path, api), wanted);
    const said = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw new Refused(answer.status, said, answer.headers.get("Retry-After"));
    return said;
  }

  // Listen until the page goes. `heard(kind, data)` gets each change, `fresh()` is asked to read anew.
  async listen(heard, fresh, state) {
    for (;;) {
      try {
        if (!this.token) await this.session();
        await this.stream(heard, fresh, state);
      } catch (error) {
        if (error.status === 403) return state("closed");
        if (error.status === 0) return state("expired");
      }
      state("offline");
      await Promise.race([pause(backoff(this.attempt++)), woken()]);
    }
  }

  stream(heard, fresh, state) {
    const address = new URL("live", api);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = (this.socket = new WebSocket(address));
    const hello = (cursor) => socket.send(JSON.stringify({ type: "hello", protocol: 1, token: this.token, ...(cursor && { cursor }) }));
    const { who } = this;
    let anew = this.cursor === null;
    const lost = () => socket.close();
    addEventListener("offline", lost);
    return new Promise((done) => {
      socket.onopen = () => hello(this.cursor);
      socket.onclose = (event) => {
        removeEventListener("offline", lost);
        this.socket = null;
        if (event.code === 4401) this.token = null;
        done();
      };
      socket.onmessage = (event) => {
        if (who !== this.who) return;
        const frame = JSON.parse(event.data);
        if (frame.cursor) this.cursor = frame.cursor;
        if (frame.type === "welcome" && frame.mode === "need_snapshot") {
          anew = true;
          hello(frame.cursor);
        } else if (frame.type === "live") {
          this.attempt = 0;
          state("online");
          if (anew) fresh();
        } else if (frame.type === "event" || frame.type === "ephemeral") {
          heard(frame.kind, frame.data);
        } else if (frame.type === "events") {
          for (const each of frame.items) heard(each.kind, each.data);
        } else if (frame.type === "ping") {
          socket.send('{"type":"pong"}');
        } else if (frame.type === "resync") {
          this.cursor = null;
          socket.close();
        }
      };
    });
  }

  typing(conversation) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify({ type: "typing", conversation_id: conversation }));
    }
  }
}
