/** PSNR against mean IoU, a dot for each filter and setting at the noise of the moment. */
import { h } from "../../web/ui/dom.js";
import { strings } from "../words/en.js";
import { settingOf } from "./map.js";

const [WIDE, TALL, LEFT, BOTTOM, PAD] = [420, 230, 42, 38, 12];
const SIGNS = { psnr: "m0 -8l8 8l-8 8l-8 -8z", iou: "m-7 -7h14v14h-14z", again: "m-6 -6l12 12m0 -12l-12 12" };

function scales(points, clean) {
  const xs = points.map((p) => p.psnr);
  const [x0, x1] = [Math.min(...xs) - 0.5, Math.max(...xs) + 0.5];
  const y1 = Math.max(80, 100 * clean + 5);
  const x = (v) => LEFT + ((WIDE - LEFT - PAD) * (v - x0)) / (x1 - x0);
  const y = (v) => PAD + (TALL - BOTTOM - PAD) * (1 - v / y1);
  return { x, y, x0, x1, at: (px, iou) => `${x(px).toFixed(1)} ${y(100 * iou).toFixed(1)}` };
}

function axes({ x, y, x0, x1 }, clean) {
  const step = x1 - x0 > 14 ? 5 : x1 - x0 > 6 ? 2 : 1;
  const ticks = [];
  for (let v = Math.ceil(x0 / step) * step; v <= x1; v += step)
    ticks.push(`<text class="tick mid" x="${x(v)}" y="${TALL - BOTTOM + 16}">${v}</text>`);
  for (const v of [0, 20, 40, 60, 80]) {
    const words = `<text class="tick end" x="${LEFT - 6}" y="${y(v) + 4}">${v}</text>`;
    ticks.push(`<path class="grid" d="M${LEFT} ${y(v)}H${WIDE - PAD}"/>${words}`);
  }
  const line = y(100 * clean);
  return `${ticks.join("")}
<path class="clean" d="M${LEFT} ${line}H${WIDE - PAD}"/><text class="tick" x="${LEFT + 4}" y="${line - 5}">${strings.plot.clean}</text>
<text class="label mid" x="${(LEFT + WIDE - PAD) / 2}" y="${TALL - 4}">${strings.plot.x}</text>
<text class="label mid" transform="translate(11 ${(TALL - BOTTOM + PAD) / 2}) rotate(-90)">${strings.plot.y}</text>`;
}

/** `{ el, draw(net, again) }`; `again` is a point that the kernel has just measured, or null. */
export function createPlot({ surface }) {
  const el = h("div", { class: "plot", role: "img", "data-testid": "plot", "data-readout": true });
  return {
    el,
    draw(net, again) {
      const scale = scales(net.points, surface.clean);
      const { x, y, at } = scale;
      const sign = (point, name) =>
        `<path class="sign by-${name}" d="M${at(point.psnr, point.mean_iou)}${SIGNS[name]}"/>`;
      const [psnr, iou] = [net.points[net.bestPsnr], net.points[net.bestIou]];
      el.innerHTML = `<svg viewBox="0 0 ${WIDE} ${TALL}">${axes(scale, surface.clean)}
${net.points.map((p) => `<circle class="dot" r="3" cx="${x(p.psnr)}" cy="${y(100 * p.mean_iou)}"/>`).join("")}
<path class="line" d="M${net.line.map(([px, v]) => at(px, v)).join("L")}"/>
${net.line.map(([px, v]) => `<circle class="mine" r="4" cx="${x(px)}" cy="${y(100 * v)}"/>`).join("")}
${sign(psnr, "psnr")}${sign(iou, "iou")}
<circle class="here" r="11" cx="${x(net.psnr)}" cy="${y(100 * net.mean_iou)}"/>
${again ? `<path class="again" d="M${at(again.psnr, again.mean_iou)}${SIGNS.again}"/>` : ""}</svg>`;
      el.setAttribute("aria-label", strings.plot.words(settingOf(psnr), settingOf(iou)));
    },
  };
}
