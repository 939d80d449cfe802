// Where the tests' commands run: this machine as it is, or a network of its own in which a second test cluster fits.
import { join } from "node:path";
import { execa } from "execa";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules/.bin");
/** Part of names of namespaces and folders, so that an interrupted run's leftovers are found by the next one. */
const secondLab = "second";

export interface Lane {
  /** Put before every command. */
  readonly before: readonly string[];
  /** What each line of output begins with; null: alone, and straight to the terminal. */
  readonly prefix: string | null;
}

export const alone: Lane = { before: [], prefix: null };

/** Two test clusters side by side, in the order of the stages' `cluster`. */
export const besideEachOther: Record<1 | 2, Lane> = {
  1: { before: [], prefix: "1| " },
  2: { before: ["bash", join(root, "lab/beside.sh"), secondLab], prefix: "2| " },
};

export function say(lane: Lane, line: string): void {
  console.log(`${lane.prefix ?? ""}${line}`);
}

/** Runs one of the project's own programs (`vitest`, `tsx`…) to its end; true: it ended well. */
export async function start(
  lane: Lane,
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<boolean> {
  const [file = "", ...words] = [...lane.before, program === "npm" ? program : join(bin, program), ...args];
  const { prefix } = lane;
  const begin = function* (line: unknown): Generator<string> {
    yield `${prefix}${String(line)}`;
  };
  const result = await execa(file, words, {
    cwd: root,
    reject: false,
    stdin: "ignore",
    buffer: false,
    env: { NEXT_TELEMETRY_DISABLED: "1", ...env },
    ...(prefix === null
      ? { stdout: "inherit" as const, stderr: "inherit" as const }
      : { stdout: [begin, "inherit" as const], stderr: [begin, "inherit" as const] }),
  });
  if (result.exitCode === undefined && result.signal === undefined) say(lane, result.shortMessage ?? "did not start");
  return result.exitCode === 0;
}
