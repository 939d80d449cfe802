import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";

const messagesFolder = join(import.meta.dirname, "../../messages");
const languages = ["en", "zh-CN"] as const;
type Language = (typeof languages)[number];

const areasOf = (language: Language): string[] =>
  readdirSync(join(messagesFolder, language)).filter((name) => name.endsWith(".json"));

const read = (language: Language, area: string): unknown =>
  JSON.parse(readFileSync(join(messagesFolder, language, area), "utf8"));

/** "headline.all-good.title" → text. */
function flatten(value: unknown, path = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  if (typeof value !== "object" || value === null) throw new Error(`${path} is neither text nor a group`);
  const parts = Object.entries(value).map(([key, inner]) => flatten(inner, path === "" ? key : `${path}.${key}`));
  return new Map(parts.flatMap((part) => [...part]));
}

/** Names of an ICU message's arguments, those inside choices too. Chinese needs no plural where English has one: kinds may differ. */
function argumentsOf(message: string): string[] {
  const names = new Set<string>();
  for (const match of message.matchAll(/\{\s*(\w+)\s*(?:,\s*(?:plural|selectordinal|select|number|date|time)\b|\})/g))
    if (match[1] !== undefined && !isChoiceText(message.slice(0, match.index))) names.add(match[1]);
  return [...names].sort();
}

/** "{天}" after "other" is a choice's text. Only inside a choice, where an odd number of braces is open, does a selector precede one. */
function isChoiceText(before: string): boolean {
  const open = Array.from(before).reduce((depth, sign) => depth + (sign === "{" ? 1 : sign === "}" ? -1 : 0), 0);
  return open % 2 === 1 && /[\w=]\s*$/.test(before);
}

describe("messages", () => {
  const areas = areasOf("en");

  it("cover the same areas in every language", () => {
    for (const language of languages) expect(areasOf(language)).toEqual(areas);
    expect(areas.length).toBeGreaterThan(4);
  });

  describe.each(areas)("%s", (area) => {
    const english = flatten(read("en", area));
    const chinese = flatten(read("zh-CN", area));

    it("has the same keys", () => {
      expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
    });

    it("takes the same arguments", () => {
      for (const [key, text] of english)
        expect({ key, arguments: argumentsOf(chinese.get(key) ?? "") }).toEqual({ key, arguments: argumentsOf(text) });
    });

    it.each(languages)("is well formed and never empty in %s", (language) => {
      for (const [key, text] of flatten(read(language, area))) {
        expect(text.trim(), key).not.toBe("");
        const values = Object.fromEntries(argumentsOf(text).map((each) => [each, 2]));
        const problems: string[] = [];
        const translate = createTranslator({
          locale: language,
          messages: { text },
          onError: (error) => problems.push(`${key}: ${error.message}`),
        });
        const tags = [...text.matchAll(/<(\w+)>/g)].map((match) => [match[1], (inner: string) => inner] as const);
        const said = translate.markup("text", { ...values, ...Object.fromEntries(tags) });
        expect(problems).toEqual([]);
        expect(said, key).not.toContain("{");
      }
    });

    it("is Chinese in Chinese, but for names and units", () => {
      const latinOnly = [...chinese].filter(
        ([, text]) => /[a-z]{3,} [a-z]{3,} [a-z]{3,}/.test(text) && !/\p{Script=Han}/u.test(text),
      );
      expect(latinOnly).toEqual([]);
    });
  });
});
