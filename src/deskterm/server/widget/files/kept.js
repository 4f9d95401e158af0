// What the browser keeps between two visits, apart for each key; where it may keep nothing, until the page goes.
const memory = new Map();

export class Kept {
  constructor(key) {
    this.prefix = `deskterm:${key}:`;
  }

  get(name) {
    let text = null;
    try { text = localStorage.getItem(this.prefix + name); } catch { /* forbidden: memory has it */ }
    text = text ?? memory.get(this.prefix + name) ?? null;
    try { return text === null ? null : JSON.parse(text); } catch { return null; }
  }

  set(name, value) {
    const text = JSON.stringify(value);
    memory.set(this.prefix + name, text);
    try { localStorage.setItem(this.prefix + name, text); } catch { /* full or forbidden */ }
  }

  drop(name) {
    memory.delete(this.prefix + name);
    try { localStorage.removeItem(this.prefix + name); } catch { /* forbidden */ }
  }
}

// A UUIDv7: sorts by time, and makes a message that is sent again the same message.
export const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let now = Date.now();
  for (let at = 5; at >= 0; at--) { bytes[at] = now % 256; now = Math.floor(now / 256); }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

export const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// 1 s, 2 s, 4 s … 30 s, each a little off, so that not everybody comes back in the same moment.
export const backoff = (attempt) => Math.min(2 ** attempt, 30) * (0.75 + Math.random() / 2);

// The network is back.
export const woken = () => new Promise((done) => addEventListener("online", done, { once: true }));

// Whether the server will say the same when it is asked again.
export const isRefusal = ({ status }) => Boolean(status) && status !== 429 && status !== 408 && status < 500;
