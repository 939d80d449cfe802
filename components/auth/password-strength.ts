import { shortestPassword } from "@/contract/account";

export type PasswordStrength =
  | { kind: "empty" }
  | { kind: "too-short"; missing: number }
  | { kind: "common" | "name" | "repetitive" | "weak" | "fair" | "strong" };

const commonWords = [
  "password",
  "admin",
  "administrator",
  "root",
  "zstack",
  "trivet",
  "ceph",
  "qwerty",
  "letmein",
  "welcome",
];

/** Counted as if the characters were random, which people's are not: the bounds are high to make up for it. */
const fairBits = 45;
const strongBits = 60;

/** A sentence's worth of judgement. Only `too-short` refuses; the rest is advice. */
export function passwordStrength(password: string, username: string): PasswordStrength {
  if (password === "") return { kind: "empty" };
  const length = Array.from(password).length;
  if (length < shortestPassword) return { kind: "too-short", missing: shortestPassword - length };
  const lower = password.toLowerCase();
  const letters = lower.replaceAll(/[^a-z]/g, "");
  if (commonWords.some((word) => letters === word || letters === word + word)) return { kind: "common" };
  if (username.length >= 3 && lower.includes(username.toLowerCase())) return { kind: "name" };
  const bits = effectiveLength(password) * Math.log2(alphabetSize(password));
  if (effectiveLength(password) < length / 2) return { kind: "repetitive" };
  if (bits < fairBits) return { kind: "weak" };
  return { kind: bits < strongBits ? "fair" : "strong" };
}

/** Characters that add something: one that repeats or continues the one before adds nothing. */
function effectiveLength(password: string): number {
  const codes = Array.from(password, (sign) => sign.codePointAt(0) ?? 0);
  return codes.filter((code, at) => at === 0 || Math.abs(code - (codes[at - 1] ?? 0)) > 1).length;
}

function alphabetSize(password: string): number {
  const classes: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007e]/, 33],
    // Any further script: far larger, counted low because people pick common characters.
    [/[^\u0020-\u007e]/, 200],
  ];
  return classes.reduce((sum, [pattern, size]) => (pattern.test(password) ? sum + size : sum), 0);
}
