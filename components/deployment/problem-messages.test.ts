import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { configProblemCodes } from "@/contract/config-problem-text";
import { preflightCheckIds } from "@/contract/preflight";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Codes as they stand in the sources: what no test happens to provoke needs its sentence, too. */
function codesInSources(): string[] {
  const files = [
    ...readdirSync(join(root, "contract"))
      .filter((name) => name.endsWith("-problems.ts"))
      .map((name) => `contract/${name}`),
    "server/deployment/address-check.ts",
    "server/deployment/start.ts",
  ];
  return files.flatMap((file) =>
    [
      ...read(file).matchAll(
        /(?:fieldError|fieldAdvice)\(\s*(?:`[^`]*`|"[^"]*"|[\w.]+),\s*"([a-z-]+)"|code: "([a-z-]+)"/g,
      ),
    ].map((match) => match[1] ?? match[2] ?? ""),
  );
}

describe.each(["en", "zh-CN"])("in %s", (language) => {
  test("every problem a draft can have is said", () => {
    const said = Object.keys(JSON.parse(read(`messages/${language}/problems.json`)));
    const codes = codesInSources();
    expect(codes.length).toBeGreaterThan(50);
    expect([...codes, ...configProblemCodes].filter((code) => !said.includes(code))).toEqual([]);
  });

  test("every check has its title, both findings and a way to fix it", () => {
    const said = JSON.parse(read(`messages/${language}/preflight.json`));
    for (const id of preflightCheckIds)
      expect(Object.keys(said[id] ?? {}).sort((a, b) => a.localeCompare(b))).toEqual(["fail", "fix", "pass", "title"]);
  });
});
