import { rm } from "node:fs/promises";
import { z } from "zod";
import { suitePaths } from "@/contract/node-setup";
import { ensureFile, readTextIfThere } from "@/suite/system/files";

/** On a tmpfs: it must survive a killed zshad and must not survive a reboot. */
const path = `${suitePaths.runDirectory}/zshad.json`;

const memorySchema = z.object({
  session: z.string().nullable(),
  run: z.object({ startId: z.string(), epoch: z.number(), address: z.string().nullable() }).nullable(),
});
export type Memory = z.infer<typeof memorySchema>;

export async function readMemory(): Promise<Memory> {
  const text = await readTextIfThere(path);
  if (text === null) return { session: null, run: null };
  const parsed = memorySchema.safeParse(safeJson(text));
  return parsed.success ? parsed.data : { session: null, run: null };
}

export async function writeMemory(memory: Memory): Promise<void> {
  if (memory.session === null && memory.run === null) await rm(path, { force: true });
  else await ensureFile(path, `${JSON.stringify(memory)}\n`, { mode: 0o600 });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
