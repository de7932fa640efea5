/** The names of the segments on a map. */
import { h } from "../../web/ui/dom.js";

/**
 * Writes the names: of a thing above its head, of stuff above where its link ends. First each gets a place for its short
 * form, a number or nothing; then, the largest first, as many as can be are written out without covering another.
 */
export function writeTags(stage, here, width, height) {
  stage.overlay.replaceChildren();
  const { spots, names, areas, alone } = here;
  const first = (n) => (n && !alone.includes(n) ? areas[n] : 1e6);
  const tags = [...spots.keys()]
    .filter((n) => spots[n] && names[n])
    .sort((a, b) => first(b) - first(a))
    .map((n) => {
      const el = h("span", { class: `stage-tag ${alone.includes(n) ? names[n].role : ""}`, "data-label": n });
      stage.overlay.append(el);
      return { el, n, ...names[n], box: null, shown: "" };
    });
  const put = placing(stage, here, tags, width, height);
  for (const tag of tags) if (tag.short) put(tag, tag.short);
  for (const tag of tags) {
    if (!put(tag, tag.full)) put(tag, tag.shown);
    tag.el.dataset.shown = tag.shown;
    tag.el.dataset.words = tag.full;
  }
}

/** Puts words where a tag belongs; whether nothing else stands there. */
function placing(stage, { spots, objects }, tags, width, height) {
  const [w, hgt] = [stage.el.clientWidth, stage.el.clientHeight];
  return (tag, words) => {
    const { col, row, top } = spots[tag.n];
    tag.el.textContent = words;
    const [tw, th] = [tag.el.offsetWidth, tag.el.offsetHeight];
    const middle = ((objects[tag.n] ? top : row) / height) * hgt - th / 2 - 4;
    const x = Math.min(w - tw - 2, Math.max(2, ((col + 0.5) / width) * w - tw / 2));
    const y = Math.min(hgt - th - 2, Math.max(2, middle - th / 2));
    tag.el.style.left = `${x}px`;
    tag.el.dataset.left = x;
    tag.el.style.top = `${y}px`;
    const box = [x, y, x + tw, y + th];
    if (tags.some((other) => other !== tag && other.box && overlap(box, other.box))) return false;
    tag.box = box;
    tag.shown = words;
    return true;
  };
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** What is lit or chosen shows its full name, above the others. */
export function lightTags(stage, { parts, chosen }, lit) {
  for (const tag of stage.overlay.children) {
    const n = Number(tag.dataset.label);
    const bright = (lit?.size < 4 && lit.has(parts[n])) || (chosen.includes(n) && chosen.length < 4);
    tag.textContent = bright ? tag.dataset.words : tag.dataset.shown;
    tag.hidden = !tag.textContent;
    if (bright) tag.style.left = `${Math.min(tag.dataset.left, stage.el.clientWidth - tag.offsetWidth - 2)}px`;
    tag.classList.toggle("bright", bright);
    tag.classList.toggle("dim", lit !== null && !lit.has(parts[n]));
  }
}
