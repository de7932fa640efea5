/**
 * One direction: a row of inputs, a lane for the stamp of each, and the output that they add up to, its bars stacked of
 * the stamps. Even and odd stamps differ in hue and hatch.
 */
import { overlapCounts, transposedConvolution } from "../../web/core/upsampling.js";
import { button, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { dragValue, letterOf, tidy } from "./kernel.js";

const PLAY = "M4.500 2.500v11l8-5.500z";
const words = strings.stamps;

/** What each term of the formula, each output, input, weight and phase is made of; o counts from before the cropping. */
export function litTerms(k, s, p, n) {
  const full = s * (n - 1) + k;
  const all = { inputs: [], stride: [], kernel: [], padding: [], result: [] };
  const add = (name, ...parts) => {
    all[name] ??= [];
    all[name].push(...parts);
  };
  for (let i = 0; i < n; i++) {
    add(`in-${i}`, `in-${i}`);
    add("inputs", `in-${i}`);
    if (i) add("stride", `step-${i}`);
    for (let j = 0; j < k; j++) {
      const o = i * s + j;
      const seg = `seg-${i}-${j}`;
      add(`in-${i}`, seg, `out-${o}`);
      add(`tap-${j}`, seg, `tap-${j}`);
      add(`phase-${j % s}`, seg, `tap-${j}`);
      add(`out-${o}`, seg, `in-${i}`, `tap-${j}`);
      if (i === 0) add("kernel", seg);
    }
  }
  for (let o = 0; o < full; o++) {
    add(`out-${o}`, `out-${o}`);
    add(`phase-${o % s}`, `out-${o}`);
    add(o < p || o >= full - p ? "padding" : "result", `out-${o}`);
  }
  for (let phase = 0; phase < s; phase++) add(`phase-${phase}`, `sum-${phase}`);
  return all;
}

export function createStamps(shell, { preview, commit, cancel, largest }) {
  const { store, light } = shell;
  const chart = h("div", { class: "stamps-svg", "aria-hidden": "true" });
  const inputs = h("div", { class: "inputs" });
  const frame = h(
    "div",
    { class: "stamps-chart", tabindex: "0", role: "application", "aria-label": words.chart, "data-testid": "stamps" },
    chart,
  );
  const read = h("p", { class: "readout", "data-testid": "readout" });
  const n = store.state.inputs.length;
  let timer = 0;
  const playing = () => timer !== 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    shell.redraw();
  };
  const scrub = slider({
    label: words.slider,
    id: "scrub",
    min: 0,
    max: n,
    value: n,
    format: (i) => words.of(i, n),
    onInput(i) {
      stop();
      store.look({ stamps: i });
    },
  });
  const play = button({
    label: words.play,
    id: "play",
    symbol: PLAY,
    onClick() {
      if (playing()) return stop();
      let at = 0;
      store.look({ stamps: at });
      timer = setInterval(() => {
        store.look({ stamps: ++at });
        if (at >= n) stop();
      }, 650);
    },
  });
  shell.onClose(stop);

  const handles = store.state.inputs.map((_, i) => {
    const fill = h("span", { class: `input-fill ${kindOf(i)}` });
    const value = h("span", { class: "input-value" });
    const el = h(
      "div",
      {
        class: "input",
        role: "slider",
        tabindex: "0",
        "aria-label": words.input(i),
        "aria-valuemin": 0,
        "aria-valuemax": largest,
        "aria-orientation": "vertical",
        "data-testid": `input-${i}`,
      },
      fill,
      value,
    );
    dragValue(el, {
      largest,
      step: 0.25,
      get: () => Number(el.ariaValueNow),
      set: (v) => preview(i, v),
      commit,
      cancel,
    });
    light.bind(el, { term: `in-${i}` });
    return { el, fill, value };
  });
  const caption = h("span", { class: "inputs-caption", "aria-hidden": "true" }, words.inputs);
  inputs.append(caption, ...handles.map((x) => x.el));
  const el = h(
    "div",
    { class: "stamps" },
    h("div", { class: "pane-head" }, h("strong", {}, words.title), h("div", { class: "player" }, play, scrub.el)),
    inputs,
    frame,
    read,
  );

  // --- pointing at outputs -------------------------------------------------------------------------------------------
  let cursor = null;
  let geometry = null;
  const point = (event) => {
    if (!geometry) return;
    const box = chart.getBoundingClientRect();
    const o = Math.floor((event.clientX - box.left - geometry.left) / geometry.cell);
    light.point(o >= 0 && o < geometry.full ? { term: `out-${o}` } : null);
    shown = o;
  };
  let shown = null;
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerdown", point);
  frame.addEventListener("pointerleave", () => light.point(null));
  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame || !geometry || event.ctrlKey || event.metaKey) return;
    const [dx, dy] = arrow(event) ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    if (dy) {
      stop();
      const next = Math.min(n, Math.max(0, Math.min(n, store.view.stamps) - dy));
      store.look({ stamps: next });
      shell.say(words.of(next, n));
      return;
    }
    cursor = Math.min(geometry.full - 1, Math.max(0, (cursor ?? -1) + dx));
    light.point({ term: `out-${cursor}` });
    shell.say(words.said(cursor - geometry.p, geometry.counts[cursor], tidy(geometry.sums[cursor])));
  });
  frame.addEventListener("blur", () => {
    cursor = null;
    light.point(null);
  });
  const observer = new ResizeObserver(() => shell.redraw());
  observer.observe(chart);
  shell.onClose(() => observer.disconnect());

  return {
    el,
    draw(state, view) {
      const { taps, stride: s, padding: p } = state;
      const k = taps.length;
      const now = Math.min(n, view.stamps);
      scrub.value = now;
      play.querySelector(".button-label").textContent = playing() ? words.pause : words.play;
      state.inputs.forEach((x, i) => {
        const { el: handle, fill, value } = handles[i];
        fill.style.height = `${(100 * x) / largest}%`;
        value.textContent = tidy(x);
        handle.ariaValueNow = tidy(x);
        handle.classList.toggle("lit", Boolean(light.parts?.has(`in-${i}`)));
      });

      const width = chart.clientWidth;
      const em = parseFloat(getComputedStyle(chart).fontSize);
      if (!width) return;
      const full = s * (n - 1) + k;
      const margin = 0.2 * em;
      const cell = Math.min(3.4 * em, (width - 2 * margin) / full);
      const left = (width - cell * full) / 2;
      const values = state.inputs.map((x, i) => (i < now ? x : 0));
      const sums = transposedConvolution(values, taps, s);
      const all = transposedConvolution(state.inputs, taps, s);
      const counts = overlapCounts(now, k, s);
      caption.style.left = `${left}px`;
      geometry = { left, cell, full, p, sums, counts: Array.from({ length: full }, (_, o) => counts[o] ?? 0) };
      handles.forEach(({ el: handle }, i) => {
        const middle = left + (s * i + k / 2) * cell;
        const wide = Math.min(2.4 * em, Math.max(0.9 * s * cell, 0.6 * em));
        handle.style.left = `${middle - wide / 2}px`;
        handle.style.width = `${wide}px`;
        handle.classList.toggle("waiting", i >= now);
      });
      chart.innerHTML = picture({
        state,
        now,
        width,
        em,
        cell,
        left,
        full,
        sums,
        counts: geometry.counts,
        lit: light.parts,
        most: Math.max(2, ...all),
      });
      readout(state, now, cursor ?? shown);
    },
  };

  function readout({ taps, stride: s, padding: p, inputs: x }, now, o) {
    const lit = light.parts;
    if (o === null || o < 0 || o >= geometry.full || !lit?.has(`out-${o}`)) {
      read.textContent = words.point;
      return;
    }
    const terms = [];
    for (let i = 0; i < now; i++) if (taps[o - i * s] !== undefined) terms.push([i, o - i * s]);
    const name = ["y", h("sub", {}, String(o - p))];
    if (o < p || o >= geometry.full - p) return read.replaceChildren(words.cut);
    if (!terms.length) return read.replaceChildren(...name, " = 0: ", words.none);
    const plus = (list) => list.flatMap((item, i) => (i ? [" + ", ...item] : item));
    read.replaceChildren(
      ...name,
      " = ",
      ...plus(terms.map(([i, j]) => ["x", h("sub", {}, String(i)), "·w", h("sub", {}, String(j))])),
      " = ",
      ...plus(terms.map(([i, j]) => [`${tidy(x[i])}·${tidy(taps[j])}`])),
      " = ",
      h("b", {}, tidy(geometry.sums[o])),
    );
  }
}

const kindOf = (i) => (i % 2 ? "odd" : "even");

/** The drawing below the inputs, as SVG: lanes of stamps, stacked output, and how many stamps each output got. */
function picture({ state, now, width, em, cell, left, full, sums, counts, lit, most }) {
  const { taps, stride: s, padding: p, inputs: x } = state;
  const n = x.length;
  const k = taps.length;
  const lane = 1.45 * em;
  const stack = 7.5 * em;
  const top = 1.5 * em;
  const foot = top + n * lane;
  const base = foot + 1.6 * em + stack;
  const labelled = cell >= 1.1 * em;
  const gap = cell > 6 ? 1 : 0;
  const dim = (part) => (lit && !lit.has(part) ? " dim" : "");
  const out = [];
  const box = (cls, bx, by, w, hgt) =>
    out.push(
      `<rect class="${cls}" x="${bx.toFixed(2)}" y="${by.toFixed(2)}" width="${Math.max(0, w).toFixed(2)}" height="${Math.max(0, hgt).toFixed(2)}"/>`,
    );
  const label = (cls, tx, ty, words, anchor = "middle") =>
    out.push(`<text class="${cls}" x="${tx.toFixed(1)}" y="${ty.toFixed(1)}" text-anchor="${anchor}">${words}</text>`);
  const high = Math.max(...taps, 1) * Math.max(...x, 1);

  // hatches: the stamps of even and of odd inputs
  for (const [name, d] of [
    ["even", "M-1 7 7 -1M3 9 9 3M-1 1 1 -1"],
    ["odd", "M-1 -1 7 7M-3 3 3 9M5 -1 7 1"],
  ]) {
    out.push(
      `<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground ${name}" width="6" height="6"/><path class="line ${name}" d="${d}"/></pattern>`,
    );
  }
  label("caption", left, 1.05 * em, words.copies, "start");
  for (let i = 0; i < n; i++) {
    const y = top + (i + 1) * lane;
    const waiting = i >= now;
    const newest = i === now - 1 && now < n;
    out.push(
      `<path class="lane${waiting ? " waiting" : ""}${newest ? " newest" : ""}" d="M${(left + s * i * cell).toFixed(1)} ${y.toFixed(1)}h${(k * cell).toFixed(1)}"/>`,
    );
    if (i && lit?.has(`step-${i}`)) {
      out.push(
        `<path class="step" d="M${(left + s * (i - 1) * cell).toFixed(1)} ${(y - 0.3 * lane).toFixed(1)}h${(s * cell).toFixed(1)}"/>`,
      );
    }
    if (waiting) continue;
    for (let j = 0; j < k; j++) {
      const height = (0.86 * lane * x[i] * taps[j]) / high;
      box(
        `seg ${kindOf(i)}${dim(`seg-${i}-${j}`)}`,
        left + (s * i + j) * cell + gap / 2,
        y - height,
        cell - gap,
        height,
      );
    }
  }

  label("caption", left, foot + 1 * em, words.output, "start");
  const grown = new Float64Array(full);
  for (let i = 0; i < now; i++) {
    for (let j = 0; j < k; j++) {
      const o = s * i + j;
      const height = (stack * x[i] * taps[j]) / most;
      const cut = o < p || o >= full - p ? " cut" : "";
      box(
        `seg ${kindOf(i)}${cut}${dim(`seg-${i}-${j}`)}`,
        left + o * cell + gap / 2,
        base - grown[o] - height,
        cell - gap,
        height,
      );
      grown[o] += height;
    }
  }
  out.push(`<path class="axis" d="M${left.toFixed(1)} ${base.toFixed(1)}h${(full * cell).toFixed(1)}"/>`);
  if (p) {
    for (const at of [p, full - p]) {
      out.push(
        `<path class="cut-line" d="M${(left + at * cell).toFixed(1)} ${(foot + 1.3 * em).toFixed(1)}V${(base + 0.4 * em).toFixed(1)}"/>`,
      );
    }
  }
  for (let o = 0; o < full; o++) {
    const middle = left + (o + 0.5) * cell;
    const cut = o < p || o >= full - p;
    if (lit?.has(`out-${o}`))
      box(
        "column",
        left + o * cell,
        base - stack - 0.3 * em,
        cell,
        stack + 0.3 * em + (labelled ? 2.9 * em : 0.5 * em),
      );
    if (!labelled) continue;
    const odd = !cut && counts[o] > 0 && o >= k - 1 && o <= s * (now - 1) && k % s !== 0;
    label(`count${cut ? " cut" : ""}${odd ? " warn" : ""}`, middle, base + 1.25 * em, String(counts[o]));
    if (letterOf(o % s, s) && !cut) label("letter", middle, base + 2.5 * em, letterOf(o % s, s));
  }
  const height = base + (labelled ? 3 * em : 0.6 * em);
  return `<svg viewBox="0 0 ${width} ${height.toFixed(1)}" width="${width}" height="${height.toFixed(1)}">${out.join("")}</svg>`;
}
