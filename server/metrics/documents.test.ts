import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exposedNames } from "@/server/metrics/exposed";

const named = (path: string): string[] => [...new Set(readFileSync(path, "utf8").match(/\btrivet_[a-z0-9_]+/g))];
/** In a label_values() call and in an expression a name stands alike; a label never begins with "trivet_". */
const dashboard = "docs/grafana/trivet.json";

test("docs/metrics.md lists exactly what /metrics may say", () => {
  const listed = [...readFileSync("docs/metrics.md", "utf8").matchAll(/^\| `(trivet_[a-z0-9_]+)`/gm)].map(
    ([, name]) => name,
  );
  expect(listed).toHaveLength(exposedNames().length);
  expect(new Set(listed)).toEqual(new Set(exposedNames()));
});

test("the Grafana dashboard uses metrics that exist, and most of them", () => {
  const used = named(dashboard);
  expect(used.filter((name) => !exposedNames().includes(name))).toEqual([]);
  expect(used.length).toBeGreaterThan(35);
  const { panels } = JSON.parse(readFileSync(dashboard, "utf8"));
  expect(panels.filter(({ type }: { type: string }) => type !== "row").length).toBeGreaterThan(20);
});
