/**
 * The stack as a table: a column a layer, from the image on the left; a chip on top, then the cone, then the running
 * jump and field.
 */
import { h } from "../../web/ui/dom.js";

export const ROWS = ["jump", "adds", "field"];

/**
 * `on`: select(level), remove(level), shift(level, by); the image is level 0.
 * @param {Shell} shell
 * @param {{ picture: { image: string }, words: any, on: { select(level: number): void, remove(level: number): void,
 *   shift(level: number, by: number): void } }} options
 */
export function createStack({ light }, { picture, words, on }) {
  const chipRow = h("tr", { class: "chip-row" });
  const cone = h("td", { class: "cone", role: "img", "aria-label": words.cone, "data-testid": "cone" });
  const coneRow = h("tr", { "data-control": "cone" }, h("th", { scope: "row" }, words.rows.cone), cone);
  const rows = Object.fromEntries(ROWS.map((name) => [name, h("tr", { "data-control": "table" })]));
  const el = h(
    "div",
    { class: "stack" },
    h(
      "table",
      { class: "stack-table", "aria-label": words.table, "data-testid": "stack" },
      h("thead", {}, chipRow),
      h("tbody", {}, coneRow, Object.values(rows)),
    ),
  );
  const longest = Math.max(...Object.values(words.kinds).map((kind) => String(kind).length));
  el.style.setProperty("--least", `${0.6 * longest + 0.5}em`); // no chip cuts its word
  /** @type {HTMLElement[]} */
  let chips = [];
  let built = "";
  /** @type {Record<string, HTMLElement[]>} */
  let columns = {};
  let inSight = ""; // the stack and the level that were last brought in sight
  const keys = listen(chipRow, () => chips, on);

  function rebuild(layers) {
    el.style.setProperty("--layers", layers.length + 1);
    chips = [null, ...layers].map((layer, level) => {
      const lines = layer ? face(layer, words) : [];
      const label = layer ? words.describe(lines.filter(Boolean).join(" "), layer, level) : words.image;
      const chip = h(
        "button",
        {
          type: "button",
          class: `chip ${layer?.kind ?? "source"}`,
          "data-testid": `chip-${level}`,
          "aria-label": label,
          title: label,
          onclick: () => on.select(level),
        },
        layer ? written(lines) : h("img", { src: picture.image, alt: "" }),
      );
      return light.bind(chip, { part: `c${level}` });
    });
    chipRow.replaceChildren(h("td", { class: "corner" }), ...chips.map((chip) => h("th", { scope: "col" }, chip)));
    cone.colSpan = chips.length;
    columns = Object.fromEntries(
      ROWS.map((name) => {
        const cells = chips.map((_, level) => {
          const td = h("td", { "data-testid": `${name}-${level}`, "data-readout": name === "adds" ? null : "" });
          return name === "adds" ? td : light.bind(td, { part: `${name[0]}${level}` });
        });
        rows[name].replaceChildren(h("th", { scope: "row", title: words.explain[name] }, words.rows[name]), ...cells);
        return [name, cells];
      }),
    );
  }

  return {
    el,
    cone,
    /** Shows the picture anew. */
    load() {
      chips[0].querySelector("img").src = picture.image;
    },
    /** @param {{ layers: Layer[], steps: Step[], level: number }} of */
    draw({ layers, steps, level }) {
      const key = JSON.stringify(layers);
      if (key !== built) {
        built = key;
        const had = chipRow.contains(/** @type {ShadowRoot} */ (chipRow.getRootNode()).activeElement);
        rebuild(layers);
        if (had) keys.focusSoon = true;
      }
      write(columns, steps, level);
      chips.forEach((chip, l) => {
        chip.setAttribute("aria-pressed", String(l === level));
        chip.tabIndex = l === level ? 0 : -1;
      });
      if (keys.focusSoon) chips[level].focus({ preventScroll: true });
      keys.focusSoon = false;
      if (inSight !== `${level} ${key}`) {
        inSight = `${level} ${key}`;
        show(el, chips[0].parentElement, chips[level].parentElement);
      }
    },
  };
}

/**
 * The three lines that stand on a chip.
 * @param {Layer} layer
 */
function face({ kind, kernel, stride, dilation }, words) {
  const extra = [kind === "conv" ? stride > 1 && `s${stride}` : `s${stride}`, dilation > 1 && `d${dilation}`];
  return [words.kinds[kind], `${kernel}×${kernel}`, extra.filter(Boolean).join(" ")];
}

/** @param {string[]} lines */
const written = ([kind, size, extra]) => [
  h("small", {}, kind),
  " ",
  h("b", {}, size),
  " ",
  h("small", {}, extra || "\u00a0"),
];

/** Arrows choose, with Alt they move the layer, Delete takes it away; then the chosen chip gets the focus. */
function listen(chipRow, chips, on) {
  const keys = { focusSoon: false };
  chipRow.addEventListener("keydown", (event) => {
    const level = chips().indexOf(event.target);
    if (level < 0) return;
    const last = chips().length - 1;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && event.altKey) on.shift(level, by);
    else if (by) on.select(Math.min(last, Math.max(0, level + by)));
    else if (event.key === "Home" || event.key === "End") on.select(event.key === "Home" ? 0 : last);
    else if (event.key === "Delete" || event.key === "Backspace") on.remove(level);
    else return;
    event.preventDefault();
    keys.focusSoon = true;
  });
  return keys;
}

/**
 * Writes the running numbers.
 * @param {Record<string, HTMLElement[]>} columns
 * @param {Step[]} steps
 * @param {number} level
 */
function write(columns, steps, level) {
  steps.forEach(({ field, jump }, l) => {
    const texts = { jump, field, adds: l ? `+${field - steps[l - 1].field}` : "" };
    for (const name of ROWS) {
      const td = columns[name][l];
      if (td.textContent !== String(texts[name])) td.textContent = texts[name];
      td.classList.toggle("chosen", l === level);
      td.classList.toggle("beyond", l > level);
    }
  });
}

/** Scrolls a column in sight, past the names of the rows, which stay where they are. */
function show(box, first, column) {
  const [start, end] = [column.offsetLeft, column.offsetLeft + column.offsetWidth];
  if (end > box.scrollLeft + box.clientWidth) box.scrollLeft = end - box.clientWidth;
  else if (start < box.scrollLeft + first.offsetLeft) box.scrollLeft = start - first.offsetLeft;
}
