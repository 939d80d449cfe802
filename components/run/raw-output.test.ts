import { expect, test } from "vitest";
import { addedText, rawCharactersMax, withRawOutput } from "@/components/run/raw-output";
import type { RunEvent, RunEventBody } from "@/contract/run";
import { cellKey } from "@/contract/run-progress";

const event = (seq: number, body: RunEventBody): RunEvent => ({ runId: "r", seq, at: "", body });
const cell = { step: "ensure-a", cell: "n1", attempt: 1 };
const output = (text: string): RunEventBody => ({ kind: "step-output", ...cell, stream: "stdout", text });
const key = cellKey("ensure-a", "n1");

test("a cell's output is kept as it was printed, its commands before it", () => {
  const command: RunEventBody = { kind: "step-command", ...cell, node: "n1", text: "ls", unit: null };
  const outputs = withRawOutput({}, [event(1, command), event(2, output("\u001b[31ma")), event(3, output("b\r\n"))]);
  expect(outputs[key]).toBe("\u001b[36mn1$ ls\u001b[0m\n\u001b[31mab\r\n");
});

test("is bounded: the newest stays", () => {
  const outputs = withRawOutput({ [key]: "x".repeat(rawCharactersMax) }, [event(1, output("end"))]);
  expect(outputs[key]).toHaveLength(rawCharactersMax);
  expect(outputs[key]?.endsWith("xend")).toBe(true);
});

test("a terminal is only given what is new, and begins anew when its beginning is gone", () => {
  expect(addedText("ab", "abc")).toBe("c");
  expect(addedText("ab", "bc")).toBeNull();
});
