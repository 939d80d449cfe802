import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { alarmText, alarmTexts } from "@/contract/alarm-text";
import { alarmSchema } from "@/contract/ha-status";

const messages = (locale: string): { alarm: Record<string, unknown> } =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../messages/${locale}/cluster.json`), "utf8"));

test("the panel's English says what the command line says", () => {
  const { alarm } = messages("en");
  for (const code of alarmSchema.shape.code.options) expect(alarm[code], code).toEqual(alarmTexts[code]);
});

test("every placeholder of the English is in the Chinese too", () => {
  const { alarm } = messages("zh-CN");
  const names = (text: unknown): string[] =>
    JSON.stringify(text)
      .match(/\{\w+\}/g)
      ?.toSorted() ?? [];
  for (const code of alarmSchema.shape.code.options) expect(names(alarm[code]), code).toEqual(names(alarmTexts[code]));
});

test("facts stand in their places, a missing one leaves no braces", () => {
  expect(alarmText({ code: "config-not-applied", facts: { applied: 3, newest: 4 } }).means).toBe(
    "It was started with version 3; version 4 waits for its next start.",
  );
  expect(alarmText({ code: "ceph-unreachable", facts: {} }).means).not.toContain("{");
});
