/** What is read off: numbers of the chosen layer, and how the paths are spread over what its unit sees. */
import { segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { createGhost } from "../../web/ui/meter.js";
import { strings } from "../words/en.js";

const words = strings.facts;

/** In which stages a number is shown. */
const STAGES = {
  field: "see build paths",
  jump: "see build",
  units: "see",
  seen: "build paths",
  effective: "paths",
};

/**
 * @returns {{ el: HTMLElement, draw(of: { field: number, jump: number, effective: number, seen: number,
 *   rows: number, columns: number, total: number, why: Why }): void }} `seen` is a share in [0, 1], rows and
 *   columns are those of the map, `total` is the field of the last layer
 */
export function createFacts() {
  const ghost = createGhost(); // the field of the last layer before the last change
  const facts = Object.fromEntries(
    Object.entries(STAGES).map(([name, stages]) => {
      const value = h("dd", { "data-testid": `fact-${name}`, "data-readout": "" });
      return [
        name,
        { value, el: h("div", { class: `fact ${name}`, "data-stage": stages }, h("dt", {}, words.names[name]), value) },
      ];
    }),
  );
  return {
    el: h(
      "dl",
      { class: "facts" },
      Object.values(facts).map(({ el }) => el),
    ),
    draw({ field, jump, effective, seen, rows, columns, total, why }) {
      const before = ghost.next(total, why);
      const texts = {
        field: words.square(field),
        jump: words.pixels(jump),
        effective: words.square(effective),
        seen: words.seen(Math.round(Math.sqrt(seen) * field), field, percent(seen, 0)),
        units: rows && columns ? words.units(rows, columns) : words.usedUp,
      };
      for (const [what, text] of Object.entries(texts)) facts[what].value.textContent = text;
      if (field === total && before !== null && before !== total)
        facts.field.value.append(" ", h("small", { "data-testid": "field-before" }, words.before(before)));
      facts.seen.el.classList.toggle("holes", seen < 1);
      facts.units.el.classList.toggle("holes", !(rows && columns));
    },
  };
}

/**
 * How bright a pixel of the patch is drawn.
 * @param {Store} store
 * @returns {{ el: HTMLElement, draw(mode: string): void }}
 */
export function createModes(store) {
  const modes = segmented({
    label: strings.patch.mode,
    id: "patch",
    options: ["box", "paths", "random"].map((value) => ({ value, label: strings.patch.modes[value] })),
    onChange: (mode) => store.look({ mode }),
  });
  const note = h("p", { class: "mode-note" });
  return {
    el: h("div", { class: "modes" }, modes.el, note),
    draw(mode) {
      modes.value = mode;
      note.textContent = strings.patch.notes[mode];
    },
  };
}

/**
 * Paths from each column of the patch, as bars, and the part of them that holds 95 %.
 * @returns {{ el: HTMLElement, draw(counts: Float64Array, mode: string, effective: number): void }}
 */
export function createProfile() {
  const el = h("div", {
    class: "profile",
    role: "img",
    "aria-label": strings.patch.profile,
    "data-testid": "profile",
  });
  let shown = "";
  return {
    el,
    draw(counts, mode, effective) {
      const key = `${counts.join()} ${mode} ${effective}`;
      if (key === shown) return;
      shown = key;
      const n = counts.length;
      const most = Math.max(...counts);
      const heights = [...counts].map((paths) => (mode === "random" ? Math.sqrt(paths / most) : paths / most));
      const bars = heights.map((t, i) => `M${i} 30V${(30 - 28 * t).toFixed(2)}H${i + 1}V30z`).join("");
      const margin = (n - effective) / 2;
      el.innerHTML = `<svg viewBox="0 0 ${n} 30" preserveAspectRatio="none" aria-hidden="true"><rect class="held" x="${margin}" y="0" width="${effective}" height="30"/><path class="bars" d="${bars}"/></svg>`;
    },
  };
}
