/** Spectra over the bands, with what a sensor sees of them, and the markers that choose bands. */

import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { mark } from "./picture.js";

const TALL = 100; // of the drawing; it is as wide as there are bands
const MARKERS = ["r", "g", "b", "t"];

/** The next number above x that makes four even steps. */
export function roundUp(x) {
  if (!(x > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(x));
  return [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].find((m) => m * power >= x * 0.9999) * power;
}

/**
 * `onBand(which, band, done)` reports a marker "r", "g", "b" or "t" being moved, and put down.
 */
export function createPlot(shell, model, data, { onBand }) {
  const { bands } = model.cube;
  const { light } = shell;
  const { axis } = data;
  const share = (band) => `${(100 * (band + 0.5)) / bands}%`;
  const svg = h("div", { class: "curves", "aria-hidden": "true" });
  const over = h("div", { class: "plot-over" });
  const yTicks = h("div", { class: "y-ticks" });
  const read = h("p", { class: "hint plot-note", "data-testid": "plot-note" });

  const handles = MARKERS.map((name, which) => {
    const el = h(
      "div",
      {
        class: `marker ${name}`,
        role: "slider",
        tabindex: "0",
        "aria-label": strings.markers[name],
        "aria-valuemin": 1,
        "aria-valuemax": bands,
        "data-testid": `marker-${name}`,
        title: strings.markers[name],
      },
      h("span", { class: "handle" }, name === "t" ? "✂" : name.toUpperCase()),
    );
    let now = 0;
    let held = false;
    let stepped = false; // by keys that are still down
    const put = (band, done) => {
      now = Math.min(bands - 1, Math.max(0, band));
      onBand(name, now, done);
    };
    el.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      el.setPointerCapture(event.pointerId);
      held = true;
      event.preventDefault();
      el.focus();
    });
    el.addEventListener("pointermove", (event) => {
      if (!held) return;
      const box = area.getBoundingClientRect();
      put(Math.floor(((event.clientX - box.left) / box.width) * bands), false);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      el.addEventListener(type, () => {
        if (held) onBand(name, now, true);
        held = false;
      });
    }
    el.addEventListener("keydown", (event) => {
      const by = arrow(event);
      const to = { Home: 0, End: bands - 1 }[event.key];
      if ((!by && to === undefined) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const { boxes, centres } = model.sensors[shell.store.state.sensor];
      const step = by ? by[0] - by[1] : 0;
      stepped = true;
      // On a sensor with few bands a key goes to the next of them.
      const b = model.boxOf(model.sensors[shell.store.state.sensor], now);
      const order = boxes && centres.map((_, i) => i).sort((i, j) => centres[i] - centres[j]);
      const next = order?.[Math.min(order.length - 1, Math.max(0, order.indexOf(b) + step))];
      put(to ?? (boxes ? Math.round(centres[next]) : now + step * (event.shiftKey ? 10 : 1)), false);
    });
    for (const type of ["keyup", "blur"]) {
      el.addEventListener(type, () => {
        if (stepped) onBand(name, now, true);
        stepped = false;
      });
    }
    return {
      el,
      name,
      set(band, hidden, words) {
        if (!held && !stepped) now = band;
        el.hidden = hidden;
        el.style.left = share(band);
        el.setAttribute("aria-valuenow", band + 1);
        el.setAttribute("aria-valuetext", words);
      },
      which,
    };
  });

  const regions = h(
    "div",
    { class: "regions", "aria-hidden": "true" },
    axis.regions.map(([name, from, to]) => {
      const el = h("span", {}, strings.regions[name]);
      el.style.width = `${(100 * (to - from)) / bands}%`;
      return el;
    }),
  );
  const ticks = h(
    "div",
    { class: "x-ticks", "aria-hidden": "true" },
    xTicks(axis, bands).map(([band, words]) => {
      const el = h("span", {}, words);
      el.style.left = share(band);
      return el;
    }),
  );
  const area = h(
    "div",
    { class: "plot-area" },
    svg,
    over,
    handles.map(({ el }) => el),
  );
  const unit = h("span", { class: "unit" });
  const el = h(
    "div",
    { class: "plot", role: "group", "aria-label": strings.plot.label, "data-testid": "plot" },
    unit,
    h("div", { class: "plot-frame" }, yTicks, area, ticks, regions),
    h("p", { class: "x-title" }, axis.wavelengths ? strings.plot.wavelength : strings.plot.band),
    read,
  );

  /** One path through the values of all bands, broken where bands were left out. */
  const curve = (values, y) =>
    Array.from(values, (v, b) => `${b && !axis.breaks.includes(b - 1) ? "L" : "M"}${b + 0.5} ${y(v)}`).join("");

  /** What a sensor with few bands sees: a bar as wide as the band, and a thin line from one to the next. */
  function steps(values, { boxes, centres }, y) {
    const order = centres.map((_, i) => i).sort((i, j) => centres[i] - centres[j]);
    const bars = order.map((i) => {
      const [a, b] = extent(boxes[i]);
      return `M${a} ${y(values[i])}H${b}`;
    });
    return [bars.join(""), order.map((i, n) => `${n ? "L" : "M"}${centres[i] + 0.5} ${y(values[i])}`).join("")];
  }

  return {
    el,
    /** `lines`: [{ part, pixel, label }], the one without part being what the pointer is on; `sweep`: IoU by band. */
    draw(state, view, lines, sweep) {
      const sensor = model.sensors[state.sensor];
      const shape = view.scale === "shape";
      const all = lines.map(({ pixel }) => {
        const values = model.seen(state.sensor, pixel);
        const full = sensor.boxes ? model.seen("hyper", pixel) : values;
        const norm = (v) => Math.hypot(...v) || 1;
        return shape ? [values.map((v) => v / norm(values)), full.map((v) => v / norm(full))] : [values, full];
      });
      // The full spectrum is drawn faintly behind; as a shape, the two have different lengths and do not compare.
      const behind = sensor.boxes && !shape;
      const highest = Math.max(...all.flatMap(([values, full]) => [...values, ...(behind ? full : [])]), 0);
      const lowest = Math.min(...all.flatMap(([values]) => [...values]), 0);
      const top = roundUp(highest);
      const bottom = lowest < -0.02 * top ? -roundUp(-lowest) : 0;
      const y = (v) => (TALL - (TALL * (v - bottom)) / (top - bottom)).toFixed(2);

      const lit = light.parts;
      const marks = [];
      let out = "";
      if (sensor.boxes) out += sensor.boxes.map((box) => `<path class="box" d="${hump(box)}"/>`).join("");
      for (const b of axis.breaks) out += `<path class="gap" d="M${b + 1} 0V${TALL}"/>`;
      if (sweep) {
        const points = sweep.map((iou, b) =>
          iou == null
            ? ""
            : `M${extentOf(sensor, b)[0]} ${TALL}V${TALL - 0.3 * TALL * iou}H${extentOf(sensor, b)[1]}V${TALL}Z`,
        );
        out += `<path class="sweep" d="${points.join("")}"/>`;
      }
      lines.forEach(({ part }, n) => {
        const [values, full] = all[n];
        const faded = lit && part && [...lit].some((p) => p.startsWith("pin-")) && !lit.has(part);
        const kind = `${part ?? "here"}${faded ? " faded" : ""}`;
        if (sensor.boxes) {
          const [bars, line] = steps(values, sensor, y);
          if (behind) out += `<path class="${kind} behind" d="${curve(full, y)}"/>`;
          out += `<path class="${kind} thin" d="${line}"/><path class="${kind} bar" d="${bars}"/>`;
        } else out += `<path class="${kind}" d="${curve(values, y)}"/>`;
        if (!part) return;
        // A number sits on its curve, each at another place.
        const i = Number(part.slice(4));
        const b = sensor.boxes ? (i + 1) % sensor.n : Math.min(bands - 1, Math.round(bands * (0.19 + 0.045 * i)));
        const chip = mark(i);
        chip.style.left = sensor.n > 1 ? share(sensor.centres[b]) : `${12 + 4 * i}%`;
        chip.style.top = `${y(values[b])}%`;
        chip.classList.toggle("faded", Boolean(faded));
        marks.push(chip);
      });
      svg.innerHTML = `<svg viewBox="0 0 ${bands} ${TALL}" preserveAspectRatio="none">${out}</svg>`;
      const names = (sensor.n > 1 ? (sensor.boxes ?? []) : [])
        .filter(({ label }) => label)
        .map((box) => {
          const name = h("span", { class: "box-name" }, strings.boxes[box.label] ?? box.label);
          name.style.left = `${(50 * (extent(box)[0] + extent(box)[1])) / bands}%`;
          return name;
        });
      over.replaceChildren(...names, ...marks);
      const grid = [0, 0.25, 0.5, 0.75, 1].map((s) => {
        const tick = h("span", {}, tidy(bottom + s * (top - bottom), top));
        tick.style.bottom = `${100 * s}%`;
        return tick;
      });
      yTicks.replaceChildren(...grid);
      unit.textContent = shape ? strings.plot.shape : data.unit || strings.plot.value;

      const free = sensor.n > 1 && state.sensor !== "rgb";
      const channels = model.channels(state);
      for (const { name, which, set } of handles) {
        const band = name === "t" ? model.boxOf(sensor, state.band) : channels[which];
        const place = sensor.boxes ? sensor.centres[band] : band;
        set(
          place,
          name === "t" ? state.on !== "band" : !free,
          strings.bandName(sensor.boxes?.[band]?.label, Math.round(place) + 1, axis.wavelengths?.[Math.round(place)]),
        );
      }
      const best = sweep?.length && sweep.every((v) => v != null) ? sweep.indexOf(Math.max(...sweep)) : null;
      read.textContent =
        best === null
          ? free
            ? strings.plot.drag
            : (strings.plot.fixed[state.sensor] ?? "")
          : strings.plot.sweep(
              strings.bandName(sensor.boxes?.[best]?.label, best + 1, axis.wavelengths?.[best]),
              sweep[best],
            );
    },
  };

  function extentOf(sensor, b) {
    return sensor.boxes ? extent(sensor.boxes[b]) : [b, b + 1];
  }
}

/** From where to where a response is above half of its peak. */
function extent({ first, weights }) {
  const half = Math.max(...weights) / 2;
  const inside = weights.map((w, i) => [w, i]).filter(([w]) => w >= half);
  return [first + inside[0][1], first + inside.at(-1)[1] + 1];
}

/** The response of a band, as a hump that stands on the axis. */
function hump({ first, weights }) {
  const peak = Math.max(...weights);
  const top = (w) => TALL - 0.94 * TALL * (w / peak);
  return `M${first} ${TALL}${weights.map((w, i) => `V${top(w).toFixed(1)}H${first + i + 1}`).join("")}V${TALL}Z`;
}

function tidy(v, top) {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(top)));
  return String(Number(v.toFixed(Math.min(4, digits))));
}

/** [band, words] for the ticks: band numbers, or round wavelengths where they are known. */
function xTicks({ wavelengths }, bands) {
  if (wavelengths) {
    const step = roundUp((wavelengths.at(-1) - wavelengths[0]) / 8);
    const found = [];
    for (let w = Math.ceil(wavelengths[0] / step) * step; w <= wavelengths.at(-1); w += step) {
      const b = wavelengths.findIndex((x) => x >= w - 1e-9);
      if (b >= 0 && found.at(-1)?.[0] !== b) found.push([b, String(Number(w.toFixed(2)))]);
    }
    return bands < 12 ? wavelengths.map((w, b) => [b, String(Number(w.toFixed(2)))]) : found;
  }
  const step = bands <= 12 ? 1 : Math.max(1, roundUp(bands / 8));
  const found = [[0, "1"]];
  for (let n = Math.ceil(step); n <= bands; n += Math.ceil(step)) if (n > 1) found.push([n - 1, String(n)]);
  return found;
}
