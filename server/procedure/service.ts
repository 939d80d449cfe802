import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ProcedureKind } from "@/contract/run";

/** docs/procedures/KIND.md as it ships with the panel: states, guards, what each undo restores, how to finish by hand. Null: not written. */
export async function procedureText(kind: ProcedureKind): Promise<string | null> {
  try {
    return await readFile(join(process.cwd(), "docs", "procedures", `${kind}.md`), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
