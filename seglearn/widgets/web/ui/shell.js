/**
 * The shell that every widget stands in: title and stages, toolbar, presets, story, guess, goal, live region, theme,
 * keyboard guard, and the traffic with Python. A widget file is
 *
 *   import { defineWidget } from "../web/ui/shell.js";
 *   export default defineWidget({
 *     name: "iou_bench",              // file name of the bundle; also what marks its place in a static page
 *     strings,                        // { title, prompt, presets: { id: { label, story } }, … } from words/en.js; a
 *                                     //   story is text, (metrics) => text, or (metrics, { past, start }) => text:
 *                                     //   see presets.js for what a story says once the state has been changed
 *     palettes: { "okabe-ito": OKABE_ITO },         // what the trait `palette` may name; the first is the default
 *     css,                            // the widget's own style sheet (import css from "./style.css")
 *     view: (data) => ({ … }),        // what is looked at but not undone: tool, selected metric (optional)
 *     metrics: (state, data) => ({ … }),            // plain JSON, goes to the trait `metrics`; null where undefined
 *     python: (state, data) => "…",   // "copy as Python"; values and names through py`…` of core/python.js
 *     announce: (state, metrics) => "…",            // spoken after each committed change
 *     seeded: seeds((seed, state, data) => state),  // optional: adds a seed field and a button for it; see seed.js
 *     goals: { half: { distance, done, text, why, next } },    // optional: what a preset asks for; see goal.js
 *     guesses: { half: { ask, truth, … } },         // optional: what is to be guessed first; see guess.js
 *     ready: (data) => promise,       // optional: unpacks what has to be at hand before anything is shown
 *     build: (shell) => draw,         // makes the DOM in shell.body once; draw({ state, view, metrics, why, theme })
 *   });                               //   runs in an animation frame whenever anything changed
 *
 * The document comes from Python: trait `state` (plain JSON), trait `_data` for what never changes, which may hold
 * `presets: [{ id, state, view? }]` in the order of the buttons; a preset's state is merged into the document, so it
 * names only what it changes; and `view`, what is looked at first. `state` and `metrics` go back at every commit and at
 * most four times a second while dragging; each guess goes to `guesses`. While "before" is held, draw() gets the
 * document and the metrics from before the last change, so it draws what it is given and asks store.state for nothing.
 *
 * `shell` offers
 *   store      document, undo, view: see store.js. Preview during a drag, commit at release.
 *   data       the trait `_data`
 *   body       where build() puts its elements
 *   head       a place beside the title, for what switches the whole widget
 *   stages([{ id, label, control? }])   tabs in the head; elements with data-stage="ID …" are there in those stages
 *              only, and a tab only while hide does not name its control. store.view.stage says which one is on.
 *   light      what is lit: see light.js, and formula.js, legend.js, stage.js, which use it
 *   control(name, el)   names an element so that hide=[name] can take it away; returns el
 *   color(name)         "truth", "ink", "line", "class-3" … as a colour for a canvas, in the theme of the moment
 *   say(text)           polite live region
 *   tell({ trait: value })   to Python
 *   kernel              the model, for what Python is asked and answers; null in a page without a kernel
 *   redraw()            asks for draw() in the next frame
 *   measureAgain()      the same, after metrics() came to know more about the same state (a worker's answer)
 *   reducedMotion       true when the reader asked for less movement
 *   onClose(fn)         clean up
 *
 * Also in ui/: settable in controls.js for fields of your own (never rewritten while they are edited), meter.js (with a
 * ghost), player.js, before.js, own_picture.js, roving.js (a row of buttons as one Tab stop), select.js.
 *
 * Classes in theme.css: `split` (picture 55 %, read-outs beside it from 760 px), `small`, `number`, `keeps-colors` (in
 * forced colours). Attributes: data-secondary (away in projector size), data-readout (covered while one is to guess).
 * Type: --t-small, --t-body, --t-title, --t-number. Pressed things are at least var(--target) high. Widths: 480, 760
 * and 1100 px of the container.
 *
 * Everything lies in an open shadow root, so the host page's styles and JupyterLab's shortcuts stay out.
 *
 * Hooks for tests, as data-testid: the root `widget-NAME` (a <section> named by its title), `stages` and `stage-ID`,
 * `preset-ID`, `presets-more`, `undo`, `redo`, `reset`, `before`, `projector`, `link` (pages without a kernel), `copy`,
 * `copy-code` (the text when the clipboard is refused), `seed`, `seed-next`, `story`, `goal`, `goal-distance`,
 * `goal-next`, `guess`, `guess-dial`, `guess-give`, `guess-VALUE`, `guess-result`, `live`; controls.js gives each control
 * the id it is asked to, with `-VALUE` for options; stage.js `stage` and `stage-canvas`; formula.js `formula` and
 * [data-term=NAME]; legend.js [data-part=NAME], `area-NAME`.
 */
import { strings as common, language } from "../words/en.js";
import { elementsOf, h, perFrame } from "./dom.js";
import { createGoal } from "./goal.js";
import { createGuess } from "./guess.js";
import { guardKeys, joinKeyRuns, undoKey } from "./keys.js";
import { createLight } from "./light.js";
import { createLink } from "./link.js";
import { hostModel, staticModel } from "./model.js";
import { paletteCss } from "./palette.js";
import { createPresets } from "./presets.js";
import { createStages } from "./stages.js";
import { createStore } from "./store.js";
import themeCss from "./theme.css";
import { colorReader, watchTheme } from "./theme.js";
import { createToolbar } from "./toolbar.js";
import { createTraffic } from "./traffic.js";

/** @type {Partial<Record<Why, string>>} */
const SAID = { undo: common.undone, redo: common.redone, reset: common.restarted };

/**
 * The widget as anywidget wants it; in a page without a kernel it takes its places.
 * @param {Definition} definition
 */
export function defineWidget(definition) {
  mountStaticPlaces(definition);
  /** @param {{ model: any, el: Element }} host */
  const render = async ({ model, el }) => {
    await definition.ready?.(model.get("_data"));
    return mount(definition, hostModel(model), el);
  };
  return { render };
}

/**
 * In a page without a kernel, Python left `<div data-seglearn="NAME">` with the initial values as JSON inside.
 * @param {Definition} definition
 */
function mountStaticPlaces(definition) {
  for (const place of elementsOf(document, `[data-seglearn="${definition.name}"]:not([data-mounted])`)) {
    const nth = document.querySelectorAll(`[data-seglearn="${definition.name}"][data-mounted]`).length;
    place.setAttribute("data-mounted", "");
    const values = JSON.parse(place.querySelector("script")?.textContent ?? "");
    const take = () => mount(definition, staticModel(values), place, `${definition.name}.${nth}`);
    const opening = definition.ready?.(values._data);
    if (opening) opening.then(take);
    else take();
  }
}

/**
 * @param {Definition} definition
 * @param {Model} model
 * @param {Element} el
 * @param {string | null} [place] what a link to it names in a page without a kernel
 * @returns {() => void} takes the widget away
 */
function mount(definition, model, el, place = null) {
  const frame = createFrame(definition);
  const { host, root } = frame;
  const data = model.get("_data") ?? {};
  const store = createStore(model.get("state"), { ...definition.view?.(data), ...data.view });
  const light = createLight();
  const colors = colorReader(root);
  const loop = createLoop(definition, { frame, model, data, store });
  const { say, redraw, measured, announce } = loop;
  const traffic = createTraffic(model, store, () => measured.metrics);
  /** @type {(() => void)[]} */
  const cleanups = [traffic.stop];
  const check = (/** @type {any} */ state) => definition.metrics(state, data);
  const link = place === null ? null : createLink(place, store, { check, refuse: () => say(common.badLink) });
  const toolbar = createToolbar(store, {
    restart() {
      store.reset();
      loop.presets.restart();
    },
    project() {
      model.set({ size: root.dataset.size === "projector" ? "normal" : "projector" });
      applyTraits();
    },
    peek: loop.peek,
    code: () => definition.python(store.state, data),
    address: link?.address,
    say,
  });
  cleanups.push(
    store.subscribe((reason) => {
      loop.because(reason);
      if (reason === "view") return;
      traffic.tell(reason);
      if (reason !== "preview") announce(SAID[reason]);
    }),
    light.subscribe(redraw),
  );
  function applyTraits() {
    frame.wear(model, definition);
    colors.forget();
    redraw();
  }
  for (const trait of ["hide", "size", "palette"]) model.on(trait, applyTraits);
  frame.fill(toolbar, loop);
  listenToUndo(host, store);
  joinKeyRuns(root, store);
  const draw = definition.build({
    store,
    data,
    body: frame.body,
    head: frame.head,
    light,
    control,
    stages: loop.stages.make,
    tell: (values) => model.set(values),
    kernel: place === null ? model : null,
    color: colors.color,
    say,
    redraw,
    measureAgain() {
      measured.forget();
      redraw();
      traffic.measured();
      announce();
    },
    reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    onClose: (fn) => cleanups.push(fn),
  });
  loop.start(draw, () => toolbar.show(root.dataset.size ?? "normal"));
  applyTraits();
  el.append(host);
  cleanups.push(
    watchTheme(host, (theme) => {
      colors.forget();
      loop.wear(theme);
    }),
  );
  if (link) {
    link.open();
    addEventListener("hashchange", link.open);
    cleanups.push(() => removeEventListener("hashchange", link.open));
  }
  return () => {
    for (const clean of cleanups) clean();
    host.remove();
  };
}

/**
 * What is drawn, and when: everything that changed since the last frame at once.
 * @param {Definition} definition
 * @param {{ frame: ReturnType<typeof createFrame>, model: Model, data: any, store: Store }} parts
 */
function createLoop(definition, { frame, model, data, store }) {
  const say = polite(frame.live);
  const measured = createMeasure(definition, store, data);
  const presets = createPresets(definition, store, data);
  const stages = createStages(store, frame.head, frame.root);
  /** @type {Sees} */
  const sees = (...needs) => !needs.some((name) => frame.hidden.has(name));
  const asking = { store, model, presets, root: frame.root, sees, say, measure: () => measured.metrics, redraw };
  const guess = createGuess(definition, data, asking);
  const goal = createGoal(definition, data, { presets, sees, say });
  let peeking = false; // the state before the last change is shown
  let theme = /** @type {Drawing["theme"]} */ ("light");
  let draw = /** @type {(drawing: Drawing) => void} */ (() => {});
  let after = () => {};
  let why = /** @type {Why} */ ("start");
  const frames = perFrame(() => {
    stages.show(frame.hidden);
    const { state, view, before } = store;
    const { metrics } = measured;
    const shown = peeking && before ? { state: before, metrics: definition.metrics(before, data) } : { state, metrics };
    draw({ ...shown, view, why, theme });
    after();
    presets.show(metrics, why);
    const question = guess.show();
    if (question) presets.story.textContent = question;
    goal.show(metrics, state, why, question !== null);
    why = "redraw";
    frame.keepFocus();
  });
  function redraw() {
    frames();
  }
  return {
    say,
    redraw,
    measured,
    presets,
    stages,
    guess,
    goal,
    /**
     * @param {(drawing: Drawing) => void} first
     * @param {() => void} then
     */
    start(first, then) {
      draw = first;
      after = then;
    },
    /** @param {Why} reason a view that changes in the same frame as the document is not why it is drawn */
    because(reason) {
      if (reason !== "view" || why === "redraw") why = reason;
      redraw();
    },
    /** @param {boolean} held */
    peek(held) {
      peeking = held;
      redraw();
    },
    /** @param {Drawing["theme"]} now */
    wear(now) {
      theme = now;
      redraw();
    },
    announce(opening = "") {
      const words = guess.covers() ? "" : definition.announce?.(store.state, measured.metrics);
      say([opening, words].filter(Boolean).join(" "));
    },
  };
}

/**
 * Names an element, so that hide=[name] can take it away.
 * @template {HTMLElement} E
 * @param {string} name
 * @param {E} el
 */
function control(name, el) {
  el.dataset.control = name;
  return el;
}

/**
 * The elements that everything else stands in.
 * @param {Definition} definition
 */
function createFrame({ strings, name }) {
  const host = h("div", { class: "seglearn-widget" });
  const style = h("style");
  const live = h("div", { class: "live", "aria-live": "polite", "data-testid": "live" });
  const body = h("div", { class: "body" });
  const head = h("div", { class: "head" }, control("title", h("strong", { class: "title" }, strings.title)));
  const root = h("section", {
    class: "widget",
    lang: language,
    "aria-label": strings.title,
    "data-testid": `widget-${name}`,
  });
  host.attachShadow({ mode: "open" }).append(style, root);
  return {
    host,
    root,
    head,
    body,
    live,
    keepFocus: guardKeys(host, root),
    /** @type {Set<string>} what the trait hide names */
    hidden: new Set(),
    /**
     * @param {ReturnType<typeof createToolbar>} toolbar
     * @param {{ presets: Presets, guess: { el: HTMLElement }, goal: { el: HTMLElement } }} parts
     */
    fill(toolbar, { presets, guess, goal }) {
      root.append(
        h("header", {}, head, toolbar.el),
        toolbar.panel,
        control("presets", presets.el),
        control("story", presets.story),
        control("guess", guess.el),
        control("goal", goal.el),
        body,
        live,
      );
    },
    /**
     * Puts on what the traits hide, size and palette say.
     * @param {Model} model
     * @param {Definition} definition
     */
    wear(model, { palettes, css = "" }) {
      this.hidden = new Set(model.get("hide") ?? []);
      for (const node of elementsOf(root, "[data-control]")) node.hidden = this.hidden.has(node.dataset.control ?? "");
      root.dataset.size = model.get("size") ?? "normal";
      const palette = palettes[model.get("palette")] ?? Object.values(palettes)[0];
      style.textContent = `:host { ${paletteCss(palette)} }\n${themeCss}\n${css}`;
    },
  };
}

/**
 * What is derived from the state, worked out once for each state.
 * @param {Definition} definition
 * @param {Store} store
 * @param {any} data
 */
function createMeasure(definition, store, data) {
  /** @type {any} */
  let measured = null;
  /** @type {any} */
  let metrics = null;
  return {
    get metrics() {
      if (measured !== store.state) {
        measured = store.state;
        metrics = definition.metrics(measured, data);
      }
      return metrics;
    },
    forget() {
      measured = null;
    },
  };
}

/**
 * @param {HTMLElement} host
 * @param {Store} store
 */
function listenToUndo(host, store) {
  host.addEventListener("keydown", (event) => {
    const what = undoKey(event);
    if (!what) return;
    event.preventDefault();
    store[what]();
  });
}

/**
 * Speaks when things have come to rest: a run of arrow keys is one message, not twenty.
 * @param {HTMLElement} region
 * @returns {(text?: string) => void}
 */
function polite(region) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (text) => {
    clearTimeout(timer);
    if (text) timer = setTimeout(() => (region.textContent = text), 500);
  };
}
