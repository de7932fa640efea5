// Says what widgets compute without a page: reads [{ widget, state, data, measure }] and writes [{ python, metrics }], the
// text of "copy as Python" and, where asked, the names of what is measured. Run in seglearn/widgets/web.
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { build } = createRequire(path.resolve("package.json"))("esbuild");
const asked = JSON.parse(readFileSync(0, "utf8"));
const names = [...new Set(asked.map(({ widget }) => widget))];
const outdir = await mkdtemp(path.join(tmpdir(), "copied-"));

globalThis.document = { querySelectorAll: () => [] };
globalThis.defined = {};
/** The shell keeps what a widget says of itself, instead of mounting it. */
const noPage = {
  name: "no-page",
  setup({ onLoad }) {
    onLoad({ filter: /ui[\\/]shell\.js$/ }, () => ({
      contents: "export const defineWidget = (d) => ({ ...(defined[d.name] = d), render() {} });",
    }));
    onLoad({ filter: /\.css$/ }, () => ({ contents: "", loader: "text" }));
  },
};

try {
  await build({
    absWorkingDir: process.cwd(),
    entryPoints: names.map((name) => ({ in: `../${name}/widget.js`, out: name })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    plugins: [noPage],
  });
  const attempt = async (call) => {
    try {
      return await call();
    } catch (error) {
      return { error: String(error) };
    }
  };
  const said = [];
  for (const { widget, state, data, measure } of asked) {
    await import(pathToFileURL(path.join(outdir, `${widget}.mjs`)));
    await attempt(() => defined[widget].ready?.(data)); // some open what is packed first
    said.push({
      python: await attempt(() => defined[widget].python(state, data)),
      metrics: measure && (await attempt(() => Object.keys(defined[widget].metrics(state, data)))),
    });
  }
  process.stdout.write(JSON.stringify(said));
} finally {
  await rm(outdir, { recursive: true });
}
