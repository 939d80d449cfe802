export interface DiffLine {
  /** "+" only after, "-" only before, " " in both. */
  sign: "+" | "-" | " ";
  text: string;
}

/** Beyond it the table of the longest common part takes too long: the whole text is shown as replaced. */
const linesMax = 1_500;

const linesOf = (text: string | null): string[] => (text === null || text === "" ? [] : text.trimEnd().split("\n"));

/** What changes from one text to another, line by line; null: there is no such file. */
export function lineDiff(before: string | null, after: string | null): DiffLine[] {
  const [old, next] = [linesOf(before), linesOf(after)];
  if (old.length > linesMax || next.length > linesMax) return [...signed("-", old), ...signed("+", next)];
  const common = commonLengths(old, next);
  const diff: DiffLine[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < next.length) {
    const [left, right] = [old[a], next[b]];
    if (left !== undefined && left === right) {
      diff.push({ sign: " ", text: left });
      a += 1;
      b += 1;
    } else if (
      left !== undefined &&
      (right === undefined || lengthAt(common, a + 1, b) >= lengthAt(common, a, b + 1))
    ) {
      diff.push({ sign: "-", text: left });
      a += 1;
    } else {
      diff.push({ sign: "+", text: right ?? "" });
      b += 1;
    }
  }
  return diff;
}

const signed = (sign: DiffLine["sign"], lines: readonly string[]): DiffLine[] => lines.map((text) => ({ sign, text }));
const lengthAt = (common: readonly (readonly number[])[], a: number, b: number): number => common[a]?.[b] ?? 0;

/** At [a][b]: how many lines the rests of both texts have in common, in order. */
function commonLengths(old: readonly string[], next: readonly string[]): number[][] {
  const common = Array.from({ length: old.length + 1 }, () => Array.from({ length: next.length + 1 }, () => 0));
  for (let a = old.length - 1; a >= 0; a -= 1) {
    const row = common[a] ?? [];
    for (let b = next.length - 1; b >= 0; b -= 1)
      row[b] =
        old[a] === next[b]
          ? lengthAt(common, a + 1, b + 1) + 1
          : Math.max(lengthAt(common, a + 1, b), lengthAt(common, a, b + 1));
  }
  return common;
}
