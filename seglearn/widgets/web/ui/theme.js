/**
 * Light or dark: JupyterLab and nbconvert say it on the body, Sphinx themes on the root element, VS Code by a class,
 * and elsewhere the reader's system does. `watchTheme(host, changed)` sets `color-scheme` on the host and reports.
 * @param {HTMLElement} host
 * @param {(theme: "light" | "dark") => void} changed
 * @returns {() => void} ends the watch
 */
export function watchTheme(host, changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  /** @type {string | null} */
  let last = null;
  const apply = () => {
    const said = saidTheme();
    host.style.colorScheme = said ?? "light dark";
    const now = said ?? (dark.matches ? "dark" : "light");
    if (now === last) return;
    last = now;
    changed(now);
  };
  const observer = new MutationObserver(apply);
  const options = { attributes: true, attributeFilter: ["data-jp-theme-light", "data-theme", "data-mode", "class"] };
  observer.observe(document.body, options);
  observer.observe(document.documentElement, options);
  dark.addEventListener("change", apply);
  apply();
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", apply);
  };
}

/** @returns {"light" | "dark" | null} */
function saidTheme() {
  const { body, documentElement: root } = document;
  const jupyter = body.dataset.jpThemeLight;
  if (jupyter) return jupyter === "true" ? "light" : "dark";
  if (body.classList.contains("vscode-dark")) return "dark";
  if (body.classList.contains("vscode-light")) return "light";
  const site = root.dataset.theme ?? body.dataset.theme;
  return site === "light" || site === "dark" ? site : null;
}

/**
 * Resolves custom properties to colours a canvas understands: getPropertyValue would hand back "light-dark(…)"
 * unresolved, so a hidden element wears the colour and is asked for it.
 * @param {HTMLElement} root
 * @returns {{ color(name: string): string, forget(): void }}
 */
export function colorReader(root) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.forcedColorAdjust = "none"; // forced colours would answer every question with one black
  root.append(probe);
  let cache = new Map();
  return {
    /** color("truth") → "rgb(0, 114, 178)" */
    color(name) {
      if (!cache.has(name)) {
        probe.style.color = `var(--${name})`;
        cache.set(name, getComputedStyle(probe).color);
      }
      return cache.get(name);
    },
    forget() {
      cache = new Map();
    },
  };
}
