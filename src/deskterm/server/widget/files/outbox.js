// What was written and is not on the server yet: kept in the browser, sent in order, each exactly once.
// What the server took stays here, too, until it comes from there: a reload never loses what one has said.
import { backoff, isRefusal, newId, pause, woken } from "./kept.js";

const MOST_TAKEN = 50;

export class Outbox {
  constructor(kept, send, changed) {
    this.kept = kept;
    this.send = send;
    this.changed = changed;
    this.running = false;
    addEventListener("online", () => this.run());
  }

  get items() {
    return this.kept.get("outbox") || [];
  }

  get taken() {
    return this.kept.get("taken") || [];
  }

  // `files` are on the server already and wait there for this message.
  add(body, files = []) {
    this.kept.set("outbox", [...this.items, { id: newId(), body, files }]);
    this.changed();
    this.run();
  }

  // The server's answer.
  took(message) {
    this.kept.set("taken", [...this.taken, message].slice(-MOST_TAKEN));
  }

  // It is in the thread as the server has it.
  done(id) {
    for (const [name, all] of [["outbox", this.items], ["taken", this.taken]]) {
      const left = all.filter((each) => each.id !== id);
      if (left.length !== all.length) this.kept.set(name, left);
    }
  }

  retry(id) {
    this.kept.set("outbox", this.items.map((each) => (each.id === id ? { ...each, refused: undefined } : each)));
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
        if (message) this.took(message);
        attempt = 0;
      } catch (error) {
        if (isRefusal(error)) {
          this.kept.set("outbox", this.items.map((each) => (each.id === next.id ? { ...each, refused: error.message } : each)));
        } else {
          await Promise.race([pause(error.after || backoff(attempt++)), woken()]);
        }
      }
      this.changed();
    }
    this.running = false;
  }
}
