"use client";

import { useTranslations } from "next-intl";
import { joined, type SayingFact, type Sentence } from "@/contract/sentence";

export interface SayInLanguage {
  (sentence: Sentence): string;
  all(sentences: readonly Sentence[]): string;
  /** A value inside another sentence. */
  fact(value: SayingFact): string | number;
}

/** Our machines' own sentences in the reader's language. What another program printed is quoted as output, never translated. */
export function useSentence(): SayInLanguage {
  const t = useTranslations("sentences");
  const shell = useTranslations("shell");
  const fact = (value: SayingFact): string | number => {
    if (typeof value !== "object") return value;
    if (!t.has(value.code)) return value.text;
    return t(value.code, Object.fromEntries(Object.entries(value.facts).map(([name, inner]) => [name, fact(inner)])));
  };
  const one = (sentence: Sentence): string =>
    typeof sentence === "string" ? shell("output", { text: sentence }) : String(fact(sentence));
  return Object.assign(one, { fact, all: (sentences: readonly Sentence[]) => one(joined(sentences)) });
}
