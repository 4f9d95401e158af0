// What was written and is not on the server yet: kept in the browser, sent in order, each exactly once.
// What the server took stays here, too, until it comes from there: a reload never loses what one has said.
import { backoff, isRefusal, newId, pause, woken } from "./kept.js";

const LISTS = ["outbox", "taken"], MOST_TAKEN = 50;

export class Outbox {
  constructor(desk, send, changed) {
    this.desk = desk;
    this.kept = desk.kept;
    this.send = send;
    this.changed = changed;
    addEventListener("online", () => this.run());
    this.claim();
  }

  all(name) {
    return this.kept.get(name) || [];
  }

  // Another person's words are neither shown nor sent.
  mine(name) {
    return this.all(name).filter(({ by }) => !by || by === this.desk.who);
  }

  get items() {
    return this.mine("outbox");
  }

  // Who signs in takes along what they wrote while anonymous, and leaves nothing of the last person's.
  claim() {
    const by = this.desk.who;
    for (const name of by ? LISTS : []) this.kept.set(name, this.mine(name).map((each) => ({ ...each, by })));
  }

  // `files` are on the server already and wait there for this message.
  add(body, files = []) {
    this.put("outbox", { id: newId(), body, files });
    this.changed();
    this.run();
  }

  put(name, item) {
    this.kept.set(name, [...this.all(name), { ...item, by: this.desk.who }].slice(name === "taken" ? -MOST_TAKEN : 0));
  }

  // It is in the thread as the server has it.
  done(id) {
    for (const name of LISTS) this.kept.set(name, this.all(name).filter((each) => each.id !== id));
  }

  retry(id) {
    this.kept.set("outbox", this.all("outbox").map((each) => (each.id === id ? { ...each, refused: undefined } : each)));
    this.changed();
    this.run();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    for (let attempt = 0; ; ) {
      const next = this.items.find((each) => !each.refused);
      if (!next) break;
      try {
        const message = await this.send(next);
        this.done(next.id);
        if (message) this.put("taken", message); // the answer
        attempt = 0;
      } catch (error) {
        if (isRefusal(error)) {
          this.kept.set("outbox", this.all("outbox").map((each) => (each.id === next.id ? { ...each, refused: error.message } : each)));
        } else {
          await Promise.race([pause(error.after || backoff(attempt++)), woken()]);
        }
      }
      this.changed();
    }
    this.running = false;
  }
}
