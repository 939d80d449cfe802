import type { AuditEntry } from "@/contract/audit";
import { type OpenBracket, bracketName } from "@/contract/open-bracket";
import { auditOf, recordAudit } from "@/server/audit/service";

/**
 * When this panel first saw each open bracket, and when it last reminded of it. The audit trail keeps it: a restart of the panel
 * makes nothing young again. `found` begins it, `ended` closes it; what cannot be read now neither begins nor ends anything.
 */
export interface BracketTrail {
  readonly firstSeenAt: string;
  readonly remindedAt: string | null;
}

const actions = ["bracket-found", "bracket-overdue", "bracket-ended"] as const;
/** Three entries for each bracket of a cluster; more than this only makes an old one look younger than it is. */
const entriesRead = 400;

/** Entries newest first, as the store gives them. */
export function foldTrail(entries: readonly Pick<AuditEntry, "action" | "at" | "facts">[]): Map<string, BracketTrail> {
  const open = new Map<string, BracketTrail>();
  for (const { action, at, facts } of entries.toReversed()) {
    const name = String(facts.bracket ?? "");
    const trail = open.get(name);
    if (action === "bracket-ended") open.delete(name);
    else if (action === "bracket-found") open.set(name, trail ?? { firstSeenAt: at.toISOString(), remindedAt: null });
    else if (trail !== undefined) open.set(name, { ...trail, remindedAt: at.toISOString() });
  }
  return open;
}

const targetOf = (clusterId: string): string => `cluster:${clusterId}`;

export const bracketTrail = async (clusterId: string): Promise<Map<string, BracketTrail>> =>
  foldTrail(await auditOf(targetOf(clusterId), actions, entriesRead));

const byItself = { actor: null, address: null };

export async function noteBracket(
  clusterId: string,
  action: (typeof actions)[number],
  bracket: Pick<OpenBracket, "kind" | "node"> & { readonly flags?: readonly string[] },
): Promise<void> {
  const flags = bracket.flags === undefined || bracket.flags.length === 0 ? {} : { flags: bracket.flags.join(", ") };
  const facts = { bracket: bracketName(bracket), kind: bracket.kind, node: bracket.node, ...flags };
  await recordAudit(byItself, action, { target: targetOf(clusterId), facts });
}
