import { oncePerProcess } from "@/server/process";

/**
 * Whose words a text is. `own`: sentences of the panel, put together from its templates. `program`: what a command printed or
 * was called with.
 */
export type TextSource = "own" | "program";

/**
 * Replaces the values of secrets opened in this process by «secret» in any text. Last line of defence before text is logged,
 * journalled or sent: code must not put secrets there in the first place.
 *
 * A weak secret (an ordinary word, a short number) is replaced in programs' words only, and only where it stands by itself.
 * In the panel's own sentences its word means what it says; «node-password» in its place would tell everybody what the
 * password is, because the sentence is known.
 */
export class Scrubber {
  readonly #values = new Map<string, string>();
  #patterns: Record<TextSource, RegExp | null> | null = null;

  /** Shorter values would blank out single letters and digits everywhere. */
  static readonly shortestScrubbedLength = 4;

  learn(value: string, name = "secret"): void {
    for (const form of formsOf(value)) this.#values.set(form, name);
    this.#patterns = null;
  }

  scrub(text: string, source: TextSource = "own"): string {
    if (this.#values.size === 0) return text;
    this.#patterns ??= patternsOf([...this.#values.keys()]);
    const pattern = this.#patterns[source];
    return pattern === null ? text : text.replace(pattern, (found) => `«${this.#values.get(found) ?? "secret"}»`);
  }
}

/** Below this many characters an ordinary word or number is likely to be somebody's. */
const strongLength = 8;

/** A word or a number says nothing about where it came from. */
const ordinary = [/^\p{Lu}?\p{Ll}{1,19}$/u, /^\p{Lu}{1,19}$/u, /^\d{1,11}$/];
const isWeakSecret = (value: string): boolean =>
  value.length < strongLength || ordinary.some((pattern) => pattern.test(value));

function patternsOf(values: readonly string[]): Record<TextSource, RegExp | null> {
  // Longest first: a secret that contains another must not leave its rest behind.
  const longestFirst = values.toSorted((a, b) => b.length - a.length);
  const strong = longestFirst.filter((value) => !isWeakSecret(value)).map(escaped);
  const all = longestFirst.map((value) =>
    isWeakSecret(value) ? `(?<![\\p{L}\\p{N}_])${escaped(value)}(?![\\p{L}\\p{N}_])` : escaped(value),
  );
  const union = (parts: readonly string[]): RegExp | null =>
    parts.length === 0 ? null : new RegExp(parts.join("|"), "gu");
  return { own: union(strong), program: union(all) };
}

const escaped = (value: string): string => value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** A secret as it may turn up: itself, each of its lines (keys), and as JSON, URL and base64 write it. */
function formsOf(value: string): Set<string> {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const forms = [
    value,
    value.trim(),
    ...lines,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString("base64"),
  ];
  return new Set(forms.filter((form) => form.length >= Scrubber.shortestScrubbedLength));
}

const scrubber = (): Scrubber => oncePerProcess("scrubber", () => new Scrubber());

export const scrub = (text: string, source?: TextSource): string => scrubber().scrub(text, source);
export const learnSecret = (value: string, name?: string): void => scrubber().learn(value, name);
