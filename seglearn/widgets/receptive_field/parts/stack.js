/**
 * The stack as a table: a column a layer, from the image on the left; a chip on top, then the cone, then the running
 * jump and field. Returns { el, cone, draw }.
 *
 * on: select(level), remove(level), shift(level, by)
 */
import { h } from "../../web/ui/dom.js";

export const ROWS = ["jump", "adds", "field"];

export function createStack(shell, { words, on }) {
  const { light } = shell;
  const chipRow = h("tr", { class: "chip-row" });
  const cone = h("td", { class: "cone", role: "img", "aria-label": words.cone, "data-testid": "cone" });
  const coneRow = h("tr", { "data-control": "cone" }, h("th", { scope: "row" }, words.rows.cone), cone);
  const rows = Object.fromEntries(ROWS.map((name) => [name, h("tr", { "data-control": "table" })]));
  const table = h(
    "table",
    { class: "stack-table", "aria-label": words.table, "data-testid": "stack" },
    h("thead", {}, chipRow),
    h("tbody", {}, coneRow, Object.values(rows)),
  );
  const el = h("div", { class: "stack" }, table);
  let chips = [];
  let built = "";
  /** @type {Record<string, HTMLElement[]>} */
  let columns = {};
  let shown = null; // the level that was last brought in sight, and the stack it was of
  let scrolledFor = "";

  chipRow.addEventListener("keydown", (event) => {
    const level = chips.indexOf(event.target);
    if (level < 0) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && event.altKey) on.shift(level, by);
    else if (by) on.select(Math.min(chips.length - 1, Math.max(0, level + by)));
    else if (event.key === "Home" || event.key === "End") on.select(event.key === "Home" ? 0 : chips.length - 1);
    else if (event.key === "Delete" || event.key === "Backspace") on.remove(level);
    else return;
    event.preventDefault();
    focusSoon = true;
  });
  let focusSoon = false; // the chip that is chosen next gets the focus

  function rebuild(layers) {
    el.style.setProperty("--layers", layers.length + 1);
    el.classList.toggle("long", layers.length > 12);
    chips = [null, ...layers].map((layer, level) => {
      const chip = h("button", {
        type: "button",
        class: `chip ${layer?.kind ?? "source"}`,
        "data-testid": `chip-${level}`,
        "aria-label": layer ? words.describe(layer, level) : words.image,
        title: layer ? words.describe(layer, level) : words.image,
        onclick: () => on.select(level),
      });
      if (layer) {
        const { kind, kernel, stride, dilation } = layer;
        const extra = [kind === "conv" ? stride > 1 && `s${stride}` : `s${stride}`, dilation > 1 && `d${dilation}`];
        chip.append(
          h("small", {}, words.kinds[kind]),
          h("b", {}, `${kernel}×${kernel}`),
          h("small", {}, extra.filter(Boolean).join(" ") || "\u00a0"),
        );
      } else chip.append(h("small", {}, words.source));
      return light.bind(chip, { part: `c${level}` });
    });
    chipRow.replaceChildren(h("td", { class: "corner" }), ...chips.map((chip) => h("th", { scope: "col" }, chip)));
    cone.colSpan = chips.length;
    columns = Object.fromEntries(
      ROWS.map((name) => {
        const cells = chips.map((_, level) => {
          const td = h("td", { "data-testid": `${name}-${level}` });
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
    draw({ layers, steps, level }) {
      const key = JSON.stringify(layers);
      if (key !== built) {
        built = key;
        const had = chipRow.contains(/** @type {ShadowRoot} */ (chipRow.getRootNode()).activeElement);
        rebuild(layers);
        focusSoon ||= had;
      }
      steps.forEach(({ field, jump }, l) => {
        const added = l ? field - steps[l - 1].field : null;
        const texts = { jump, field, adds: added === null ? "" : `+${added}` };
        for (const name of ROWS) {
          const td = columns[name][l];
          if (td.textContent !== String(texts[name])) td.textContent = texts[name];
          td.classList.toggle("chosen", l === level);
          td.classList.toggle("beyond", l > level);
        }
        columns.adds[l].style.setProperty("--share", added ? String(added / Math.max(1, steps.at(-1).field - 1)) : "0");
        chips[l].setAttribute("aria-pressed", String(l === level));
        chips[l].tabIndex = l === level ? 0 : -1;
      });
      if (focusSoon) chips[level].focus({ preventScroll: true });
      focusSoon = false;
      if (shown !== level || key !== scrolledFor) {
        [shown, scrolledFor] = [level, key];
        const { offsetLeft, offsetWidth } = chips[level].parentElement;
        if (offsetLeft + offsetWidth > el.scrollLeft + el.clientWidth)
          el.scrollLeft = offsetLeft + offsetWidth - el.clientWidth;
        else if (offsetLeft < el.scrollLeft + chips[0].parentElement.offsetLeft)
          el.scrollLeft = offsetLeft - chips[0].parentElement.offsetLeft;
      }
    },
  };
}
