import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isSaying, joined, mapSentence, say, sayingSchema, sentenceText } from "@/contract/sentence";
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

test("no code is left that nobody says", () => {
  const folders = ["contract", "server", "suite"];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "sentences.ts")
      .map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  const all = sources.join("\n");
  const patterns = [...all.matchAll(/say\(`([a-z-]+)\$\{/g)].map((match) => match[1] ?? "");
  expect(patterns.length).toBeGreaterThan(0);
  const unused = Object.keys(sentences).filter(
    (code) => !all.includes(`"${code}"`) && !patterns.some((start) => code.startsWith(start)),
  );
  expect(unused).toEqual([]);
});
