import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createTranslator } from "use-intl/core";
import { pseudoMessage, pseudoMessages } from "@/lib/pseudo-text";

it("accents words, brackets them and makes them longer", () => {
  expect(pseudoMessage("Nodes")).toBe("[Ñöðéš öñé]");
  expect(pseudoMessage("Management VM").length).toBeGreaterThanOrEqual(Math.ceil(13 * 1.45));
});

it("leaves arguments, choices and tags what they are", () => {
  const text = pseudoMessage("{count, plural, one {# node} other {# nodes}} of <b>{name}</b>");
  expect(text).toContain("{count, plural, one {# ñöðé} other {# ñöðéš}}");
  expect(text).toContain("<b>{name}</b>");
  expect(pseudoMessage("{used}")).toBe("{used}");
});

it("is understood wherever the English is", () => {
  const folder = join(import.meta.dirname, "../messages/en");
  for (const file of readdirSync(folder)) {
    const messages: Record<string, unknown> = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const paths = (tree: object, prefix = ""): string[] =>
      Object.entries(tree).flatMap(([name, value]) =>
        typeof value === "object" && value !== null ? paths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
      );
    const complaints = (source: Record<string, unknown>): string[] => {
      const problems: string[] = [];
      // Typed flat, so that any key can be asked for.
      const flat: Record<string, string> = Object.fromEntries(Object.entries(source)) as Record<string, string>;
      const onError = ({ code }: { code: string }) => problems.push(code);
      const t = createTranslator({ locale: "en", messages: flat, onError });
      for (const path of paths(messages)) t(path, new Proxy({}, { get: () => 1, has: () => true }));
      return problems;
    };
    expect(complaints(pseudoMessages(messages)), file).toEqual(complaints(messages));
  }
});
