import { z } from "zod";

/** One build of the node suite, as it tells of itself. */
export const suiteBuildSchema = z.object({
  version: z.string(),
  commit: z.string(),
  date: z.string(),
});
export type SuiteBuild = z.infer<typeof suiteBuildSchema>;

/** The four lines of `zsha -v` (manual 3.3), also of the vendor's. Null: that is not what it said. */
export function parseVersionText(text: string): SuiteBuild | null {
  const value = (name: string): string | undefined => new RegExp(`^${name}: *(.+)$`, "m").exec(text)?.[1]?.trim();
  const version = value("App Version");
  if (version === undefined) return null;
  return { version, commit: value("Commit ID") ?? "", date: value("Build Date") ?? "" };
}

/** Below 0: `a` is older. Null: one of them is no version. A word after the numbers (1.2.0-rc1) is older than none. */
export function compareVersions(a: string, b: string): number | null {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === null || right === null) return null;
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at += 1) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  if (left.word === right.word) return 0;
  if (left.word === "" || right.word === "") return left.word === "" ? 1 : -1;
  return left.word < right.word ? -1 : 1;
}

function partsOf(text: string): { numbers: number[]; word: string } | null {
  const found = /^(\d+(?:\.\d+)*)(?:[-+](.+))?$/.exec(text.trim());
  return found === null ? null : { numbers: (found[1] ?? "").split(".").map(Number), word: found[2] ?? "" };
}

export const sameBuild = (a: SuiteBuild, b: SuiteBuild): boolean =>
  a.version === b.version && a.commit === b.commit && a.date === b.date;
