/** English with an accent: what is read easily, is a third longer, and shows at once what was never translated. Pure. */
const accents: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").map((letter, at) => [
    letter,
    Array.from("àƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÀƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ")[at] ?? letter,
  ]),
);
/** Short labels grow most from language to language. */
const growth = (length: number): number => (length <= 10 ? 0.6 : length <= 30 ? 0.45 : 0.3);
const filler = "one two three four five six seven eight nine ten eleven twelve ";

function literal(text: string): string {
  // Tags of rich messages and words of codes stay what they are.
  return text
    .split(/(<[^>]*>)/)
    .map((part) => (part.startsWith("<") ? part : Array.from(part, (letter) => accents[letter] ?? letter).join("")))
    .join("");
}

/** One ICU message: its own words change, arguments and choices stay. Braces alternate between words and syntax. */
export function pseudoMessage(message: string): string {
  let depth = 0;
  let run = "";
  let out = "";
  let words = 0;
  const flush = (): void => {
    if (depth % 2 === 0) words += run.length;
    out += depth % 2 === 0 ? literal(run) : run;
    run = "";
  };
  for (const letter of message) {
    if (letter !== "{" && letter !== "}") {
      run += letter;
      continue;
    }
    flush();
    depth += letter === "{" ? 1 : -1;
    out += letter;
  }
  flush();
  if (words === 0) return message;
  const more = filler.repeat(1 + Math.floor(words / filler.length)).slice(0, Math.ceil(words * growth(words)));
  return `[${out} ${literal(more.trim())}]`;
}

/** A whole file of messages, at any depth. */
export function pseudoMessages<T>(tree: T): T;
export function pseudoMessages(tree: unknown): unknown {
  if (typeof tree === "string") return pseudoMessage(tree);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, pseudoMessages(value)]));
}
