import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isSaying, joined, mapSentence, say, sentenceText } from "@/contract/sentence";
import { sayingSchema } from "@/contract/sentence-schema";
import { sentences } from "@/contract/sentences";

const root = join(import.meta.dirname, "..");

describe("a sentence", () => {
  test("carries its English for logs and its facts for everybody else", () => {
    const saying = say("memory-not-reserved", { value: "12G", planned: "15G" });
    expect(saying.text).toBe("reserved memory is 12G, wanted 15G");
    expect(saying).toMatchObject({ code: "memory-not-reserved", facts: { value: "12G", planned: "15G" } });
    expect(sayingSchema.parse(JSON.parse(JSON.stringify(saying)))).toEqual(saying);
  });

  test("holds others inside it", () => {
    const saying = say("vm-not-ready", { what: say("zshad-not-running", { nodes: "ceph-2" }), seconds: 180 });
    expect(saying.text).toMatch(/^zshad is not running on ceph-2 after 180 s/);
    expect(sayingSchema.parse(JSON.parse(JSON.stringify(saying)))).toEqual(saying);
  });

  test("joins to one, and to nothing", () => {
    expect(joined([])).toBe("");
    expect(joined([say("disk-swap")])).toEqual(say("disk-swap"));
    expect(sentenceText(joined([say("disk-swap"), "raw", say("disk-read-only")]))).toBe("used as swap; raw; read-only");
  });

  test("is scrubbed in its text and in every fact, those of inner ones too", () => {
    const hide = (text: string) => text.replaceAll("hunter2", "«secret»");
    const said = mapSentence(say("vm-not-ready", { what: say("file-gone", { path: "/hunter2" }), seconds: 1 }), hide);
    expect(JSON.stringify(said)).not.toContain("hunter2");
    expect(said.facts.seconds).toBe(1);
    expect(mapSentence("hunter2", hide)).toBe("«secret»");
  });

  test("is told apart by its code, never by its words", () => {
    expect(isSaying(say("crash-looped"), "crash-looped")).toBe(true);
    expect(isSaying(sentences["crash-looped"], "crash-looped")).toBe(false);
  });
});

test("English messages are the catalogue's, word for word", () => {
  const english: unknown = JSON.parse(readFileSync(join(root, "messages/en/sentences.json"), "utf8"));
  expect(english).toEqual(sentences);
});

interface Source {
  readonly path: string;
  readonly text: string;
}

const sourcesOf = (folder: string): Source[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith("sentences.ts"))
    .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), "utf8") }));

/** Places where a plain string would reach a reader of another language. `internal` is a defect: its text is for the log. */
const plain: Readonly<Record<string, RegExp>> = {
  "what an AppError says": /new AppError\(\s*"(?!internal")[a-z-]+",\s*["'`]/g,
  advice: /\badvice:\s*(?:[^,;{}=?]*\?\s)?["'`]/g,
  "what a step observed or misses": /\b(?:observed|missing):\s*(?:[^,;{}=?]*\?\s)?["'`]/g,
  "why a step is blocked": /\bkind: "blocked",\s*reason:\s*["'`]/g,
  "why there is no undo": /\bkind: "none",\s*because:\s*["'`]/g,
  "progress of a step": /\.progress\([^;]*["'`]\s*,?\s*\);/g,
};

test.each(Object.entries(plain))("%s goes through say() on the server", (_what, pattern) => {
  const found = sourcesOf("server").flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map((match) => `${path}: ${text.slice(match.index, match.index + 120)}`),
  );
  expect(found).toEqual([]);
});

test("the patterns find what they are for", () => {
  const examples = [
    'new AppError("blocked", "no", {})',
    'advice: isOld ? "renew it" : say("x")',
    "missing: `still ${what}`",
    '{ kind: "blocked", reason: "no disk" }',
    'undo: { kind: "none", because: "It only looks." }',
    'context.progress(null, null, "waiting");',
  ];
  for (const [at, pattern] of Object.values(plain).entries()) expect(examples[at]?.match(pattern)).toHaveLength(1);
});

test("no code is in two parts of the catalogue: the later one would silently win", () => {
  const names = readdirSync(join(root, "contract")).filter((name) => name.endsWith("sentences.ts"));
  const codes = names.flatMap((name) =>
    [...readFileSync(join(root, "contract", name), "utf8").matchAll(/^ {2}"?([a-z0-9-]+)"?:/gm)].map(
      (match) => match[1],
    ),
  );
  expect(codes).toHaveLength(Object.keys(sentences).length);
  expect(new Set(codes).size).toBe(codes.length);
});

test("no code is left that nobody says", () => {
  const all = ["contract", "server", "suite"].flatMap((folder) => sourcesOf(folder).map(({ text }) => text)).join("\n");
  const patterns = [...all.matchAll(/say\(`([a-z-]+)\$\{/g)].map((match) => match[1] ?? "");
  expect(patterns.length).toBeGreaterThan(0);
  const unused = Object.keys(sentences).filter(
    (code) => !all.includes(`"${code}"`) && !patterns.some((start) => code.startsWith(start)),
  );
  expect(unused).toEqual([]);
});
