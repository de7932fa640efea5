/**
 * Presets, the seed, and the story under them. Six presets are in sight, the rest in a menu ("More"); on a phone all
 * stand in one row that scrolls. The preset whose story is told is the one that was pressed last, or the one that undo
 * has come back to. Once the reader has changed its state, the story is past: it says "At the start" and keeps the
 * numbers of the start, or, if it is a function of two arguments, says itself what still holds.
 */
import { strings as common } from "../words/en.js";
import { button } from "./controls.js";
import { h } from "./dom.js";
import { roving } from "./roving.js";
import { same } from "./store.js";

const MORE = "M4 6.5 8 10.5 12 6.5";
const IN_SIGHT = 6;

/**
 * @param {Definition} definition
 * @param {Store} store
 * @param {any} data
 * @returns {Presets}
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
  const row = createRow(buttons);
  let chosen = open();
  /** @type {any} */
  let atStart = null; // the metrics that the story was told with

  /** @param {Preset} preset */
  function choose(preset) {
    chosen = preset;
    if (preset.view) store.look(preset.view);
    store.commit({ ...store.state, ...preset.state }, null);
  }

  const seed = seeded?.control(strings.presets.seed.label, (n) =>
    choose({ id: "seed", state: seeded.make(n, store.state, data) }),
  );

  /**
   * @param {any} metrics
   * @param {boolean} past
   * @returns {string}
   */
  function tell(metrics, past) {
    const words = chosen ? strings.presets[chosen.id].story : strings.prompt;
    if (typeof words === "function" && words.length > 1) return words(metrics, { past, start: atStart });
    const said = typeof words === "function" ? words(atStart ?? metrics) : words;
    return past ? common.atStart(said) : said;
  }

  return {
    el: h("div", { class: "presets" }, row.el, seed),
    story,
    get chosen() {
      return chosen?.id ?? null;
    },
    get untouched() {
      return chosen !== null && shows(chosen);
    },
    show(metrics, why) {
      // An edit that happens to end at another preset's state does not take the goal away.
      const edited = ["preview", "commit", "redraw", "view"].includes(why);
      if (!edited && !(chosen && shows(chosen))) chosen = open() ?? chosen;
      const untouched = chosen !== null && shows(chosen);
      buttons.forEach((el, i) => el.setAttribute("aria-pressed", String(untouched && presets[i].id === chosen?.id)));
      row.show();
      if (untouched) atStart = metrics;
      const past = !untouched && chosen !== null;
      // The room of the story and, on a phone, of what it says later: the picture stays under the pointer.
      const room = () => `${story.getBoundingClientRect().height || ""}px`;
      if (past && !story.classList.contains("past")) story.style.minHeight = room();
      story.classList.toggle("past", past);
      const words = tell(metrics, past);
      if (story.textContent === words) return;
      if (!past) story.style.minHeight = "";
      if (untouched && story.clientWidth < 480) {
        story.textContent = tell(metrics, true);
        story.style.minHeight = room();
      }
      story.textContent = words;
    },
    choose(id) {
      const preset = presets.find((each) => each.id === id);
      if (preset) choose(preset);
    },
    next() {
      return presets[presets.findIndex(({ id }) => id === chosen?.id) + 1]?.id ?? null;
    },
    restart() {
      chosen = open();
    },
  };
}

/**
 * The buttons in one row that is one Tab stop; those that are too many lie in a menu.
 * @param {HTMLButtonElement[]} buttons
 */
function createRow(buttons) {
  const el = h("div", { class: "preset-row" }, buttons.slice(0, IN_SIGHT));
  const stop = roving(el, common.presets);
  const inMenu = buttons.slice(IN_SIGHT);
  const pressed = () => buttons.find((each) => each.getAttribute("aria-pressed") === "true");
  if (!inMenu.length) return { el, show: () => stop.show(pressed()) };
  const shut = () => {
    if (!rest.classList.contains("open")) return;
    more.focus();
    open(false);
  };
  const rest = h("div", { class: "preset-rest", onclick: shut }, inMenu);
  const more = button({
    label: common.more,
    id: "presets-more",
    symbol: MORE,
    onClick: () => open(!rest.classList.contains("open")),
  });
  more.classList.add("preset-more");
  /** @param {boolean} on */
  const open = (on) => {
    rest.classList.toggle("open", on);
    more.ariaExpanded = String(on);
    stop.show();
    if (on) inMenu[0].focus();
  };
  open(false);
  el.addEventListener("keydown", ({ key }) => key === "Escape" && shut());
  el.addEventListener("focusout", ({ relatedTarget }) => {
    if (!el.contains(/** @type {Node | null} */ (relatedTarget))) open(false);
  });
  el.append(more, rest);
  return {
    el,
    show() {
      const hidden = /** @type {HTMLElement | undefined} */ (inMenu.find((each) => each === pressed()));
      more.setAttribute("aria-pressed", String(Boolean(hidden)));
      stop.show(hidden && !hidden.checkVisibility() ? more : pressed());
    },
  };
}
