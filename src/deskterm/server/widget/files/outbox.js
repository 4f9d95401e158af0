// What was written and is not on the server yet: kept in the browser, sent in order, each exactly once.
import { backoff, isRefusal, newId, pause, woken } from "./kept.js";

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

  // `files` are on the server already and wait there for this message.
  add(body, files = []) {
    this.kept.set("outbox", [...this.items, { id: newId(), body, files }]);
    this.changed();
    this.run();
  }

  // The server's answer or an event says that it has it.
  done(id) {
    const left = this.items.filter((each) => each.id !== id);
    if (left.length !== this.items.length) this.kept.set("outbox", left);
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
        await this.send(next);
        this.done(next.id);
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
