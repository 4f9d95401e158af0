// The files of the message that is being written: each goes up at once, says how far it is, and can be taken back.
import { backoff, isRefusal, newId, pause, woken } from "./kept.js";
import { button, element } from "./text.js";
import { say } from "./words.js";

const MOST_BYTES = 25 * 2 ** 20, MOST = 15;

const sized = (bytes) =>
  bytes < 1024 ? `${bytes} B` : bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`;

export class Files {
  // `tell(words)` is for the visitor, `changed()` hears that one arrived, failed or went.
  constructor(desk, place, tell, changed) {
    this.desk = desk;
    this.place = place;
    this.tell = tell;
    this.changed = changed;
    this.all = [];
  }

  get busy() {
    return this.all.some((each) => !each.stored);
  }

  get failed() {
    return this.all.some((each) => each.refused);
  }

  add(files) {
    for (const file of files) {
      if (this.all.length === MOST) return this.tell(say("At most {most} files go with a message.", { most: MOST }));
      if (file.size > MOST_BYTES) this.tell(say("{name} is too large: at most {size}.", { name: file.name, size: sized(MOST_BYTES) }));
      else this.begin(file);
    }
  }

  begin(file) {
    const { name } = file;
    const item = { file, key: newId(), stop: new AbortController(), words: element("span", "") };
    item.bar = element("progress", "");
    item.bar.value = 0;
    item.bar.setAttribute("aria-label", say("{name}: part that is sent", { name }));
    item.again = button(say("Try again"), () => this.carry(item));
    const away = button(say("Remove"), () => this.remove(item));
    away.setAttribute("aria-label", say("Remove {name}", { name }));
    item.node = element("li", "", item.words, item.bar, item.again, away);
    item.node.dir = "auto";
    this.all.push(item);
    this.place.append(item.node);
    this.place.hidden = false;
    this.carry(item);
  }

  // Until the server has it, refuses it, or it is taken back.
  async carry(item) {
    const { file, key, stop: { signal } } = item;
    item.refused = "";
    this.show(item);
    for (let attempt = 0; !item.stored && !item.refused; ) {
      try {
        item.stored = await this.desk.upload(file, key, (part) => { item.bar.value = part; }, signal);
        this.tell(say("{name} is ready to be sent.", { name: file.name }));
      } catch (error) {
        if (signal.aborted) return;
        if (isRefusal(error)) {
          item.refused = say("{name}: not sent. {why}", { name: file.name, why: error.message });
          this.tell(item.refused);
        } else {
          this.tell(say("{name} waits for the connection.", { name: file.name }));
          await Promise.race([pause(error.after || backoff(attempt++)), woken()]);
        }
      }
      if (signal.aborted) return;
    }
    this.show(item);
    this.changed();
  }

  show(item) {
    item.words.textContent = item.refused || `${item.file.name} · ${sized(item.file.size)}`;
    item.bar.hidden = item.refused || item.stored;
    item.again.hidden = !item.refused;
  }

  remove(item) {
    item.stop.abort();
    item.node.remove();
    this.all = this.all.filter((each) => each !== item);
    this.place.hidden = !this.all.length;
    this.changed();
  }

  clear() {
    for (const each of this.all) this.remove(each);
  }

  // What goes with the message, which is nobody's to change any more.
  take() {
    const stored = this.all.map((each) => ({ id: each.stored.id, filename: each.stored.filename }));
    this.all = [];
    this.place.replaceChildren();
    this.place.hidden = true;
    return stored;
  }
}

// The ways for files into the chat: chosen, pasted, dropped.
export const receive = (files, chooser, opener, text, around) => {
  opener.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    files.add(chooser.files);
    chooser.value = "";
    text.focus();
  });
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    files.add(event.clipboardData.files);
  });
  const over = (event) => event.dataTransfer.types.includes("Files");
  around.addEventListener("dragover", (event) => over(event) && event.preventDefault());
  around.addEventListener("drop", (event) => {
    if (!over(event)) return;
    event.preventDefault();
    files.add(event.dataTransfer.files);
  });
};

// Of a message: pictures are shown, everything is saved on demand; nothing else is ever opened here.
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const MOST_SHOWN = 5 * 2 ** 20;

export const shownFiles = (message, desk, place) => (message.attachments || []).flatMap((file) => {
  const save = button(`${file.filename} · ${sized(file.size)}`, () => saved(file, desk, save));
  save.setAttribute("aria-label", say("Save {name}, {size}", { name: file.filename, size: sized(file.size) }));
  if (!PICTURES.includes(file.media_type) || file.size > MOST_SHOWN) return [save];
  const picture = document.createElement("img");
  picture.alt = file.filename;
  picture.hidden = true;
  draw(file, desk, picture, place);
  return [picture, save];
});

const draw = async (file, desk, picture, place) => {
  try {
    picture.src = URL.createObjectURL(await desk.content(file.id));
    await picture.decode();
    const low = place.scrollHeight - place.scrollTop - place.clientHeight < 60;
    picture.hidden = false;
    if (low) place.scrollTop = place.scrollHeight;
  } catch { /* its name is there */ }
  URL.revokeObjectURL(picture.src);
};

const saved = async (file, desk, said) => {
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await desk.content(file.id));
    link.download = file.filename;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) {
    said.append(`: ${error.message}`);
  }
};
