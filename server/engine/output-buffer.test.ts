import { expect, test } from "vitest";
import { sentenceText } from "@/contract/sentence";
import { type EmittedBody, OutputBuffer } from "@/server/engine/output-buffer";

const say = (text: string): EmittedBody => ({
  kind: "step-output",
  step: "s",
  cell: "n1",
  attempt: 1,
  stream: "stdout",
  text,
});
const bar = (fraction: number): EmittedBody => ({
  kind: "step-progress",
  step: "s",
  cell: "n1",
  attempt: 1,
  fraction,
  remainingSeconds: null,
  text: null,
});
const texts = (taken: readonly EmittedBody[]) => taken.map((body) => body.text);
const scrub = (text: string): string => text.replaceAll("hunter2", "«password»");

test("a secret cut in two by packets is still scrubbed", () => {
  const buffer = new OutputBuffer(scrub);
  buffer.add(say("one\npassword hun"));
  expect(texts(buffer.take(false))).toEqual(["one\n"]);
  buffer.add(say("ter2\nrest"));
  expect(texts(buffer.take(false))).toEqual(["password «password»\n"]);
  expect(texts(buffer.take(true))).toEqual(["rest"]);
  expect(buffer.isEmpty).toBe(true);
});

test("of progress only the newest is kept", () => {
  const buffer = new OutputBuffer(scrub);
  buffer.add(bar(0.1));
  buffer.add(bar(0.2));
  expect(buffer.take(false)).toMatchObject([{ fraction: 0.2 }]);
});

test("a chatty attempt is cut off once, with a word", () => {
  const buffer = new OutputBuffer(scrub);
  for (let i = 0; i < 40; i += 1) buffer.add(say(`${"x".repeat(65_535)}\n`));
  const written = texts(buffer.take(true))
    .map((text) => sentenceText(text ?? ""))
    .join("");
  expect(written.length).toBeLessThan(1_200_000);
  expect(written.match(/goes on, on the node/g)).toHaveLength(1);
});
