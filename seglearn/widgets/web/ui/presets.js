/**
 * Presets, the seed, and the story under them. The preset whose story is told is the one that was pressed last, or the
 * one that undo has come back to; once the reader has changed its state, the story stays as it was, greyed.
 */
import { strings as common } from "../words/en.js";
import { button, numberField } from "./controls.js";
import { h } from "./dom.js";

const DICE = "M2.500 2.500h11v11h-11zM5.500 5.500v.01M10.500 5.500v.01M8 8v.01M5.500 10.500v.01M10.500 10.500v.01";

/**
 * @param {Definition} definition
 * @param {Store} store
 * @param {any} data
 * @returns {{ el: HTMLElement, story: HTMLElement, show(metrics: any): void, restart(): void }}
 */
export function createPresets({ strings, seeded }, store, data) {
  /** @param {Preset} preset */
  const shows = ({ state }) => Object.entries(state).every(([name, value]) => same(store.state[name], value));
  const presets = /** @type {Preset[]} */ (data.presets ?? []);
  const buttons = presets.map((preset) =>
    button({ label: strings.presets[preset.id].label, id: `preset-${preset.id}`, onClick: () => choose(preset) }),
  );
  const story = h("p", { class: "story", "data-testid": "story" });
  const open = () => presets.find(shows) ?? null;
  let chosen = open();

  /** @param {Preset} preset */
  function choose(preset) {
    chosen = preset;
    if (preset.view) store.look(preset.view);
    store.commit({ ...store.state, ...preset.state });
  }

  const seed =
    seeded &&
    seedControl(strings.presets.seed.label, (n) => {
      choose({ id: "seed", state: seeded(n, store.state, data) });
    });

  return {
    el: h("div", { class: "presets", role: "group", "aria-label": common.presets }, buttons, seed),
    story,
    show(metrics) {
      if (!(chosen && shows(chosen))) chosen = open() ?? chosen;
      const untouched = chosen !== null && shows(chosen);
      buttons.forEach((el, i) => el.setAttribute("aria-pressed", String(untouched && presets[i].id === chosen?.id)));
      const words = chosen ? strings.presets[chosen.id].story : strings.prompt;
      story.classList.toggle("past", !untouched && chosen !== null);
      if (untouched || !story.textContent) story.textContent = typeof words === "function" ? words(metrics) : words;
    },
    restart() {
      chosen = open();
    },
  };
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * A field for the seed, 0 … 9999, and a button for the next.
 * @param {string} label of the button
 * @param {(seed: number) => void} sow
 */
function seedControl(label, sow) {
  const field = numberField({ label: common.seed, id: "seed", min: 0, max: 9999, value: 0, onChange: sow });
  const next = () => {
    field.value = (field.value + 1) % 10000;
    sow(field.value);
  };
  return h(
    "div",
    { class: "seed", "data-control": "seed" },
    button({ label, id: "seed-next", symbol: DICE, onClick: next }),
    field.el,
  );
}
