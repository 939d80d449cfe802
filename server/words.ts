import type { AbstractIntlMessages } from "next-intl";
import { createTranslator } from "use-intl/core";
import type { Phrases } from "@/contract/event-words";

/** The panel's texts outside a request: what is sent has the language of its receiver. */
export function wordsIn(locale: string, messages: AbstractIntlMessages): Phrases {
  // Nested in truth; typed flat, so that a key is any string and a missing one fails where it is asked for.
  const t = createTranslator({ locale, messages: messages as Record<string, string> });
  return Object.assign((key: string, values?: Record<string, string | number>) => t(key, values), {
    has: (key: string) => t.has(key),
  });
}
