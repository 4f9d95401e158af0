// The messages on the screen: the server's by their order, below them what is still on its way.
import { shownFiles } from "./files.js";
import { button, element, withLinks } from "./text.js";
import { say } from "./words.js";

export class Thread {
  constructor(place, welcome, desk) {
    this.place = place;
    this.desk = desk;
    this.welcome = welcome;
    this.messages = new Map();
    this.drawn = new Map();
  }

  // Newer wins; what is older or known changes nothing. True if it was not there before.
  take(message) {
    const before = this.messages.get(message.id);
    if (before && before.rev >= message.rev) return false;
    this.messages.set(message.id, message);
    return !before;
  }

  get last() {
    return [...this.messages.values()].reduce((most, each) => Math.max(most, each.seq), 0);
  }

  // Nodes that are there already stay, so that a screen reader says only what is new.
  draw(waiting, actions) {
    const { place } = this;
    const low = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
    const sent = [...this.messages.values()].filter((each) => !each.deleted)
      .sort((a, b) => a.seq - b.seq || (a.created_at > b.created_at ? 1 : -1));
    const rows = sent.map((each) => [each.id, `${each.rev}`, () => row(each, this)]);
    for (const each of waiting) {
      if (!this.messages.has(each.id)) rows.push([each.id, `w${each.refused || ""}`, () => pending(each, actions)]);
    }
    if (this.welcome) rows.unshift(["welcome", "", () => element("div", "message", ...withLinks(this.welcome))]);
    const wanted = new Set(rows.map(([id]) => id));
    for (const [id, old] of this.drawn) if (!wanted.has(id)) { old.node.remove(); this.drawn.delete(id); }
    let at = null;
    for (const [id, version, make] of rows) {
      let known = this.drawn.get(id);
      if (!known || known.version !== version) {
        const node = make();
        node.dir = "auto";
        if (known) known.node.replaceWith(node);
        this.drawn.set(id, (known = { node, version }));
      }
      const next = at ? at.nextSibling : place.firstChild;
      if (next !== known.node) place.insertBefore(known.node, next);
      at = known.node;
    }
    if (low) place.scrollTop = place.scrollHeight;
  }
}

const row = (message, { desk, place }) => {
  const { kind } = message.author;
  if (kind === "system") return element("div", "message system", ...withLinks(message.body));
  const at = new Date(message.created_at);
  const time = element("time", "at", at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = message.created_at;
  const mine = kind === "contact";
  const by = element("span", mine ? "hidden" : "by", mine ? `${say("You:")} ` : message.author.name || "");
  return element("div", mine ? "message mine" : "message", by, ...withLinks(message.body), ...shownFiles(message, desk, place), time);
};

const pending = (item, actions) => {
  const said = item.refused ? say("Not sent: {why}", { why: item.refused }) : say("On its way");
  const node = element("div", "message mine", ...withLinks(item.body),
    ...(item.files || []).map((each) => element("div", "", each.filename)), element("span", "at", said));
  if (item.refused) {
    for (const [words, action] of [["Try again", actions.retry], ["Discard", actions.discard]]) {
      node.append(button(say(words), () => action(item.id)));
    }
  }
  return node;
};
