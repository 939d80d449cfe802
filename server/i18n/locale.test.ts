import { expect, it } from "vitest";
import { chooseLocale } from "@/server/i18n/locale";

it.each([
  ["en", "zh-CN", "en"],
  ["zh-CN", "en", "zh-CN"],
  ["xx", "zh-CN", "zh-CN"],
  [undefined, null, "en"],
  [undefined, "", "en"],
  [undefined, "zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"],
  [undefined, "en-GB,en;q=0.9,zh;q=0.8", "en"],
  [undefined, "fr;q=0.9, zh-Hans-CN;q=0.8, en;q=0.7", "zh-CN"],
  [undefined, "de, en;q=0.2, zh;q=0", "en"],
  [undefined, "zh;q=0.1, en;q=0.2", "en"],
])("cookie %s and Accept-Language %s choose %s", (cookie, header, expected) => {
  expect(chooseLocale(cookie, header)).toBe(expected);
});
