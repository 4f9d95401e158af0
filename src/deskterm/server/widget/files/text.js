// Text as nodes, never as markup; links only to the web and to mail, shown as where they go.
const LINK = /\b(?:https?:\/\/|mailto:)[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/gi;

export const withLinks = (text) => {
  const nodes = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    let target;
    try { target = new URL(found[0]); } catch { continue; }
    if (!["http:", "https:", "mailto:"].includes(target.protocol)) continue;
    nodes.push(document.createTextNode(text.slice(end, found.index)));
    const link = document.createElement("a");
    link.href = target.href;
    link.textContent = target.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    nodes.push(link);
    end = found.index + found[0].length;
  }
  nodes.push(document.createTextNode(text.slice(end)));
  return nodes;
};

export const element = (name, classes, ...children) => {
  const made = document.createElement(name);
  made.className = classes;
  made.append(...children);
  return made;
};

export const button = (words, pressed) => {
  const made = element("button", "", words);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
};
