import { consulKeys, historyRecordSchema, nodeRecordSchema, ownerRecordSchema } from "@/contract/consul-keys";
import type { DrillSight } from "@/contract/drill";
import type { KvEntry } from "@/suite/consul/consul-client";

/** What is new in this reading of Consul against what was told before. Pure; `told` is the last text of each subject. */
export function newSights(
  entries: readonly KvEntry[],
  told: ReadonlyMap<string, string>,
  atMs: number,
): { sights: DrillSight[]; told: Map<string, string> } {
  const now = new Map(told);
  const sights: DrillSight[] = [];
  const tell = (subject: string, sight: DrillSight): void => {
    const { atMs: _at, ...said } = sight;
    const text = JSON.stringify(said);
    if (now.get(subject) === text) return;
    now.set(subject, text);
    sights.push(sight);
  };
  const owner = entries.find(({ key }) => key === consulKeys.owner);
  const record = ownerRecordSchema.safeParse(parsed(owner?.value));
  const held = owner?.session != null;
  if (record.success) {
    const { node, epoch, phase } = record.data;
    tell("owner", { what: "owner", atMs, node, epoch, phase, held });
  }
  for (const { key, value, session } of entries) {
    if (key.startsWith(consulKeys.nodePrefix)) {
      const line = nodeRecordSchema.safeParse(parsed(value));
      if (!line.success) continue;
      const { name: node, domain, at } = line.data;
      tell(key, { what: "service", atMs, node, writtenMs: Date.parse(at), domain, held: session !== null });
    } else if (key.startsWith(consulKeys.historyPrefix)) {
      const entry = historyRecordSchema.safeParse(parsed(value));
      if (entry.success) tell(key, { what: "history", atMs, record: entry.data });
    }
  }
  return { sights, told: now };
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
