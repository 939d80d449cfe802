import { oncePerProcess } from "@/server/process";

/**
 * Replaces the values of secrets opened in this process by «secret» in any text. Last line of defence before text is logged,
 * journalled or sent: code must not put secrets there in the first place.
 */
export class Scrubber {
  readonly #values = new Map<string, string>();
  #pattern: RegExp | null = null;

  /** Shorter values would blank out ordinary words and numbers; real passwords are longer. */
  static readonly shortestScrubbedLength = 6;

  learn(value: string, name = "secret"): void {
    for (const form of formsOf(value)) this.#values.set(form, name);
    this.#pattern = null;
  }

  scrub(text: string): string {
    if (this.#values.size === 0) return text;
    // Longest first: a secret that contains another must not leave its rest behind.
    this.#pattern ??= new RegExp(
      [...this.#values.keys()]
        .sort((a, b) => b.length - a.length)
        .map((value) => value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
        .join("|"),
      "g",
    );
    return text.replace(this.#pattern, (found) => `«${this.#values.get(found) ?? "secret"}»`);
  }
}

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

export const scrub = (text: string): string => scrubber().scrub(text);
export const learnSecret = (value: string, name?: string): void => scrubber().learn(value, name);
