import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { py, pythonLiteral, pythonName } from "../core/python.js";

const TEXTS = [
  "",
  "road",
  "it's",
  'say "road"',
  "back\\slash\\",
  '\\"; x = 1  # ',
  "line\nend",
  "line\r\nend",
  "nul\0, bell\x07, delete\x7f, next line\x85",
  "separators \u2028 and \u2029",
  "byte order \ufeff, soft hyphen \u00ad",
  "\u202eright to left\u202c \u2066isolate\u2069",
  "👩\u200d🌾 🚲",
  "tag \u{e0041}, private \ue000, \u{10fffd}",
  "道路, Straße",
  '"""',
  "half \ud83d, other half \udc00",
];

test("text becomes one printable line that says the same", () => {
  for (const text of TEXTS) {
    const literal = pythonLiteral(text);
    assert.match(literal, /^"[^\p{C}\p{Zl}\p{Zp}]*"$/u);
  }
});

test("Python reads back what was written", (t) => {
  const program = `import json, sys; print(json.dumps([${TEXTS.map(pythonLiteral).join(", ")}]))`;
  const done = spawnSync("python3", ["-c", program], { encoding: "utf8" });
  if (done.error) return t.skip("there is no python3 here");
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(JSON.parse(done.stdout), TEXTS);
});

test("other values", () => {
  for (const [value, literal] of [
    [null, "None"],
    [undefined, "None"],
    [true, "True"],
    [false, "False"],
    [0, "0"],
    [-0, "0"],
    [-1.5, "-1.5"],
    [1e21, "1e+21"],
    [NaN, 'float("NaN")'],
    [-Infinity, 'float("-Infinity")'],
    [[1, ["a", null]], '[1, ["a", None]]'],
    [{ toString: () => "x)\ny" }, '"x)\\ny"'],
  ])
    assert.equal(pythonLiteral(value), literal);
});

test("whatever is put into a piece of Python becomes a literal", () => {
  assert.equal(py`f(${"a\nb"}, n=${3}, of=${[1, "2"]})`, 'f("a\\nb", n=3, of=[1, "2"])');
  assert.equal(pythonName("max_size"), "max_size");
  assert.equal(pythonName("x=1)\nimport os #"), "x1importos");
  assert.equal(pythonName("12 a"), "a");
  assert.equal(pythonName("!"), "_");
});
