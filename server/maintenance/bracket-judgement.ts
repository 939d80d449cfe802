import { type BracketKind, bracketKindSchema } from "@/contract/bracket-kinds";
import { bracketName, type OpenBracket, overdueSince } from "@/contract/open-bracket";
import type { BracketTrail } from "@/server/maintenance/bracket-trail";

/** Once a day at most: oftener is noise that nobody reads. */
const remindEveryMs = 24 * 3_600_000;

export interface TrailNote {
  readonly action: "bracket-found" | "bracket-overdue" | "bracket-ended";
  readonly bracket: Pick<OpenBracket, "kind" | "node" | "flags">;
}

/** What the watchdog writes down now. Pure. */
export function judgeTrail({
  open,
  unread,
  trail,
  nowMs,
}: {
  open: readonly OpenBracket[];
  unread: readonly BracketKind[];
  trail: ReadonlyMap<string, BracketTrail>;
  nowMs: number;
}): TrailNote[] {
  const notes: TrailNote[] = [];
  for (const bracket of open) {
    const known = trail.get(bracketName(bracket));
    if (known === undefined) notes.push({ action: "bracket-found", bracket });
    const isLate = overdueSince(bracket, known?.firstSeenAt ?? null, nowMs) !== null;
    const remindedMs = known?.remindedAt == null ? Number.NEGATIVE_INFINITY : Date.parse(known.remindedAt);
    if (isLate && nowMs - remindedMs > remindEveryMs) notes.push({ action: "bracket-overdue", bracket });
  }
  const names = new Set(open.map(bracketName));
  for (const name of trail.keys()) {
    const [word = "", node = null] = name.split(" ");
    const kind = bracketKindSchema.safeParse(word);
    if (names.has(name) || !kind.success || unread.includes(kind.data)) continue;
    notes.push({ action: "bracket-ended", bracket: { kind: kind.data, node, flags: [] } });
  }
  return notes;
}
