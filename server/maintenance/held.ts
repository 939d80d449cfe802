import { AppError } from "@/contract/errors";
import type { Answer } from "@/contract/maintenance-guards";
import type { ProcedureKind } from "@/contract/run";
import { joined, say, sentenceText } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { startRun } from "@/server/run/service";

/** With the same sentences that hold the button back. */
export function refuseWhileHeld(kind: ProcedureKind, guards: readonly Answer[]): void {
  const open = guards.filter(({ state }) => state !== "holds");
  if (open.length === 0) return;
  const because = joined(open.map(({ sentence }) => sentence));
  throw new AppError("blocked", say("maintenance-held-back", { because }), {
    facts: { request: kind, because: sentenceText(because) },
  });
}

export async function startAudited(
  request: Parameters<typeof startRun>[0],
  what: string,
  subject: AuditSubject,
): Promise<{ runId: string }> {
  const { runId } = await startRun(request);
  await recordAudit(subject, "run-created", {
    target: `cluster:${request.clusterId}`,
    facts: { run: runId, kind: request.kind, subject: what },
  });
  return { runId };
}
