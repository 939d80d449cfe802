export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** What a reader expected and where, both counted from 1. `found` is the text that stands there instead. */
export interface JsonSyntaxProblem {
  line: number;
  column: number;
  expected:
    | "comma"
    | "colon"
    | "value"
    | "name"
    | "end"
    | "closing-quote"
    | "closing-comment"
    | "unrepeated-name"
    | "escape";
  found: string;
}

class Syntax extends Error {
  constructor(
    readonly expected: JsonSyntaxProblem["expected"],
    readonly offset: number,
  ) {
    super(expected);
  }
}

/** Reads JSON that may carry `//` and block comments and a comma after the last entry. */
export function parseJsonWithComments(
  text: string,
): { ok: true; value: JsonValue } | { ok: false; problem: JsonSyntaxProblem } {
  try {
    return { ok: true, value: new Reader(text).document() };
  } catch (error) {
    if (!(error instanceof Syntax)) throw error;
    const before = text.slice(0, error.offset).split("\n");
    const column = (before.at(-1) ?? "").length + 1;
    const found = /\s*([^\s,:{}[\]]+|\S?)/.exec(text.slice(error.offset))?.[1] ?? "";
    return { ok: false, problem: { line: before.length, column, expected: error.expected, found: found.slice(0, 40) } };
  }
}

const literals: readonly [string, JsonValue][] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const number = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const trivia = /(?:\s|\uFEFF)+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const wordCharacter = /[A-Za-z0-9_.+-]/;
/** JSON allows no raw control character, so a text that is not closed on its line is a forgotten quote. */
const string = /"(?:[^"\\\n\r]|\\.)*"/y;

class Reader {
  private offset = 0;
  /** Where the last token that counted ended: a missing comma is missing there, not at the next line's first word. */
  private lastEnd = 0;

  constructor(private readonly text: string) {
    this.skipTrivia();
  }

  document(): JsonValue {
    const value = this.value();
    if (this.offset < this.text.length) throw new Syntax("end", this.offset);
    return value;
  }

  private value(): JsonValue {
    switch (this.text[this.offset]) {
      case "{":
        return this.object();
      case "[":
        return this.array();
      case '"':
        return this.string();
      default:
        return this.word();
    }
  }

  private object(): JsonValue {
    const result = new Map<string, JsonValue>();
    this.take("{");
    while (!this.take("}")) {
      const start = this.offset;
      if (this.text[start] !== '"') throw new Syntax("name", start);
      const name = this.string();
      if (result.has(name)) throw new Syntax("unrepeated-name", start);
      if (!this.take(":")) throw new Syntax("colon", this.lastEnd);
      result.set(name, this.value());
      this.separator("}");
    }
    return Object.fromEntries(result);
  }

  private array(): JsonValue {
    const result: JsonValue[] = [];
    this.take("[");
    while (!this.take("]")) {
      result.push(this.value());
      this.separator("]");
    }
    return result;
  }

  private separator(closing: string): void {
    if (!this.take(",") && this.text[this.offset] !== closing) throw new Syntax("comma", this.lastEnd);
  }

  private string(): string {
    const start = this.offset;
    const raw = this.match(string);
    if (raw === null) throw new Syntax("closing-quote", start);
    try {
      const value: unknown = JSON.parse(raw);
      return String(value);
    } catch {
      throw new Syntax("escape", start);
    }
  }

  private word(): JsonValue {
    const start = this.offset;
    for (const [name, value] of literals) {
      if (this.text.startsWith(name, start) && !wordCharacter.test(this.text[start + name.length] ?? "")) {
        this.advance(name.length);
        return value;
      }
    }
    const raw = this.match(number);
    if (raw === null || wordCharacter.test(this.text[start + raw.length] ?? "")) throw new Syntax("value", start);
    return Number(raw);
  }

  private take(character: string): boolean {
    if (this.text[this.offset] !== character) return false;
    this.advance(1);
    return true;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.advance(found.length);
    return found;
  }

  private advance(length: number): void {
    this.offset += length;
    this.lastEnd = this.offset;
    this.skipTrivia();
  }

  private skipTrivia(): void {
    for (;;) {
      trivia.lastIndex = this.offset;
      const found = trivia.exec(this.text)?.[0];
      if (found === undefined) break;
      this.offset += found.length;
    }
    if (this.text.startsWith("/*", this.offset)) throw new Syntax("closing-comment", this.offset);
  }
}
