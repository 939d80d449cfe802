import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { networkFindingCodes } from "@/contract/network-check";
import { findingText, findingTexts } from "@/contract/network-finding-text";

const texts = (language: string) =>
  z
    .object({ finding: z.record(z.string(), z.string()), advice: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(`messages/${language}/network.json`, "utf8")));
const findings = (language: string): Record<string, string> => texts(language).finding;
const placeholders = (text = ""): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").toSorted();

test("the panel says what the journal says", () => expect(findings("en")).toEqual(findingTexts));

test.each(networkFindingCodes)("%s says the same things in Chinese", (code) => {
  const chinese = placeholders(findings("zh-CN")[code]);
  expect([...new Set(chinese)]).toEqual([...new Set(placeholders(findingTexts[code]))]);
});

test("a value that is missing stays visible instead of vanishing", () => {
  expect(findingText("duplicate-mac", { node: "ceph-1" })).toContain("{device}");
});

test.each(["en", "zh-CN"])("every finding says what to do about it in %s", (language) =>
  expect(Object.keys(texts(language).advice).toSorted()).toEqual([...networkFindingCodes].toSorted()),
);
