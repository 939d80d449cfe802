import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createTranslator } from "use-intl/core";
import { pseudoMessages } from "@/lib/pseudo-text";
import { pseudoLocale } from "@/server/i18n/locale";

const directory = join(import.meta.dirname, "../messages");

export const locales = ["en", "zh-CN"] as const;
export type Locale = (typeof locales)[number];

/** First words of every message key: what an untranslated text would begin with. */
export const areas = readdirSync(join(directory, "en")).map((file) => basename(file, ".json"));

export type Say = (key: string, values?: Record<string, string | number>) => string;

/** The texts a person reads, by the keys the components use: a reworded button does not break a test, a missing one does. */
export function wordsOf(locale: Locale | typeof pseudoLocale): Say {
  const parse = (from: string, area: string) => JSON.parse(readFileSync(join(directory, from, `${area}.json`), "utf8"));
  const read = (area: string) => (locale === pseudoLocale ? pseudoMessages(parse("en", area)) : parse(locale, area));
  // Nested in truth; typed flat, so that a key is any string and a missing one fails where it is asked for.
  const messages: Record<string, string> = Object.fromEntries(areas.map((area) => [area, read(area)]));
  const onError = (error: unknown): never => {
    throw error;
  };
  const translate = createTranslator({ locale, messages, onError });
  return (key, values) => translate(key, values);
}
