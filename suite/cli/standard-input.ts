import { text } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import type { z } from "zod";
import { AppError } from "@/contract/errors";

/** Input comes on standard input, written as "-": the only form there is, so that no secret is ever an argument. */
export function standardInput(value: string): string {
  if (value !== "-") throw new InvalidArgumentError('must be "-": the input comes on standard input');
  return value;
}

export async function readInput<T>(schema: z.ZodType<T>): Promise<T> {
  const input = await text(process.stdin);
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    // Not the parser's message: it would quote what may be a secret.
    throw new AppError("bad-input", "standard input is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  throw new AppError("bad-input", `standard input does not fit: ${places.join("; ")}`);
}

/** One line, and nothing but it: a secret on its way to a program. */
export const readSecretLine = async (): Promise<string> => (await text(process.stdin)).trim();
