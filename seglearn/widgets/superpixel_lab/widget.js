/** Superpixel lab: SLIC step by step on a photograph, its quality, and six other methods beside it. */
import { py } from "../web/core/python.js";
import { around, slope } from "../web/core/slic.js";
import { button, enable, segmented, slider } from "../web/ui/controls.js";
import { h } from "../web/ui/dom.js";
import { arrow } from "../web/ui/keys.js";
import { throttle } from "../web/ui/model.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import { createCompare } from "./parts/compare.js";
import { atPosition, ITERATIONS, LAST, labOf, positionOf, ready, STAGES } from "./parts/compute.js";
import { createPanel, createRegion } from "./parts/panels.js";
import { createPicture } from "./parts/picture.js";
import { createScores } from "./parts/scores.js";
import css from "./style.css";
import { strings } from "./words/en.js";

const MARKS = {
  n_segments: [10, 15, 25, 35, 50, 75, 100, 150, 200, 300, 400, 600],
  compactness: [1, 2, 3, 5, 10, 15, 20, 40, 60, 100],
  sigma: [0, 0.5, 1, 1.5, 2, 3, 4],
  noise: [0, 10, 20, 35, 50],
};
const ICONS = { play: "M4.500 2.500v11l9-5.500z", pause: "M5 3v10M11 3v10" };
const OVERLAYS = { boundary_recall: "hits", undersegmentation_neubert_protzel: "leak", achievable_accuracy: "leak" };
const EASE = 450; // ms that the centres take to move

function python({ tab, picture, noise, sigma, n_segments: n, compactness, method }, { methods, pictures }) {
  const plain = tab === "compare";
  const blurs = methods && !plain && sigma > 0;
  return [
    blurs && "from scipy.ndimage import gaussian_filter\n",
    "from seglearn.superpixels import quality, segment",
    methods && "from seglearn.widgets.superpixel_lab import picture",
    "",
    methods
      ? `${py`image, truth = picture(${picture}`}${noise && !plain ? py`, noise=${noise}` : ""})`
      : strings.pythonOwn,
    blurs && py`image = gaussian_filter(image, (${sigma}, ${sigma}, 0)[: image.ndim], mode="nearest").clip(0, 1)`,
    plain && method !== "slic"
      ? py`labels = segment(image, ${n}, ${method})`
      : py`labels = segment(image, ${n}, compactness=${compactness})`,
    pictures[picture].truth && "print(quality.score(labels, truth, ignore_index=255).as_dict())",
    "",
  ]
    .filter((line) => line || line === "")
    .join("\n");
}

const nearest = (list, v) => list.reduce((best, x, i) => (Math.abs(x - v) < Math.abs(list[best] - v) ? i : best), 0);

function build(shell) {
  const { store, data, light, control } = shell;
  const lab = labOf(data);
  const { width, height } = lab.pictureOf(store.state);
  light.terms(Object.fromEntries(Object.keys(strings.terms).map((part) => [part, [part]])));

  // --- what is cut, and how ---------------------------------------------------------------------------------------
  const show = (patch) => store.preview({ ...store.state, ...patch });
  const put = (patch) => {
    stop();
    store.commit({ ...store.state, ...patch });
  };
  const choice = (id, values, label, words, onChange) =>
    segmented({ label, id, options: values.map((value) => ({ value, label: words[value] ?? value })), onChange });
  const tabs = choice("tab", ["steps", "compare"], strings.tabs.label, strings.tabs, (tab) =>
    put(
      tab === "compare"
        ? { tab, n_segments: lab.sizes[nearest(lab.sizes, store.state.n_segments)] }
        : { tab, method: "slic" },
    ),
  );
  const pictures = choice(
    "picture",
    Object.keys(data.pictures),
    strings.pictures.label,
    strings.pictures,
    (picture) => {
      pinned = null;
      put({ picture });
    },
  );
  const sizes = choice("size", lab.sizes.map(String), strings.sliders.n_segments, {}, (n) =>
    put({ n_segments: Number(n) }),
  );
  const sizesBox = h("div", { class: "slider" }, h("label", {}, strings.sliders.n_segments), sizes.el);

  const sliders = Object.entries(MARKS).map(([name, all]) => {
    const list = name === "n_segments" ? all.filter((n) => n <= width * height) : all;
    let latest = 0;
    // For blur and noise the picture is prepared anew, 100 ms on a slow machine: ten times a second is enough.
    const soon = throttle(() => show({ [name]: latest }), name === "sigma" || name === "noise" ? 100 : 16);
    shell.onClose(soon.stop);
    const one = slider({
      label: strings.sliders[name],
      id: name,
      min: 0,
      max: list.length - 1,
      value: 0,
      // A value between the marks, set by Python, is shown as it is.
      format: (i) => strings.units[name](i === nearest(list, store.state[name]) ? store.state[name] : list[i]),
      onInput: (i) => {
        stop();
        latest = list[i];
        soon.soon();
      },
      onChange: (i) => {
        soon.stop();
        put({ [name]: list[i] });
      },
    });
    light.bind(one.el, { part: { n_segments: "S", compactness: "m" }[name] ?? name });
    return { name, list, one };
  });

  // --- the steps of the algorithm -----------------------------------------------------------------------------------
  let timer = 0;
  function stop() {
    clearTimeout(timer);
    timer = 0;
  }
  function tick() {
    const now = positionOf(store.state);
    if (now >= LAST) {
      timer = 0;
      return store.commit();
    }
    show(atPosition(now + 1));
    timer = setTimeout(tick, now < 6 ? 900 : 450);
  }
  const play = button({
    label: strings.play,
    id: "play",
    symbol: ICONS.play,
    onClick: () => {
      shell.redraw();
      if (timer) return put({});
      if (positionOf(store.state) >= LAST) show(atPosition(0));
      timer = setTimeout(tick, 900);
    },
  });
  shell.onClose(stop);
  const next = button({ label: strings.next, id: "next", onClick: () => put(atPosition(positionOf(store.state) + 1)) });
  const chips = STAGES.map((stage) =>
    button({
      label: strings.stages[stage],
      id: `stage-${stage}`,
      onClick: () => {
        const { stage: now, iteration } = store.state;
        // Assign comes after Update, Update after Assign.
        const again =
          stage === "assign" && now === "update" ? Math.min(ITERATIONS, iteration + 1) : Math.max(1, iteration);
        put({ stage, iteration: { seeds: 0, nudge: 0, connect: ITERATIONS }[stage] ?? again });
      },
    }),
  );
  const scrub = slider({
    label: strings.scrub,
    id: "scrub",
    min: 0,
    max: LAST,
    value: 0,
    format: (i) => {
      const { stage, iteration } = atPosition(i);
      return strings.position(strings.stages[stage], i > 1 && i < LAST ? iteration : 0);
    },
    onInput: (i) => {
      stop();
      show(atPosition(i));
    },
    onChange: (i) => put(atPosition(i)),
  });
  scrub.el.classList.add("scrub");
  const steps = h(
    "div",
    { class: "steps" },
    h(
      "div",
      { class: "stages", role: "group", "aria-label": strings.stages.label },
      chips.slice(0, 2),
      h("span", { class: "loop" }, chips.slice(2, 4)),
      chips[4],
    ),
    h("div", { class: "transport" }, play, next, scrub.el),
  );

  // --- the picture, and the pixel that is probed ----------------------------------------------------------------------
  const canvas = h("canvas", { "data-testid": "picture-canvas", "aria-hidden": "true" });
  const frame = h(
    "div",
    { class: "stage", tabindex: "0", role: "application", "aria-label": strings.stage, "data-testid": "stage" },
    canvas,
  );
  frame.style.setProperty("--columns", width);
  frame.style.setProperty("--rows", height);
  let pointed = null; // where the pointer is
  let pinned = null; // what was clicked
  let tell = false; // the keyboard moved the probed pixel: say what is there
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, Math.floor(v)));
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      row: clamp((height * (event.clientY - box.top)) / box.height, height),
      col: clamp((width * (event.clientX - box.left)) / box.width, width),
    };
  };
  const probed = () => {
    const [row, col] = data.pictures[store.state.picture].probe;
    return pinned ?? pointed ?? { row, col };
  };
  const point = (p) => {
    pointed = p;
    shell.redraw();
  };
  const pin = (p) => {
    pinned = pinned && Math.hypot(pinned.row - p.row, pinned.col - p.col) < 3 ? null : p;
    point(p);
  };
  frame.addEventListener("pointermove", (event) => point(at(event)));
  frame.addEventListener("pointerleave", () => point(null));
  frame.addEventListener("click", (event) => pin(at(event)));
  frame.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (event.ctrlKey || event.metaKey || !(by || event.key === "Enter" || event.key === " ")) return;
    event.preventDefault();
    const { row, col } = probed();
    if (!by) return pin({ row, col });
    const [dx, dy] = by.map((v) => (event.shiftKey ? 10 * v : v));
    pinned = null;
    tell = true;
    point({ row: clamp(row + dy, height), col: clamp(col + dx, width) });
  });
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(frame);
  shell.onClose(() => observer.disconnect());

  const paint = createPicture(shell, canvas);
  const views = choice("show", ["borders", "means"], strings.show.label, strings.show, (value) =>
    store.look({ show: value }),
  );
  const caption = h("span", { class: "hint", "data-testid": "caption" });
  const panel = createPanel(shell);
  const region = createRegion(light);
  const scores = createScores(shell);
  const compare = data.methods && createCompare(lab, (method) => put({ method }));
  if (compare) {
    shell.head.append(control("tabs", tabs.el));
    control("compare", compare.el);
  }
  const columns = h("div", { class: "columns" });
  shell.body.append(
    control(
      "sliders",
      h(
        "div",
        { class: "sliders" },
        sliders.map(({ one }) => one.el),
        sizesBox,
      ),
    ),
    control("steps", steps),
    columns,
  );
  columns.append(
    h(
      "div",
      { class: "left" },
      frame,
      h(
        "div",
        { class: "under" },
        compare ? control("pictures", pictures.el) : "",
        control("views", views.el),
        caption,
      ),
      control("scores", scores.el),
    ),
    control("panel", panel.el),
    compare ? compare.el : "",
    control("region", region.el),
  );

  // --- the centres move ---------------------------------------------------------------------------------------------
  let moving = null; // { key, start }
  function progress(key) {
    if (shell.reducedMotion) return 1;
    if (moving?.key !== key) moving = { key, start: performance.now() };
    const t = Math.min(1, (performance.now() - moving.start) / EASE);
    if (t < 1) requestAnimationFrame(shell.redraw);
    return t;
  }

  /** What is drawn of the centres, as [y, x], and the trails that they left. */
  function centresOf(state, slic) {
    const { stage, iteration } = state;
    const place = (centre) => centre.slice(3);
    if (stage === "seeds") return { centres: slic.seeds };
    if (stage === "nudge")
      return { centres: slic.nudged, hollow: slic.seeds, trails: slic.seeds.map((seed, k) => [seed, slic.nudged[k]]) };
    if (stage === "connect") return { centres: [] };
    const before = slic.iterations[iteration - 1].before.map(place);
    if (stage === "update") {
      const after = slic.iterations[iteration - 1].centres.map(place);
      const t = progress(JSON.stringify(state));
      const centres = after.map((to, k) => to.map((v, j) => before[k][j] + t * (v - before[k][j])));
      return { centres, hollow: before, trails: centres.map((to, k) => [before[k], to]) };
    }
    const been = slic.iterations.slice(0, iteration).map((it) => it.before.map(place));
    return { centres: before, trails: before.map((_, k) => been.map((all) => all[k])) };
  }

  function gradientAround({ seeds, nudged }, { lab: planes, rgba }, k) {
    const [y, x] = seeds[k];
    const cells = around(y, x).map(([row, col]) => {
      const p = 4 * (clamp(row, height) * width + clamp(col, width));
      return { g: slope(planes, width, height, row, col), rgb: [...rgba.subarray(p, p + 3)] };
    });
    return { cells, best: 3 * (nudged[k][0] - y + 1) + nudged[k][1] - x + 1 };
  }

  // --- every change -------------------------------------------------------------------------------------------------
  return ({ state, view, metrics, why }) => {
    if (!["preview", "redraw", "view"].includes(why)) stop();
    const { stage: now, iteration } = state;
    const comparing = state.tab === "compare";
    const about = lab.pictureOf(state);
    const cut = lab.seen(state);
    const slic = lab.slic(state);
    const { labels } = lab.shown(state);
    const quality = lab.quality(state);
    const lit = light.parts;
    const probe = probed();

    tabs.value = columns.dataset.tab = state.tab;
    pictures.value = state.picture;
    views.value = view.show;
    sizes.value = String(state.n_segments);
    const away = (gone, ...all) => all.forEach((el) => el?.classList.toggle("away", gone));
    away(!comparing, sizesBox, compare?.el);
    away(comparing, steps, panel.el);
    for (const { name, list, one } of sliders) {
      one.value = nearest(list, state[name]);
      away(comparing && name !== "compactness", one.el);
    }
    away(!labels, region.el, scores.el, views.el);
    chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(STAGES[i] === now)));
    scrub.value = positionOf(state);
    enable(next, positionOf(state) < LAST);
    play.querySelector(".button-label").textContent = timer ? strings.pause : strings.play;
    play.querySelector("path").setAttribute("d", timer ? ICONS.pause : ICONS.play);
    caption.textContent = strings.probe(probe.row, probe.col);

    const under = labels ? labels[probe.row * width + probe.col] : null;
    const moves = comparing ? { centres: [] } : centresOf(state, slic);
    // Before pixels are assigned, the centre at hand is the nearest one.
    const far = ([y, x]) => Math.hypot(y - probe.row, x - probe.col);
    const k = under ?? moves.centres.reduce((best, c, i, all) => (far(c) < far(all[best]) ? i : best), 0);
    const scene = {
      state,
      width,
      height,
      rgba: cut.rgba,
      means: view.show === "means",
      labels,
      regions: labels && lab.regions(state),
      quality,
      truth: about.truth?.truth,
      overlay: quality?.hits && (["found", "missed", "leak"].find((part) => lit?.has(part)) ?? OVERLAYS[view.score]),
      lit,
      region: under,
      connected: slic.connected,
      step: comparing ? null : slic.step,
      nSeeds: slic.seeds.length,
      grid: !comparing && now === "seeds" && slic.tiles,
      window: !comparing && !labels && [0, 0, 0, ...moves.centres[k]],
      ...moves,
      probe,
      candidates: comparing || !labels || now === "update" ? [] : lab.candidates(state, probe),
      names: about.names,
      large: shell.body.parentElement.dataset.size === "projector",
    };
    paint(scene);
    if (comparing) compare.draw(state, metrics);
    else {
      const it = slic.iterations[iteration - 1];
      panel.draw({
        ...scene,
        gradient: now === "nudge" && gradientAround(slic, cut, k),
        move: now === "update" && {
          from: it.before[k],
          to: it.centres[k],
          residuals: slic.iterations.map((one) => one.residual),
          index: iteration - 1,
        },
      });
    }
    const said = region.draw(scene);
    scores.draw(metrics, quality, view.score, about.truth?.radius ?? null);
    if (tell) shell.say([caption.textContent, said].filter(Boolean).join(". "));
    tell = false;
  };
}

const NAME = "superpixel_lab";
// In a page without a kernel the shell mounts at once, so what is packed there is opened before.
for (const script of document.querySelectorAll(
  `[data-seglearn=${NAME}]:not([data-mounted]) > [type="application/json"]`,
)) {
  await ready(JSON.parse(script.textContent)._data);
}
const { render } = defineWidget({
  name: NAME,
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  view: () => ({ score: "boundary_recall", show: "borders" }),
  metrics: (state, data) => labOf(data).metrics(state),
  python,
  announce: (state, metrics) => strings.announce(metrics),
  build,
});

export default {
  async render(context) {
    await ready(context.model.get("_data"));
    return render(context);
  },
};
