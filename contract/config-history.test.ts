import { expect, test } from "vitest";
import { configHistory, type ConfigRun, type SeenConfig } from "@/contract/config-history";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();
const seen = (version: number, text: string, minute: number): SeenConfig => ({ version, text, at: at(minute) });
const run = (id: string, minute: number, more: Partial<ConfigRun> = {}): ConfigRun => ({
  runId: id,
  kind: "update-config",
  actor: "ann",
  reason: "",
  state: "succeeded",
  at: at(minute),
  endedAt: at(minute + 2),
  before: null,
  after: id,
  ...more,
});
const told = (entries: ReturnType<typeof configHistory>) =>
  entries.map(({ version, source, actor }) => [version, source, actor]);

const deployed = run("D", 0, { kind: "deploy-cluster", after: "one" });

test("a run's change has its name, its time and its reason; the deployment is the first", () => {
  const change = run("R", 10, { before: { version: 5, text: "one" }, after: "two", reason: "more hosts" });
  const entries = configHistory({ seen: [seen(5, "one", 1), seen(9, "two", 30)], runs: [deployed, change], kept: [] });
  expect(told(entries)).toEqual([
    [9, "panel", "ann"],
    [5, "deployed", "ann"],
  ]);
  expect(entries[0]).toMatchObject({ reason: "more hosts", runId: "R", at: at(12), text: "two" });
});

test("what no run explains was changed outside, though its text was written by a run long ago", () => {
  const change = run("R", 10, { before: { version: 5, text: "one" }, after: "two" });
  const entries = configHistory({
    seen: [seen(5, "one", 1), seen(9, "two", 12), seen(14, "three", 40), seen(17, "two", 50)],
    runs: [deployed, change],
    kept: [],
  });
  expect(told(entries)).toEqual([
    [17, "outside", null],
    [14, "outside", null],
    [9, "panel", "ann"],
    [5, "deployed", "ann"],
  ]);
});

test("the same text given twice by runs is two entries of two runs", () => {
  const runs = [
    deployed,
    run("A", 10, { before: { version: 5, text: "one" }, after: "two" }),
    run("B", 20, { before: { version: 9, text: "two" }, after: "one", actor: "bob" }),
    run("C", 30, { before: { version: 12, text: "one" }, after: "two" }),
  ];
  const noted = [seen(5, "one", 1), seen(9, "two", 12), seen(12, "one", 23), seen(15, "two", 33)];
  const entries = configHistory({ seen: noted, runs, kept: [] });
  expect(entries.map(({ version, runId }) => [version, runId])).toEqual([
    [15, "C"],
    [12, "B"],
    [9, "A"],
    [5, "D"],
  ]);
});

test("an undone run put the former text back under a new number", () => {
  const change = run("R", 10, { before: { version: 5, text: "one" }, after: "two", state: "undone", endedAt: at(20) });
  const entries = configHistory({
    seen: [seen(5, "one", 1), seen(9, "two", 13), seen(12, "one", 21)],
    runs: [deployed, change],
    kept: [],
  });
  expect(told(entries)).toEqual([
    [12, "undone", "ann"],
    [9, "panel", "ann"],
    [5, "deployed", "ann"],
  ]);
});

test("a run whose result nobody saw, and what it replaced, are in it all the same", () => {
  const change = run("R", 10, { before: { version: 5, text: "one" }, after: "two" });
  const entries = configHistory({ seen: [seen(20, "three", 60)], runs: [change], kept: [] });
  expect(told(entries)).toEqual([
    [20, "outside", null],
    [null, "panel", "ann"],
    [5, "found", null],
  ]);
});

test("a panel without any history shows what the nodes have kept", () => {
  const entries = configHistory({
    seen: [seen(20, "three", 60)],
    runs: [],
    kept: [
      { version: 12, at: at(5) },
      { version: 20, at: at(61) },
    ],
  });
  expect(told(entries)).toEqual([
    [20, "found", null],
    [12, "kept", null],
  ]);
});
