/** Scores, histogram, and the network's part: heatmap, scatter plot and the button for the kernel. */

import { decodeLabelRuns } from "../../web/core/codec.js";
import { button, segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { percent, score } from "../../web/ui/format.js";
import { createFormula, frac, number, op, row, sub, term, text, value, variable } from "../../web/ui/formula.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";

export const decibels = (x) => (x == null ? "∞" : `${x.toFixed(1)}\u202fdB`);

// --- scores ---------------------------------------------------------------------------------------------------------

const named = (name, inside) => term(name, inside, strings.terms[name]);
const squared = (inside) => `<msup>${row(op("("), inside, op(")"))}${number(2)}</msup>`;
const PSNR = [
  row(
    text("PSNR"),
    op("="),
    number("10\u202f"),
    sub(text("log"), number(10)),
    frac(number(1), named("mse", text("MSE"))),
    op("="),
    value("psnr"),
  ),
  row(
    named("mse", text("MSE")),
    op("="),
    text(strings.meanOf),
    squared(row(named("clean", variable("x")), op("−"), named("filtered", variable("y")))),
    op("="),
    value("mse"),
  ),
];

const ROLES = { clean: "truth", noisy: "ignore", filtered: "prediction" };

export function createScores({ light }) {
  const figures = {};
  const cell = (id) => (figures[id] = h("td", { "data-testid": id }));
  const bound = (tag, props, part, ...inside) => light.bind(h(tag, { tabindex: "0", ...props }, ...inside), { part });
  const table = h(
    "table",
    { class: "scores", "aria-label": strings.scores.label },
    h("tr", {}, h("td"), h("th", { scope: "col" }, "PSNR"), bound("th", { scope: "col" }, "ssim", "SSIM")),
    Object.entries(ROLES).map(([part, role]) =>
      h(
        "tr",
        {},
        bound(
          "th",
          { scope: "row", class: role, "data-part": part },
          part,
          h("i", { class: `swatch ${role}`, "aria-hidden": "true" }),
          strings.parts[part],
        ),
        cell(`psnr-${part}`),
        cell(`ssim-${part}`),
      ),
    ),
  );
  const formula = createFormula(light, strings.scores.formula);
  formula.show(...PSNR);
  return {
    el: table,
    formula: formula.el,
    draw(metrics, mse, pending) {
      const rows = {
        clean: [null, 1],
        noisy: [metrics.noisy_psnr, metrics.noisy_ssim],
        filtered: [metrics.psnr, metrics.ssim],
      };
      for (const [part, [p, s]] of Object.entries(rows)) {
        const later = pending && part === "filtered";
        figures[`psnr-${part}`].textContent = later ? "…" : decibels(p);
        figures[`ssim-${part}`].textContent = later ? "…" : score(s);
      }
      formula.values(pending ? { psnr: "…", mse: "…" } : { psnr: decibels(metrics.psnr), mse: mse.toPrecision(3) });
    },
  };
}

// --- histogram ------------------------------------------------------------------------------------------------------

const BINS = 50;
const RANGES = { values: [0, 1], errors: [-0.5, 0.5] };
const [WIDE, TALL] = [256, 84];

function countsOf(data, [low, high]) {
  const counts = new Float64Array(BINS);
  for (const v of data) counts[Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (v - low)) / (high - low))))]++;
  return counts;
}

export function createHistogram(shell, which) {
  const plot = h("div", { class: "histogram", role: "img", "data-testid": "histogram" });
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  const el = h(
    "div",
    { class: "histogram-box" },
    h("div", { class: "panel-head" }, h("b", {}, strings.histogram.label), which.el),
    plot,
    ticks,
    h("small", {}, strings.histogram.note),
  );
  let shown = null;
  return {
    el,
    draw(kind, { clean, noisy, filtered }, spread) {
      which.value = kind;
      const key = [kind, clean.data, noisy.data, filtered.data];
      if (shown?.every((part, i) => part === key[i])) return;
      shown = key;
      const range = RANGES[kind];
      const off = ({ data }) => data.map((v, i) => v - clean.data[i]);
      /** @type {Record<string, Float32Array>} */
      const series =
        kind === "values"
          ? { clean: clean.data, noisy: noisy.data, filtered: filtered.data }
          : { noisy: off(noisy), filtered: off(filtered) };
      const counts = Object.entries(series).map(([part, data]) => ({ part, bars: countsOf(data, range) }));
      const all = counts.flatMap(({ bars }) => [...bars]).sort((a, b) => b - a);
      const top = all[2 * counts.length] * 1.15 || all[0]; // a few tall bars may be cut
      const path = (c) => {
        let d = `M0 ${TALL}`;
        c.forEach(
          (n, i) => (d += `V${(TALL * (1 - Math.min(1, n / top))).toFixed(1)}H${((WIDE * (i + 1)) / BINS).toFixed(1)}`),
        );
        return `${d}V${TALL}`;
      };
      plot.innerHTML = `<svg viewBox="0 0 ${WIDE} ${TALL}" preserveAspectRatio="none">${counts.map(({ part, bars }) => `<path class="${ROLES[part]} of-${part}" d="${path(bars)}"/>`).join("")}</svg>`;
      const [low, high] = range;
      ticks.replaceChildren(
        ...[low, (low + high) / 2, high].map((v) =>
          h("span", {}, kind === "errors" && v > 0 ? `+${v}` : String(v).replace("-", "−")),
        ),
      );
      plot.setAttribute(
        "aria-label",
        strings.histogram.words(strings.histogram[kind], spread(noisy), spread(filtered)),
      );
    },
  };
}

// --- what the network says of the scene ------------------------------------------------------------------------------

/** Three small maps of classes with their legend. */
function createLabels(classes) {
  const maps = Object.fromEntries(["truth", "noisy", "filtered"].map((name) => [name, h("canvas", { role: "img" })]));
  const list = h("p", { class: "classes" });
  const el = h(
    "div",
    { class: "labels", "data-testid": "labels" },
    Object.entries(maps).map(([name, canvas]) => h("figure", {}, canvas, h("figcaption", {}, strings.labels[name]))),
    list,
  );
  const mark = ({ name, color }) =>
    h("span", {}, h("i", { style: `background:rgb(${color.join(" ")})`, "aria-hidden": "true" }), name);
  let drawn = null;
  return {
    el,
    draw(labels, width, height) {
      el.hidden = !labels;
      if (!labels || labels === drawn) return;
      drawn = labels;
      const seen = new Set();
      for (const [name, canvas] of Object.entries(maps)) {
        Object.assign(canvas, { width, height });
        const out = new ImageData(width, height);
        const counts = new Array(classes.length).fill(0);
        decodeLabelRuns(labels[name], width * height).forEach((k, p) => {
          if (classes[k]) counts[k]++;
          out.data.set([...(classes[k]?.color ?? [125, 125, 125]), 255], 4 * p);
        });
        canvas.getContext("2d").putImageData(out, 0, 0);
        counts.forEach((n, k) => n && seen.add(k));
        const shares = counts.map((n, k) => [n / width / height, classes[k].name]).filter(([share]) => share > 0.02);
        canvas.ariaLabel = `${strings.labels[name]}: ${shares
          .sort((a, b) => b[0] - a[0])
          .map(([share, word]) => `${word} ${percent(share, 0)}`)
          .join(", ")}`;
      }
      list.replaceChildren(...classes.filter((_, k) => seen.has(k)).map(mark));
    },
  };
}

// --- the network ----------------------------------------------------------------------------------------------------

export const settingOf = ({ filter, setting }) => `${strings.filters[filter]}${setting === null ? "" : ` ${setting}`}`;

export function createNetwork({ store, data, say }, lab, put, kernel) {
  const { columns, surface } = lab;
  const which = segmented({
    label: strings.map.label,
    id: "map",
    options: ["mean_iou", "psnr"].map((v) => ({ value: v, label: strings.map[v] })),
    onChange: (map) => store.look({ map }),
  });
  const at = (r, c) => ({ strength: lab.strengths[store.state.noise][r], ...columns[c] });
  let cells = [];
  const go = (r, c) => {
    put(at(r, c));
    cells[r][c].focus();
  };
  cells = lab.strengths.gaussian.map((_, r) =>
    columns.map((column, c) =>
      h("td", {
        role: "gridcell",
        tabindex: "-1",
        "data-testid": `cell-${r}-${c}`,
        class: c && columns[c - 1].filter === column.filter ? "" : "first",
        onclick: () => go(r, c),
        onkeydown: (event) => {
          const by = arrow(event);
          if (event.key === "Enter" || event.key === " ") go(r, c);
          else if (by && !event.ctrlKey && !event.metaKey) {
            go(
              Math.min(cells.length - 1, Math.max(0, r + by[1])),
              Math.min(columns.length - 1, Math.max(0, c + by[0])),
            );
          } else return;
          event.preventDefault();
        },
      }),
    ),
  );
  const heads = cells.map(() => h("th", { scope: "row", role: "rowheader" }));
  const corner = h("th", { role: "columnheader" });
  const table = h(
    "table",
    { class: "map", role: "grid", "aria-label": strings.map.grid, "data-testid": "surface" },
    h(
      "tr",
      { role: "row" },
      corner,
      data.filters.map(({ name, values }) =>
        h("th", { class: "first", scope: "col", role: "columnheader", colspan: values.length }, strings.short[name]),
      ),
    ),
    cells.map((line, r) => h("tr", { role: "row" }, heads[r], line)),
  );
  const plot = h("div", { class: "plot", role: "img", "data-testid": "plot" });
  const here = h("p", { class: "here", "data-testid": "here" });
  const best = h("p", { "data-testid": "best" });
  const note = h("p", { class: "quiet-note", "data-testid": "kernel-answer", role: "status" });
  const ask = kernel && button({ label: strings.kernel.ask, id: "ask", onClick: () => send() });
  let answer = null; // { key, psnr, mean_iou }
  let waiting = null;
  const keyOf = (state) => JSON.stringify(state);
  function send() {
    if (waiting) return;
    waiting = { id: `${Date.now()}`, key: keyOf(store.state) };
    ask.ariaDisabled = "true";
    note.textContent = strings.kernel.waiting(surface.n_scenes);
    kernel.set({ _question: { id: waiting.id, state: store.state } });
  }
  kernel?.on("_answer", () => {
    const told = kernel.get("_answer");
    if (told.id !== waiting?.id) return;
    answer = told.error ? null : { ...told, key: waiting.key };
    waiting = null;
    ask.ariaDisabled = "false";
    note.textContent =
      told.error ??
      [
        strings.kernel.answer(decibels(told.psnr), percent(told.mean_iou)),
        !told.labels && data.pictures.scene && strings.kernel.scene,
      ]
        .filter(Boolean)
        .join(" ");
    say(note.textContent);
    store.look({});
  });
  note.textContent = kernel ? "" : strings.kernel.none;
  const labels = createLabels(data.classes);

  const el = h(
    "section",
    { class: "network", "aria-label": strings.network.title },
    h("b", {}, strings.network.title),
    h("p", { class: "quiet-note" }, strings.network.about(surface.n_scenes)),
    h(
      "div",
      { class: "panel-head" },
      which.el,
      h(
        "div",
        { class: "key", "aria-hidden": "true" },
        ["by-psnr", "by-iou", "now"].map((name) => h("span", { class: name }, strings.map[name])),
      ),
    ),
    table,
    h("div", { class: "under-map" }, plot, h("div", { class: "words" }, here, best, ask ?? "", note, labels.el)),
  );

  function drawMap(state, view, net) {
    which.value = view.map;
    corner.textContent = strings.parameters[state.noise];
    const scores = lab.rows(state.noise, view.map);
    const [byPsnr, byIou] = ["psnr", "mean_iou"].map((name) =>
      lab.rows(state.noise, name).map((r) => r.indexOf(Math.max(...r))),
    );
    const all = scores.flat();
    const [low, high] = view.map === "psnr" ? [Math.min(...all), Math.max(...all)] : [0, surface.clean];
    const [row, column] = [Math.round(net.row), Math.round(net.column)];
    heads.forEach((head, r) => (head.textContent = String(lab.strengths[state.noise][r])));
    cells.forEach((line, r) =>
      line.forEach((cell, c) => {
        const v = scores[r][c];
        const now = r === row && c === column;
        cell.textContent = (view.map === "psnr" ? v : 100 * v).toFixed(0);
        cell.style.setProperty("--heat", `${Math.round(100 * Math.min(1, Math.max(0, (v - low) / (high - low))))}%`);
        cell.classList.toggle("by-psnr", byPsnr[r] === c);
        cell.classList.toggle("by-iou", byIou[r] === c);
        cell.classList.toggle("now", now);
        cell.tabIndex = now ? 0 : -1;
        cell.setAttribute("aria-selected", String(now));
        cell.ariaLabel = strings.map.cell(
          lab.strengths[state.noise][r],
          settingOf(columns[c]),
          strings.map[view.map],
          view.map === "psnr" ? decibels(v) : percent(v),
        );
      }),
    );
  }

  function drawPlot(state, net) {
    const [w, tall, left, bottom, pad] = [420, 230, 42, 38, 12];
    const xs = net.points.map((p) => p.psnr);
    const [x0, x1] = [Math.min(...xs) - 0.5, Math.max(...xs) + 0.5];
    const y1 = Math.max(80, 100 * surface.clean + 5);
    const x = (v) => left + ((w - left - pad) * (v - x0)) / (x1 - x0);
    const y = (v) => pad + (tall - bottom - pad) * (1 - v / y1);
    const at = (px, iou) => `${x(px).toFixed(1)} ${y(100 * iou).toFixed(1)}`;
    const step = x1 - x0 > 14 ? 5 : x1 - x0 > 6 ? 2 : 1;
    const ticks = [];
    for (let v = Math.ceil(x0 / step) * step; v <= x1; v += step)
      ticks.push(`<text class="tick mid" x="${x(v)}" y="${tall - bottom + 16}">${v}</text>`);
    for (const v of [0, 20, 40, 60, 80]) {
      ticks.push(
        `<path class="grid" d="M${left} ${y(v)}H${w - pad}"/><text class="tick end" x="${left - 6}" y="${y(v) + 4}">${v}</text>`,
      );
    }
    const sign = (point, shape, role) => `<path class="${role} sign" d="M${at(point.psnr, point.mean_iou)}${shape}"/>`;
    const [psnr, iou] = [net.points[net.bestPsnr], net.points[net.bestIou]];
    const again = answer?.key === keyOf(state) && answer;
    plot.innerHTML = `<svg viewBox="0 0 ${w} ${tall}">${ticks.join("")}
<path class="clean" d="M${left} ${y(100 * surface.clean)}H${w - pad}"/><text class="tick" x="${left + 4}" y="${y(100 * surface.clean) - 5}">${strings.plot.clean}</text>
<text class="label mid" x="${(left + w - pad) / 2}" y="${tall - 4}">${strings.plot.x}</text>
<text class="label mid" transform="translate(11 ${(tall - bottom + pad) / 2}) rotate(-90)">${strings.plot.y}</text>
${net.points.map((p) => `<circle class="dot" r="3" cx="${x(p.psnr)}" cy="${y(100 * p.mean_iou)}"/>`).join("")}
<path class="line" d="M${net.line.map(([px, v]) => at(px, v)).join("L")}"/>
${net.line.map(([px, v]) => `<circle class="mine" r="4" cx="${x(px)}" cy="${y(100 * v)}"/>`).join("")}
${sign(psnr, "m0 -8l8 8l-8 8l-8 -8z", "truth")}${sign(iou, "m-7 -7h14v14h-14z", "prediction")}
<circle class="here" r="11" cx="${x(net.psnr)}" cy="${y(100 * net.mean_iou)}"/>
${again ? `<path class="again" d="M${at(again.psnr, again.mean_iou)}m-6 -6l12 12m0 -12l-12 12"/>` : ""}</svg>`;
    plot.setAttribute("aria-label", strings.plot.words(settingOf(psnr), settingOf(iou)));
  }

  return {
    el,
    draw(state, view, net) {
      drawMap(state, view, net);
      drawPlot(state, net);
      const { width, height } = lab.clean(state);
      labels.draw(answer?.key === keyOf(state) && answer.labels, width, height);
      const even = state.noise !== "salt-and-pepper" || state.salt === 0.5;
      here.textContent = even
        ? strings.network.here(percent(net.mean_iou), percent(surface.clean), net.exact)
        : strings.network.uneven;
      const [p, m] = [net.points[net.bestPsnr], net.points[net.bestIou]];
      best.textContent = strings.network.best(
        settingOf(p),
        decibels(p.psnr),
        percent(p.mean_iou),
        settingOf(m),
        decibels(m.psnr),
        percent(m.mean_iou),
        net.bestPsnr === net.bestIou,
      );
    },
  };
}
