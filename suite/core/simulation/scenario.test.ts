import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { play } from "@/suite/core/simulation/scenario";

const folder = join(import.meta.dirname, "scenarios");
const mark = "--- log\n";
/** Rewrites the expected logs; the `expect` lines and the invariants still decide. */
const rewrite = process.env["UPDATE_SCENARIOS"] === "1";

describe("scenarios", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  test.each(names)("%s", { timeout: 60_000 }, (name) => {
    const path = join(folder, name);
    const [commands = "", expected = ""] = readFileSync(path, "utf8").split(mark);
    const { log, problems } = play(commands);
    expect(problems.length === 0 ? [] : [...problems, ...log]).toEqual([]);
    if (rewrite) writeFileSync(path, `${commands.trimEnd()}\n${mark}${log.join("\n")}\n`);
    expect(rewrite ? expected : log.join("\n")).toBe(rewrite ? expected : expected.trimEnd());
  });

  test("the same commands always lead to the same log, with chance too", () => {
    const [first = ""] = readFileSync(join(folder, names[0] ?? ""), "utf8").split(mark);
    expect(play(first).log).toEqual(play(first).log);
    expect(play(`seed 7\n${first}`).log).toEqual(play(`seed 7\n${first}`).log);
  });
});
