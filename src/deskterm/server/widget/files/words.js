// The chat's own words in the visitor's language. The English text is the key; what the website says in
// `desktermSettings.words` goes before ours. What the organization itself has written stays as it is.
const OURS = ["de", "es", "fr"];
let words = new Map();

// From now on speak `language`, with the website's `own` words before ours.
export const speak = async (language, own) => {
  const short = String(language || navigator.language || "en").toLowerCase().split("-")[0];
  const ours = OURS.includes(short) ? await import(`./words.${short}.js`).then((file) => file.words, () => ({})) : {};
  const theirs = Object.entries(own || {}).filter(([, said]) => typeof said === "string");
  words = new Map([...Object.entries(ours), ...theirs]);
  if (words.size) document.documentElement.lang = short;
  for (const each of document.querySelectorAll("body *, title")) {
    for (const name of ["aria-label", "placeholder"]) {
      if (each.hasAttribute(name)) each.setAttribute(name, say(each.getAttribute(name)));
    }
    for (const node of each.childNodes) {
      const text = node.nodeType === Node.TEXT_NODE ? node.data.trim() : "";
      if (words.has(text)) node.data = node.data.replace(text, () => words.get(text));
    }
  }
};

export const say = (text, values = {}) =>
  (words.get(text) ?? text).replace(/\{(\w+)\}/g, (all, name) => (Object.hasOwn(values, name) ? values[name] : all));
