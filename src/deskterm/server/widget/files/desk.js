// The server: a session for the visitor, commands by HTTP, events by WebSocket from where the last one ended.
import { backoff, isRefusal, pause, woken } from "./kept.js";

const api = new URL(document.querySelector('meta[name="deskterm-api"]').content, location.href);

export class Refused extends Error {
  constructor(status, problem, after) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.after = after;
  }
}

export class Desk {
  constructor(key, kept, about) {
    this.key = key;
    this.kept = kept;
    this.about = about;
    this.token = null;
    this.contact = kept.get("contact");
    this.opening = null;
    this.cursor = null;
    this.socket = null;
    this.attempt = 0;
    this.identified = Boolean(about.identity);
    this.asked = null;
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
  // as a stranger, who would see an empty thread.
  async open(again = true) {
    const identity = this.about.identity || (this.identified && (await this.renewed()));
    this.about.identity = undefined; // it is good once
    if (this.identified && !identity) throw new Refused(410, { detail: "Your sign-in has expired. Load the page again." }, 0);
    const body = { page_url: this.about.url, referrer: this.about.referrer || undefined };
    if (this.about.metadata) body.metadata = this.about.metadata;
    if (identity) body.identity_token = identity;
    const session = this.kept.get("session"), { back } = this.about;
    if (session) body.session = session;
    if (back) body.way_back = back;
    let answer;
    try {
      answer = await this.fetch("POST", "visitors/session", body, { "X-Deskterm-Key": this.key });
      this.about.back = null; // it is good once
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.about.back = null;
      if (again && (identity ? error.status === 401 : back && error.status === 410)) return this.open(false);
      throw error;
    }
    this.token = answer.token;
    this.tellApart(answer);
    if (answer.session) this.kept.set("session", answer.session);
    else this.kept.drop("session");
    return answer;
  }

  // Another person's words are neither shown nor sent; an anonymous one may just have signed in.
  tellApart({ contact: { id }, session }) {
    const before = this.contact;
    if (before && before.id !== id) {
      this.kept.drop("taken");
      if (before.named) this.kept.drop("outbox");
    }
    this.kept.set("contact", (this.contact = { id, named: !session }));
  }

  // A new identity token from the website, which is asked for it; null if it has none.
  renewed() {
    return new Promise((done) => {
      this.asked = done;
      setTimeout(done, 10000, null);
      this.about.ask();
    });
  }

  // Take an identity token. True if nobody was waiting for it: then everything is read anew as that person.
  identify(token) {
    const { asked } = this;
    this.asked = null;
    if (asked) asked(token);
    if (asked || !token) return false;
    Object.assign(this, { identified: true, token: null, cursor: null });
    this.about.identity = token;
    if (this.socket) this.socket.close();
    return true;
  }

  // One command.
  call(method, path, body) {
    return this.signed((headers) => this.fetch(method, path, body, headers));
  }

  // A token that has run out is renewed once. What one person wanted is not done as another.
  async signed(action) {
    const { contact } = this;
    for (let again = true; ; again = false) {
      if (!this.token) await this.session();
      if (contact && contact.id !== this.contact.id) throw new Error();
      try {
        return await action({ Authorization: `Bearer ${this.token}` });
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
    const address = new URL("attachments", api);
    address.searchParams.set("filename", file.name);
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
        failed(new Refused(request.status, request.response || {}, Number(request.getResponseHeader("Retry-After")) || 0));
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
    if (!answer.ok) throw new Refused(answer.status, said, Number(answer.headers.get("Retry-After")) || 0);
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
        if (error.status === 410) return state("expired");
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
