import { describe, expect, test } from "vitest";
import { appendText, noLines } from "@/components/run/log-lines";
import { emptyFeed, feed } from "@/components/run/run-feed";
import type { Plan, RunEvent, RunEventBody } from "@/contract/run";
import { cellOf } from "@/contract/run-progress";

const plan: Plan = {
  kind: "deploy-cluster",
  clusterId: "c",
  codeVersion: "0",
  factsDigest: "",
  steps: [
    {
      id: "ensure-a",
      phase: "prepare",
      cells: ["n1"],
      after: [],
      commands: [],
      undo: { kind: "none", because: "" },
      pointOfNoReturn: false,
      softTimeoutSeconds: 10,
      timeoutSeconds: 20,
    },
  ],
};
const where = { step: "ensure-a", cell: "n1", attempt: 1 };
const event = (seq: number, body: RunEventBody): RunEvent => ({
  runId: "r",
  seq,
  at: "2026-01-01T00:00:00.000Z",
  body,
});
const events = [
  event(1, { kind: "run-created", actor: "p" }),
  event(2, { kind: "step-started", ...where, commands: [] }),
  event(3, { kind: "step-command", ...where, node: "n1", text: "make", unit: null }),
  event(4, { kind: "step-output", ...where, stream: "stdout", text: "one\ntw" }),
  event(5, { kind: "step-output", ...where, stream: "stdout", text: "o\n" }),
  event(6, { kind: "step-succeeded", ...where, observed: "made", notNeeded: false }),
];

test("however a stream is cut into batches and repeated, the page shows the same", () => {
  const whole = feed(emptyFeed(plan), events);
  for (let cut = 0; cut <= events.length; cut += 1) {
    const first = feed(emptyFeed(plan), events.slice(0, cut));
    expect(feed(first, events.slice(Math.max(0, cut - 2)))).toEqual(whole);
  }
  expect(whole.logs["ensure-a/n1"]?.map(({ text }) => text)).toEqual(["n1$ make", "one", "two"]);
  expect(cellOf(whole.progress, "ensure-a", "n1")).toMatchObject({ state: "observed-succeeded", observed: "made" });
  expect(whole.latest?.seq).toBe(6);
  expect(feed(whole, events)).toBe(whole);
});

describe("log lines", () => {
  const out = { seq: 1, at: "", attempt: 1, stream: "stdout" as const };
  const texts = (...pieces: string[]) =>
    pieces.reduce((lines, piece) => appendText(lines, out, piece), noLines).map(({ text }) => text);

  test("a carriage return overwrites, as a progress bar means it", () => {
    expect(texts("10%\r20%\r", "30%\rdone\n")).toEqual(["done"]);
  });
  test("terminal colours are not shown", () => {
    expect(texts("\u001b[32mok\u001b[0m\n")).toEqual(["ok"]);
  });
  test("an unfinished line of one stream is not finished by another", () => {
    const lines = appendText(appendText(noLines, out, "half"), { ...out, stream: "stderr" }, "err\n");
    expect(lines.map(({ text }) => text)).toEqual(["half", "err"]);
  });
  test("only the newest lines are kept", () => {
    const lines = appendText(noLines, out, "x\n".repeat(6_000));
    expect(lines).toHaveLength(5_000);
  });
});
