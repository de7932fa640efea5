// Runs in the page of one widget: goes through its presets and stages, and says what breaks the rules of its design.
// `rules` are numbers and the names of what is to be looked at; the answer is { rule: [what and where] }.

(() => {
  // Canvas → what was written on it since the last look: text, size, and the contrast with the pixels it was put on.
  const canvasText = new Map();
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
    const px = parseFloat(/([\d.]+)px/.exec(this.font)?.[1] ?? "0") * Math.abs(this.getTransform().a);
    if (!canvasText.has(this.canvas)) canvasText.set(this.canvas, new Map());
    const drawn = { text, px, bold: /\b(bold|[6-9]00)\b/.test(this.font), ratio: contrastOnCanvas(this, text, x, y) };
    if (text.trim()) canvasText.get(this.canvas).set(`${text}@${Math.round(x)},${Math.round(y)}`, drawn);
    return fill.call(this, text, x, y, ...more);
  };
  window.leaked = [];
  document.addEventListener("keydown", (event) => window.leaked.push(event.key));

  const host = () => document.querySelector(".seglearn-widget");
  const root = () => host().shadowRoot.querySelector("section");
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const all = (selector) => [...root().querySelectorAll(selector)];
  const seen = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: false });
  const nameOf = (el) =>
    (el.dataset?.testid ?? el.dataset?.part ?? el.dataset?.term ?? el.getAttribute?.("class") ?? el.tagName) + ` "${(el.textContent ?? "").trim().slice(0, 24)}"`;

  function texts() {
    const found = [];
    const walk = document.createTreeWalker(root(), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement: el, textContent } = walk.currentNode;
      if (!textContent.trim() || !seen(el) || el.closest("math, .live, style, option, textarea")) continue;
      const px = parseFloat(getComputedStyle(el).fontSize);
      const svg = el.closest("svg");
      const matrix = svg && el.getScreenCTM?.();
      found.push({ el, px: matrix ? px * Math.hypot(matrix.a, matrix.b) : px, text: textContent.trim() });
    }
    return found;
  }

  const looks = {
    height: ({ most }) => {
      const { height } = host().getBoundingClientRect();
      return height > most + 0.5 ? [`${Math.round(height)} px high, at most ${most}`] : [];
    },
    sideScroll: () => {
      const wide = document.documentElement.scrollWidth - innerWidth;
      const out = all("*")
        .filter((el) => seen(el) && !el.closest(".live, .preset-row, [data-scrolls]"))
        .filter((el) => el.getBoundingClientRect().right > innerWidth + 0.5);
      if (wide > 0) return [`${wide} px too wide: ${out.slice(0, 3).map(nameOf).join(", ")}`];
      return [];
    },
    /** What has to be scrolled sideways to be seen, and does not say so (data-scrolls). */
    cutColumns: () =>
      all("*")
        .filter((el) => seen(el) && /auto|scroll/.test(getComputedStyle(el).overflowX) && !el.closest("[data-scrolls]"))
        .filter((el) => el.scrollWidth > el.clientWidth + 1)
        .map((el) => `${nameOf(el)}: ${el.scrollWidth - el.clientWidth} px are out of sight`),
    type: ({ least }) => {
      const small = texts().filter(({ px }) => px < least - 0.05);
      for (const [canvas, lines] of canvasText) {
        if (!canvas.isConnected || !seen(canvas)) continue;
        const scale = canvas.getBoundingClientRect().width / canvas.width;
        for (const { text, px } of lines.values()) if (px * scale < least - 0.05) small.push({ el: canvas, px: px * scale, text });
      }
      return [...new Set(small.map(({ px, text }) => `${px.toFixed(1)} px: "${text.slice(0, 24)}"`))].slice(0, 6);
    },
    targets: ({ least }) =>
      all("button, select, input:not([type=radio], [type=file]), .segmented label")
        .filter((el) => seen(el) && !el.closest("table, [role=grid], [role=application], [data-cells]"))
        .filter((el) => el.getBoundingClientRect().height < least - 0.5)
        .map((el) => `${nameOf(el)}: ${el.getBoundingClientRect().height.toFixed(0)} px high`)
        .slice(0, 6),
    // Each option of a choice counts; the toolbar, which is the same everywhere, and data cells do not.
    controls: ({ most }) => {
      const controls = all("button, select, input:not([type=file]), textarea, [role=slider][tabindex]").filter(
        (el) => seen(el) && !el.closest(".toolbar, table, [role=grid], [role=application], [data-cells]"),
      );
      return controls.length > most ? [`${controls.length} controls, at most ${most}`] : [];
    },
    presets: ({ most }) => {
      const there = all(".preset-row > [data-testid^=preset-]").filter(seen).length;
      return there > most ? [`${there} presets in sight, at most ${most}`] : [];
    },
    tabStops: () => {
      const found = [];
      for (const row of [".toolbar", ".preset-row"]) {
        const stops = all(`${row} button`).filter((el) => seen(el) && el.tabIndex === 0).length;
        if (stops !== 1 && all(`${row} button`).some(seen)) found.push(`${row} has ${stops} Tab stops`);
      }
      for (const el of all("[tabindex]")) if (el.tabIndex > 0) found.push(`${nameOf(el)} has tabindex ${el.tabIndex}`);
      return found;
    },
    /** In the made-up language: texts, also those that are only heard or drawn on a canvas, with a word out of brackets. */
    words: ({ same }) => {
      const known = new RegExp(`\\[[^\\]]*\\]|\\b(${same})\\b`, "gu");
      const spoken = ["aria-label", "title", "placeholder", "alt", "aria-description", "aria-valuetext"];
      const heard = [root(), ...all("*")].filter(seen).flatMap((el) => spoken.map((name) => el.getAttribute(name) ?? ""));
      const read = [...all(".live"), ...texts().map(({ el }) => el), ...all("option")]
        .filter((el) => !el.closest("pre, code, math"))
        .flatMap((el) => [...el.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data));
      const drawn = [...canvasText].flatMap(([canvas, lines]) =>
        canvas.isConnected && seen(canvas) ? [...lines.values()].map(({ text }) => text) : [],
      );
      const escaped = [...heard, ...read, ...drawn].filter((text) => /\p{L}{2,}/u.test(text.replace(known, " ")));
      return [...new Set(escaped.map((text) => text.trim().slice(0, 60)))];
    },
    /** Texts that a box cuts off: one that hides what overflows it, or the widget's own edge. */
    cut: () => {
      const cutBy = (el, text) => {
        for (let box = el; box && root().contains(box); box = box.parentElement) {
          const { overflowX, overflowY, clipPath } = getComputedStyle(box);
          if (/auto|scroll/.test(overflowX) || clipPath !== "none") return null;
          const { left, right, top, bottom } = box.getBoundingClientRect();
          const across = (/hidden|clip/.test(overflowX) || box === root()) && (text.right > right + 1 || text.left < left - 1);
          if (across || (/hidden|clip/.test(overflowY) && (text.bottom > bottom + 1 || text.top < top - 1))) return box;
        }
        return null;
      };
      const found = [];
      for (const { el, text } of texts()) {
        const range = document.createRange();
        range.selectNodeContents(el);
        const box = range.getBoundingClientRect();
        const by = box.width && cutBy(el, box);
        if (by) found.push(`"${text.slice(0, 30)}" by ${by.getAttribute("class") ?? by.tagName}`);
      }
      return [...new Set(found)];
    },
    canvasContrast: ({ least, large }) => {
      const found = new Set();
      for (const [canvas, lines] of canvasText) {
        if (!canvas.isConnected || !seen(canvas)) continue;
        const scale = canvas.getBoundingClientRect().width / canvas.width;
        for (const { text, px, bold, ratio } of lines.values()) {
          canvasTextsSeen++;
          const enough = px * scale >= (bold ? 18.66 : 24) ? large : least;
          if (!(ratio >= enough)) found.add(`"${text.slice(0, 24)}": ${ratio.toFixed(1)} : 1`);
        }
      }
      return [...found].slice(0, 6);
    },
    focusOrder: () => {
      const found = [];
      const stops = tabStops().map((el) => ({ el, box: placeOf(el) }));
      const ofValue = ({ el }) => el.matches('[role="slider"]'); // stands where its value puts it
      for (let i = 1; i < stops.length; i++) {
        if (ofValue(stops[i - 1]) || ofValue(stops[i])) continue;
        const [a, b] = [stops[i - 1].box, stops[i].box];
        const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        const leftwards = shared > Math.min(a.height, b.height) / 2 && b.right <= a.left + 1;
        const upwards = b.bottom <= a.top + 1 && b.left < a.right - 1; // a column to the right begins at the top again
        if (leftwards || upwards) found.push(`from ${nameOf(stops[i - 1].el)} to ${nameOf(stops[i].el)}`);
      }
      return found.slice(0, 6);
    },
    svgContrast: ({ least }) =>
      texts()
        .filter(({ el }) => el.closest("svg"))
        .map(({ el, text }) => ({ text, ratio: contrastOf(el) }))
        .filter(({ ratio }) => ratio < least)
        .map(({ text, ratio }) => `"${text}": ${ratio.toFixed(1)} : 1`)
        .slice(0, 6),
  };

  const scratch = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** [red, green, blue, alpha] of any CSS colour. */
  function channels(color) {
    scratch.canvas.width = scratch.canvas.height = 1;
    scratch.fillStyle = color;
    scratch.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = scratch.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  }
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => a * c + (1 - a) * below[i]);
  function contrastOf(el) {
    const style = getComputedStyle(el);
    const box = el.getBoundingClientRect();
    const panel = channels(getComputedStyle(root()).backgroundColor).slice(0, 3);
    let ground = panel;
    if (style.paintOrder.startsWith("stroke") && style.stroke !== "none") ground = over(channels(style.stroke), panel);
    else {
      const layers = host().shadowRoot.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
      for (const layer of layers.filter((each) => each !== el && !each.contains(el)).reverse()) {
        const own = getComputedStyle(layer);
        const color = layer instanceof SVGGeometryElement ? own.fill : own.backgroundColor;
        if (/^(rgb|color|oklab|#)/.test(color)) {
          const [r, g, b, a] = channels(color);
          ground = over([r, g, b, a * parseFloat(own.opacity) * (layer instanceof SVGGeometryElement ? parseFloat(own.fillOpacity) : 1)], ground);
        }
      }
    }
    const ink = over(channels(style.fill), ground);
    return contrast(ink, ground);
  }

  let canvasTextsSeen = 0;
  /** How many texts on canvases were looked at. */
  window.canvasTextsSeen = () => canvasTextsSeen;
  /** The contrast that nine tenths of the pixels under a text have with its colour; where they let through, the panel. */
  function contrastOnCanvas(ctx, text, x, y) {
    if (!host() || !text.trim() || typeof ctx.fillStyle !== "string") return NaN;
    const size = ctx.measureText(text);
    const at = ctx.getTransform();
    const corners = [
      [x - size.actualBoundingBoxLeft, y - size.actualBoundingBoxAscent],
      [x + size.actualBoundingBoxRight, y + size.actualBoundingBoxDescent],
    ].map(([u, v]) => [at.a * u + at.c * v + at.e, at.b * u + at.d * v + at.f].map(Math.round));
    const [left, top] = [0, 1].map((axis) => Math.min(...corners.map((corner) => corner[axis])));
    const [width, height] = [0, 1].map((axis) => Math.max(1, Math.abs(corners[1][axis] - corners[0][axis])));
    const { data } = ctx.getImageData(left, top, width, height);
    const panel = channels(getComputedStyle(root()).backgroundColor).slice(0, 3);
    const [r, g, b, alpha] = channels(ctx.fillStyle);
    const ratios = [];
    for (let i = 0; i < data.length; i += 4) {
      const ground = over([data[i], data[i + 1], data[i + 2], data[i + 3] / 255], panel);
      ratios.push(contrast(over([r, g, b, alpha * ctx.globalAlpha], ground), ground));
    }
    return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 10)];
  }

  /** What Tab stops at, in its order; of radio buttons with one name, the one that is chosen. */
  function tabStops() {
    const can = "a[href], button, input, select, textarea, summary, [tabindex]";
    const chosen = (el) =>
      el.type !== "radio" || el.checked || !all("input").some((each) => each.name === el.name && each.checked);
    return all(can).filter((el) => seen(el) && el.tabIndex >= 0 && !el.disabled && chosen(el));
  }
  window.tabStops = () => tabStops().map(nameOf);
  window.focused = () => {
    const el = host().shadowRoot.activeElement;
    return el && nameOf(el);
  };
  /** Where a stop is: a hidden radio button under its label, and what lies on a picture where the picture is. */
  const placeOf = (el) => (el.closest("[data-picture], .stage, svg, [role=grid]") ?? el.closest("label") ?? el).getBoundingClientRect();

  /** How many colours each canvas in sight shows, by its name: a flat map shows one. */
  window.colorsOnCanvases = () =>
    Object.fromEntries(
      all("canvas")
        .filter((canvas) => seen(canvas) && canvas.width > 8)
        .map((canvas, i) => {
          const at = scratch;
          at.canvas.width = at.canvas.height = 24;
          at.clearRect(0, 0, 24, 24);
          at.drawImage(canvas, 0, 0, 24, 24);
          const seenColors = new Set(new Uint32Array(at.getImageData(0, 0, 24, 24).data.buffer));
          return [canvas.dataset.testid ?? `canvas ${i}`, seenColors.size];
        }),
    );

  const settle = async () => {
    await frames();
    const started = performance.now();
    while (root().querySelector("[aria-busy=true]") && performance.now() - started < 3000) await frames();
  };

  window.inspectNow = (rule, options) => looks[rule](options);

  const toGuess = () => all("[data-testid=guess]").find(seen);
  async function giveGuess() {
    const guess = toGuess();
    if (!guess) return;
    [...guess.querySelectorAll("button")].at(-1).click();
    await settle();
  }

  /** Looks at every preset in every stage, before and after its guess and once its goal is reached; `rules` is { name: options }. Returns { name: [what] }. */
  window.inspectWidget = async (rules) => {
    const found = Object.fromEntries(Object.keys(rules).map((rule) => [rule, []]));
    const look = (where) => {
      for (const [rule, options] of Object.entries(rules))
        for (const what of looks[rule](options)) found[rule].push(`${where}: ${what}`);
    };
    const stages = all(".stage-tabs input").filter((el) => seen(el.parentElement));
    const presets = all("[data-testid^=preset-]").map((el) => el.dataset.testid);
    for (const id of presets.length ? presets : [null]) {
      if (id) root().querySelector(`[data-testid="${id}"]`).click();
      await settle();
      for (const stage of stages.length ? stages : [null]) {
        canvasText.clear();
        stage?.click();
        await settle();
        const where = [id?.slice("preset-".length), stage?.dataset.testid].filter(Boolean).join(", ") || "as it opens";
        if (toGuess()) look(`${where}, to be guessed`);
        await giveGuess();
        look(where);
        if (reachGoal()) look(`${where}, goal reached`);
      }
    }
    return found;
  };

  /** Shows the goal as reached until the next frame that draws; false where there is none. */
  function reachGoal() {
    const goal = root().querySelector("[data-testid=goal]");
    if (!goal || !seen(goal)) return false;
    goal.dataset.done = "true";
    return true;
  }

  /** Goes to a preset that is to be guessed, if there is one; gives the guess, and shows the goal as reached. */
  window.guessGivenAndGoalReached = async () => {
    for (const el of all("[data-testid^=preset-]")) {
      el.click();
      await settle();
      await giveGuess();
      if (!root().querySelector("[data-testid=guess-result]").hidden) break;
    }
    reachGoal();
  };

  /** Presets whose goal is reached before anything was done. */
  window.goalsReached = async () => {
    const found = [];
    for (const el of all("[data-testid^=preset-]")) {
      el.click();
      await settle();
      await giveGuess();
      const goal = root().querySelector("[data-testid=goal]");
      if (goal && seen(goal) && goal.dataset.done === "true") found.push(el.dataset.testid);
    }
    return found;
  };
})();
