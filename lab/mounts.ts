import { run } from "@/lab/shell";

export async function mountsBelow(folder: string): Promise<string[]> {
  const table = await run(["findmnt", "--raw", "--noheadings", "--output", "TARGET"]);
  return table.split("\n").filter((point) => point.startsWith(`${folder}/`));
}

/** Innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const point of (await mountsBelow(folder)).reverse()) await run(["umount", point]);
}
