import { type SentenceCode, sentences } from "@/contract/sentences";

/**
 * What one of our own programs says about a machine. `text` is the English of logs, terminals and reports; `code` and `facts` say the
 * same to a reader of another language (messages/LANGUAGE/sentences.json). Stored in journals and in Consul: codes are retired, never
 * renamed, and a reader that does not know a code shows `text`.
 */
export interface Saying {
  code: string;
  facts: Record<string, SayingFact>;
  text: string;
}
export type SayingFact = string | number | Saying;

/** A plain string is what another program printed, or what a version before codes wrote: shown as it is, and as output. */
export type Sentence = string | Saying;

type FactNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | FactNames<Rest>
  : never;
type FactsOf<Code extends SentenceCode> = Readonly<Record<FactNames<(typeof sentences)[Code]>, SayingFact>>;

/** The facts are those its English text names: a missing one does not compile. */
export function say<Code extends SentenceCode>(
  code: Code,
  ...facts: [FactNames<(typeof sentences)[Code]>] extends [never] ? [] : [FactsOf<Code>]
): Saying {
  const given: Record<string, SayingFact> = { ...facts[0] };
  // In browsers the catalogue is empty (sentences-in-browser.ts).
  const english: Readonly<Record<string, string>> = sentences;
  const text = (english[code] ?? code).replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    sentenceText(given[name] ?? ""),
  );
  return { code, facts: given, text };
}

/** The English of it: for logs, terminals, reports and other machines. */
export const sentenceText = (sentence: SayingFact): string =>
  typeof sentence === "object" ? sentence.text : String(sentence);

export const isSaying = (sentence: SayingFact, code: SentenceCode): boolean =>
  typeof sentence === "object" && sentence.code === code;

/** Several as one, in the order given; empty for none. */
export function joined(sentences: readonly Sentence[]): Sentence {
  const [first, ...rest] = sentences;
  if (first === undefined) return "";
  return rest.length === 0 ? first : say("one-and-more", { first, more: joined(rest) });
}

/** The same sentence with every text in it passed through `change`: how secrets are scrubbed from it. */
export function mapSentence<T extends SayingFact>(sentence: T, change: (text: string) => string): T;
export function mapSentence(sentence: SayingFact, change: (text: string) => string): SayingFact {
  if (typeof sentence === "number") return sentence;
  if (typeof sentence === "string") return change(sentence);
  const facts = Object.entries(sentence.facts).map(([name, value]) => [name, mapSentence(value, change)] as const);
  return { code: sentence.code, facts: Object.fromEntries(facts), text: change(sentence.text) };
}
