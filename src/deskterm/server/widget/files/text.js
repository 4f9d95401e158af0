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

// Black or white, whichever is easier to read on a colour.
export const inkOn = (colour) => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
};

export const element = (name, classes, ...children) => {
  const made = document.createElement(name);
  made.className = classes;
  made.append(...children);
  return made;
};
