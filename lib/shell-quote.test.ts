import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellQuote } from "@/lib/shell-quote";

test("whatever is quoted arrives unchanged through a real shell", () => {
  const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0") && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const printed = execFileSync("sh", ["-c", shellQuote(["printf", "%s\\0", ...words])], { encoding: "utf8" });
      expect(printed).toBe(words.map((text) => `${text}\0`).join(""));
    }),
    { numRuns: 50 },
  );
});

test("a NUL byte is refused, an empty word is kept", () => {
  expect(() => shellQuote(["a\0b"])).toThrow(RangeError);
  expect(shellQuote(["a", ""])).toBe("a ''");
});
