/**
 * The shell that every widget stands in: title, presets, undo, redo, start again, copy as Python, projector size,
 * live region, theme, keyboard guard, and the traffic with Python. A widget file is
 *
 *   import { defineWidget } from "../web/ui/shell.js";
 *   export default defineWidget({
 *     name: "iou_bench",              // file name of the bundle; also what marks its place in a static page
 *     strings,                        // { title, prompt, presets: { id: { label, story } }, … } from words/en.js;
 *                                     //   a story is text or (metrics) => text and is shown under the presets
 *     palettes: { "okabe-ito": OKABE_ITO },         // what the trait `palette` may name; the first is the default
 *     css,                            // the widget's own style sheet (import css from "./style.css")
 *     view: (data) => ({ … }),        // what is looked at but not undone: tool, selected metric (optional)
 *     metrics: (state, data) => ({ … }),            // plain JSON, goes to the trait `metrics`; null where undefined
 *     python: (state, data) => "…",   // "copy as Python"; values and names through py`…` of core/python.js
 *     announce: (state, metrics) => "…",            // spoken after each committed change
 *     seeded: (seed, state, data) => state,         // optional: adds a seed field and a button for it
 *     build: (shell) => draw,         // makes the DOM in shell.body once; draw({ state, view, metrics, why, theme })
 *   });                               //   runs in an animation frame whenever anything changed
 *
 * The document comes from Python: trait `state` (plain JSON), trait `_data` for what never changes, which may hold
 * `presets: [{ id, state, view? }]` in the order of the buttons; a preset's state is merged into the document, so it
 * names only what it changes. `state` and `metrics` go back at every commit and at most four times a second while
 * dragging.
 *
 * `shell` offers
 *   store      document, undo, view: see store.js. Preview during a drag, commit at release.
 *   data       the trait `_data`
 *   body       where build() puts its elements
 *   head       a place beside the title, for what switches the whole widget (tabs)
 *   light      what is lit: see light.js, and formula.js, legend.js, stage.js, which use it
 *   control(name, el)   names an element so that hide=[name] can take it away; returns el
 *   color(name)         "truth", "ink", "line", "class-3" … as a colour for a canvas, in the theme of the moment
 *   say(text)           polite live region
 *   redraw()            asks for draw() in the next frame
 *   measureAgain()      the same, after metrics() came to know more about the same state (a worker's answer)
 *   reducedMotion       true when the reader asked for less movement
 *   onClose(fn)         clean up
 *
 * Everything lies in an open shadow root, so the host page's styles and JupyterLab's shortcuts stay out.
 *
 * Hooks for tests, as data-testid: the root `widget-NAME` (a <section> named by its title), `preset-ID`, `undo`,
 * `redo`, `reset`, `copy`, `copy-code` (the text when the clipboard is refused), `projector`, `seed`, `seed-next`,
 * `story`, `live`; controls.js gives each control the id it is asked to, with `-VALUE` for options; stage.js
 * `stage` and `stage-canvas`; formula.js `formula` and [data-term=NAME]; legend.js [data-part=NAME], `area-NAME`.
 */
import { strings as common } from "../words/en.js";
import { elementsOf, h, perFrame } from "./dom.js";
import { guardKeys, undoKey } from "./keys.js";
import { createLight } from "./light.js";
import { hostModel, staticModel } from "./model.js";
import { paletteCss } from "./palette.js";
import { createPresets } from "./presets.js";
import { createStore } from "./store.js";
import themeCss from "./theme.css";
import { colorReader, watchTheme } from "./theme.js";
import { createToolbar } from "./toolbar.js";
import { createTraffic } from "./traffic.js";

/** @type {Partial<Record<Why, string>>} */
const SAID = { undo: common.undone, redo: common.redone, reset: common.restarted };

/**
 * The widget as anywidget wants it; in a page without a kernel it takes its places at once.
 * @param {Definition} definition
 */
export function defineWidget(definition) {
  mountStaticPlaces(definition);
  /** @param {{ model: any, el: Element }} host */
  const render = ({ model, el }) => mount(definition, hostModel(model), el);
  return { render };
}

/**
 * In a page without a kernel, Python left `<div data-seglearn="NAME">` with the initial values as JSON inside.
 * @param {Definition} definition
 */
function mountStaticPlaces(definition) {
  for (const place of elementsOf(document, `[data-seglearn="${definition.name}"]:not([data-mounted])`)) {
    place.setAttribute("data-mounted", "");
    mount(definition, staticModel(JSON.parse(place.querySelector("script")?.textContent ?? "")), place);
  }
}

/**
 * @param {Definition} definition
 * @param {Model} model
 * @param {Element} el
 * @returns {() => void} takes the widget away
 */
function mount(definition, model, el) {
  const frame = createFrame(definition);
  const { host, root } = frame;
  const data = model.get("_data") ?? {};
  const store = createStore(model.get("state"), definition.view?.(data) ?? {});
  const light = createLight();
  const colors = colorReader(root);
  const say = polite(frame.live);
  const measured = createMeasure(definition, store, data);
  const presets = createPresets(definition, store, data);
  const toolbar = createToolbar(store, {
    restart() {
      store.reset();
      presets.restart();
    },
    project() {
      model.set({ size: root.dataset.size === "projector" ? "normal" : "projector" });
      applyTraits();
    },
    code: () => definition.python(store.state, data),
    say,
  });
  /** @type {Why} */
  let why = "start";
  /** @type {Drawing["theme"]} */
  let theme = "light";
  /** @type {(drawing: Drawing) => void} */
  let draw = () => {};
  const redraw = perFrame(() => {
    const { state, view } = store;
    draw({ state, view, metrics: measured.metrics, why, theme });
    toolbar.show(root.dataset.size ?? "normal");
    presets.show(measured.metrics);
    why = "redraw";
  });
  const announce = (opening = "") =>
    say([opening, definition.announce?.(store.state, measured.metrics)].filter(Boolean).join(" "));
  const traffic = createTraffic(model, store, () => measured.metrics);
  const cleanups = [
    traffic.stop,
    store.subscribe((reason) => {
      why = reason;
      redraw();
      if (reason === "view") return;
      traffic.tell(reason);
      if (reason !== "preview") announce(SAID[reason]);
    }),
    light.subscribe(redraw),
  ];
  function applyTraits() {
    frame.wear(model, definition);
    colors.forget();
    redraw();
  }
  for (const trait of ["hide", "size", "palette"]) model.on(trait, applyTraits);
  frame.fill(toolbar, presets);
  listenToUndo(root, store);
  draw = definition.build({
    store,
    data,
    body: frame.body,
    head: frame.head,
    light,
    control,
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
  applyTraits();
  el.append(host);
  cleanups.push(
    watchTheme(host, (now) => {
      theme = now;
      colors.forget();
      redraw();
    }),
  );
  return () => {
    for (const clean of cleanups) clean();
    host.remove();
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
  const root = h("section", { class: "widget", "aria-label": strings.title, "data-testid": `widget-${name}` });
  host.attachShadow({ mode: "open" }).append(style, root);
  guardKeys(host);
  return {
    host,
    root,
    head,
    body,
    live,
    /**
     * @param {ReturnType<typeof createToolbar>} toolbar
     * @param {ReturnType<typeof createPresets>} presets
     */
    fill(toolbar, presets) {
      const buttons = Object.entries(toolbar.buttons).map(([id, el]) => control(id, el));
      root.append(
        h("header", {}, head, h("div", { class: "toolbar" }, buttons)),
        control("copy", toolbar.panel),
        control("presets", presets.el),
        control("story", presets.story),
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
      const hidden = new Set(model.get("hide") ?? []);
      for (const node of elementsOf(root, "[data-control]")) node.hidden = hidden.has(node.dataset.control);
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
 * @param {HTMLElement} root
 * @param {Store} store
 */
function listenToUndo(root, store) {
  root.addEventListener("keydown", (event) => {
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
