import { expect, test } from "vitest";
import type { RunEventBody } from "@/contract/run";
import { rawLogText } from "@/server/run/raw-log";

const cell = { step: "ensure-a", cell: "n1", attempt: 1 };
const at = (second: number, body: RunEventBody) => ({ at: `2026-03-01T10:00:0${second}.000Z`, body });
const output = (text: string, stream: "stdout" | "stderr" = "stdout"): RunEventBody => ({
  kind: "step-output",
  ...cell,
  stream,
  text,
});

test("every line has its time, cell and stream; a line in pieces is one, by the time it began", () => {
  const text = rawLogText([
    at(1, { kind: "step-command", ...cell, node: "n1", text: "apt-get install x", unit: null }),
    at(2, output("one\ntw")),
    at(3, output("warned\n", "stderr")),
    at(4, output("o\r\n")),
    at(5, output("no end")),
    at(6, { kind: "step-verifying", ...cell }),
  ]);
  expect(text.split("\n")).toEqual([
    "2026-03-01T10:00:01.000Z ensure-a n1 command n1$ apt-get install x",
    "2026-03-01T10:00:02.000Z ensure-a n1 stdout one",
    "2026-03-01T10:00:03.000Z ensure-a n1 stderr warned",
    "2026-03-01T10:00:02.000Z ensure-a n1 stdout two",
    "2026-03-01T10:00:05.000Z ensure-a n1 stdout no end",
    "",
  ]);
  expect(rawLogText([])).toBe("");
});
