/**
 * The shell that every widget stands in: title, presets, undo, redo, start again, copy as Python, projector size,
 * live region, theme, keyboard guard, and the traffic with Python. A widget file is
 *
 *   import { defineWidget } from "../ui/shell.js";
 *   export default defineWidget({
 *     name: "iou_bench",              // file name of the bundle; also what marks its place in a static page
 *     strings,                        // { title, prompt, presets: { id: { label, story } }, … } from strings/en.js;
 *                                     //   a story is text or (metrics) => text and is shown under the presets
 *     palettes: { "okabe-ito": OKABE_ITO },         // what the trait `palette` may name; the first is the default
 *     css,                            // the widget's own style sheet (import css from "./x.css")
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
import { common } from "../strings/en.js";
import { button, enable, numberField } from "./controls.js";
import { h, perFrame } from "./dom.js";
import { guardKeys, undoKey } from "./keys.js";
import { createLight } from "./light.js";
import { hostModel, staticModel, throttle } from "./model.js";
import { paletteCss } from "./palette.js";
import { createStore } from "./store.js";
import { colorReader, watchTheme } from "./theme.js";
import themeCss from "./theme.css";

const ICONS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.500 3.500L10 10M13 6.5H6.500a4 4 0 0 0 0 8H9",
  reset: "M13.500 8A5.500 5.500 0 1 1 11.500 3.700M13.500 1.500v3.500H10",
  projector: "M2 6V2h4M14 6V2h-4M2 10v4h4M14 10v4h-4",
  copy: "M5.500 5.500V2h8.500v8.500h-3.500M2 5.500h8.500V14H2z",
  dice: "M2.500 2.500h11v11h-11zM5.500 5.500v.01M10.500 5.500v.01M8 8v.01M5.500 10.500v.01M10.500 10.500v.01",
};

export function defineWidget(definition) {
  mountStaticPlaces(definition);
  return { render: ({ model, el }) => mount(definition, hostModel(model), el) };
}

/** In a page without a kernel, Python left `<div data-seglearn="NAME">` with the initial values as JSON inside. */
function mountStaticPlaces(definition) {
  const places = `[data-seglearn="${definition.name}"]:not([data-mounted])`;
  for (const place of document.querySelectorAll(places)) {
    place.setAttribute("data-mounted", "");
    mount(definition, staticModel(JSON.parse(place.querySelector("script").textContent)), place);
  }
}

function mount(definition, model, el) {
  const { strings, name } = definition;
  const host = h("div", { class: "seglearn-widget" });
  const shadow = host.attachShadow({ mode: "open" });
  const style = h("style");
  const live = h("div", { class: "live", "aria-live": "polite", "data-testid": "live" });
  const body = h("div", { class: "body" });
  const head = h("div", { class: "head" });
  const root = h("section", { class: "widget", "aria-label": strings.title, "data-testid": `widget-${name}` });
  shadow.append(style, root);
  guardKeys(host);

  const data = model.get("_data") ?? {};
  const store = createStore(model.get("state"), definition.view?.(data) ?? {});
  const light = createLight();
  const colors = colorReader(root);
  const cleanups = [];
  let why = "start";
  let theme = "light";

  // --- what is derived from the state, once a state ---------------------------------------------------------------
  let measured = null;
  let metrics = null;
  const measure = () => {
    if (measured !== store.state) {
      measured = store.state;
      metrics = definition.metrics(measured, data);
    }
    return metrics;
  };

  // --- drawing ----------------------------------------------------------------------------------------------------
  let draw = () => {};
  const redraw = perFrame(() => {
    const { state, view } = store;
    draw({ state, view, metrics: measure(), why, theme });
    updateShell();
    why = "redraw";
  });
  const say = polite(live);

  // --- traffic with Python ----------------------------------------------------------------------------------------
  let sent = JSON.stringify(store.state);
  const toPython = throttle(() => {
    sent = JSON.stringify(store.state);
    model.set({ state: store.state, metrics: measure() });
  }, 250);
  model.on("state", () => {
    const next = model.get("state");
    const text = JSON.stringify(next);
    if (text === sent) return; // our own words coming back
    sent = text;
    store.receive(next);
  });
  cleanups.push(toPython.stop, () => model.close());

  cleanups.push(
    store.subscribe((reason) => {
      why = reason;
      redraw();
      if (reason === "view") return;
      if (reason === "preview") return toPython.soon();
      if (reason !== "remote") toPython.now();
      const opening = { undo: common.undone, redo: common.redone, reset: common.restarted }[reason];
      say([opening, definition.announce?.(store.state, measure())].filter(Boolean).join(" "));
    }),
    light.subscribe(redraw),
  );

  const measureAgain = () => {
    measured = null;
    redraw();
    model.set({ metrics: measure() }); // not the state: Python may have another by now
    say(definition.announce?.(store.state, measure()));
  };

  // --- toolbar, presets, story ------------------------------------------------------------------------------------
  const undo = button({ label: common.undo, id: "undo", symbol: ICONS.undo, quiet: true, onClick: () => store.undo() });
  const redo = button({ label: common.redo, id: "redo", symbol: ICONS.redo, quiet: true, onClick: () => store.redo() });
  const reset = button({
    label: common.reset,
    id: "reset",
    symbol: ICONS.reset,
    quiet: true,
    onClick: () => {
      store.reset();
      chosen = presets.find(shows) ?? null;
    },
  });
  const projector = button({
    label: common.projector,
    id: "projector",
    symbol: ICONS.projector,
    quiet: true,
    onClick: () => {
      model.set({ size: root.dataset.size === "projector" ? "normal" : "projector" });
      applyTraits();
    },
  });
  const copy = copyButton(() => definition.python(store.state, data), say);

  let chosen = null; // the preset whose story is told
  const shows = (preset) => {
    const { state } = store;
    return Object.entries(preset.state).every(([k, v]) => state[k] === v || JSON.stringify(state[k]) === JSON.stringify(v));
  };
  const presets = (data.presets ?? []).map((preset) => ({
    ...preset,
    el: button({
      label: strings.presets[preset.id].label,
      id: `preset-${preset.id}`,
      onClick: () => {
        chosen = preset;
        if (preset.view) store.look(preset.view);
        store.commit({ ...store.state, ...preset.state });
      },
    }),
  }));
  chosen = presets.find(shows) ?? null;
  const story = h("p", { class: "story", "data-testid": "story" });

  let seedField = null;
  const seedControls = [];
  if (definition.seeded) {
    const sow = (seed) => {
      seedField.value = seed;
      chosen = { id: "seed", state: definition.seeded(seed, store.state, data) };
      store.commit({ ...store.state, ...chosen.state });
    };
    seedField = numberField({ label: common.seed, id: "seed", min: 0, max: 9999, value: 0, onChange: sow });
    seedControls.push(
      h(
        "div",
        { class: "seed", "data-control": "seed" },
        button({
          label: strings.presets.seed.label,
          id: "seed-next",
          symbol: ICONS.dice,
          onClick: () => sow((seedField.value + 1) % 10000),
        }),
        seedField.el,
      ),
    );
  }

  function updateShell() {
    enable(undo, store.canUndo);
    enable(redo, store.canRedo);
    enable(reset, store.canReset);
    // Undo may lead back to another preset: tell the story of what is shown. A changed preset keeps its story.
    if (!(chosen && shows(chosen))) chosen = presets.find(shows) ?? chosen;
    const untouched = chosen !== null && shows(chosen);
    for (const preset of presets) preset.el.setAttribute("aria-pressed", String(untouched && preset.id === chosen.id));
    const words = chosen ? strings.presets[chosen.id].story : strings.prompt;
    story.classList.toggle("past", !untouched && chosen !== null);
    if (untouched || !story.textContent) story.textContent = typeof words === "function" ? words(metrics) : words;
  }

  // --- hide, size, palette ----------------------------------------------------------------------------------------
  const applyTraits = () => {
    const hidden = new Set(model.get("hide") ?? []);
    for (const node of root.querySelectorAll("[data-control]")) node.hidden = hidden.has(node.dataset.control);
    root.dataset.size = model.get("size") ?? "normal";
    projector.setAttribute("aria-pressed", String(root.dataset.size === "projector"));
    const palette = definition.palettes[model.get("palette")] ?? Object.values(definition.palettes)[0];
    style.textContent = `:host { ${paletteCss(palette)} }\n${themeCss}\n${definition.css ?? ""}`;
    colors.forget();
    redraw();
  };
  for (const trait of ["hide", "size", "palette"]) model.on(trait, applyTraits);

  const control = (control, node) => {
    node.dataset.control = control;
    return node;
  };
  head.append(control("title", h("strong", { class: "title" }, strings.title)));
  root.append(
    h(
      "header",
      {},
      head,
      h(
        "div",
        { class: "toolbar" },
        control("undo", undo),
        control("redo", redo),
        control("reset", reset),
        control("projector", projector),
        control("copy", copy.el),
      ),
    ),
    control("copy", copy.panel),
    control(
      "presets",
      h("div", { class: "presets", role: "group", "aria-label": common.presets }, presets.map((p) => p.el), seedControls),
    ),
    control("story", story),
    body,
    live,
  );
  root.addEventListener("keydown", (event) => {
    const what = undoKey(event);
    if (!what) return;
    event.preventDefault();
    store[what]();
  });

  const shell = {
    store,
    data,
    body,
    head,
    light,
    control,
    color: colors.color,
    say,
    redraw,
    measureAgain,
    reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    onClose: (fn) => cleanups.push(fn),
  };
  draw = definition.build(shell);
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
    cleanups.forEach((fn) => fn());
    host.remove();
  };
}

/** Speaks when things have come to rest: a run of arrow keys is one message, not twenty. */
function polite(region) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    if (text) timer = setTimeout(() => (region.textContent = text), 500);
  };
}

/** The button, and the panel that shows the code where the clipboard is out of reach (file://, a frame). */
function copyButton(code, say) {
  const text = h("textarea", { readonly: true, rows: 8, spellcheck: "false", "data-testid": "copy-code" });
  const panel = h("div", { class: "copy-panel" }, h("label", {}, h("span", {}, common.copyByHand), text));
  const wrap = h("div", { class: "copy-wrap", hidden: true }, panel);
  panel.append(button({ label: common.close, id: "copy-close", onClick: () => (wrap.hidden = true) }));
  const el = button({
    label: common.copy,
    id: "copy",
    symbol: ICONS.copy,
    onClick: async () => {
      text.value = code();
      try {
        await navigator.clipboard.writeText(text.value);
        wrap.hidden = true;
        const label = el.querySelector(".button-label");
        label.textContent = common.copied;
        setTimeout(() => (label.textContent = common.copy), 1600);
        say(common.copied);
      } catch {
        wrap.hidden = false;
        text.focus();
        text.select();
        say(common.copyByHand);
      }
    },
  });
  return { el, panel: h("div", {}, wrap) };
}
