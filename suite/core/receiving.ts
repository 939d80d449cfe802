import { sentenceText } from "@/contract/sentence";
import { beginEnd } from "@/suite/core/danger";
import { takenOverRun } from "@/suite/core/run";
import { beginTake } from "@/suite/core/start";
import type { Handler } from "@/suite/core/step";
import { consulOf, nothing } from "@/suite/core/step";
import { receiverHoldMs, retryMs } from "@/suite/core/timing";

/** The target's side: a permit, then whatever the lock says. It never starts, resumes or keeps a copy on its own word. */
export const receiving: Handler<"receiving"> = (state, phase, finished, now) => {
  const consul = consulOf(state);
  const me = state.settings.node;
  if (finished?.what.deed === "announce-prepared") {
    if (finished.outcome.result === "done") return { phase: { ...phase, announced: true } };
    return {
      phase: { at: "standby", notBefore: now + retryMs },
      say: `Could not announce the permit: ${sentenceText(finished.outcome.because)}`,
    };
  }
  if (consul === null || state.domain.state === "unknown") return nothing;
  const domain = state.domain.value;
  const { record, session } = consul.owner;
  if (record !== null && record.node === me && record.startId === phase.startId) {
    if (domain.state === "absent") {
      // It ran here before it was handed over. Only a reading begun after that can say that it is gone again.
      const ownedAt = phase.ownedAt ?? now;
      if (phase.ownedAt === undefined) return { phase: { ...phase, ownedAt } };
      if (state.domain.at <= ownedAt) return nothing;
      return { phase: { at: "standby", notBefore: now }, say: `The VM received from ${phase.source} has ended` };
    }
    const facts = {
      startId: record.startId,
      epoch: record.epoch,
      kind: "migrate" as const,
      from: phase.source,
      beganAt: phase.beganAt,
      address: null,
    };
    const run = takenOverRun({ ...facts, guestNetworkDue: true }, now);
    return {
      phase: { at: "running", run: { ...run, guestAnswered: "yes" }, retryAt: now },
      say: `Received the VM from ${phase.source} at epoch ${record.epoch}`,
    };
  }
  if (record !== null && record.epoch > phase.epoch && record.startId !== phase.startId) {
    // Somebody has begun a new start since: this copy can belong to nobody any more, and in a folder it keeps the image's lock.
    const because = `${record.node} owns epoch ${record.epoch}`;
    const { startId, epoch, source: from } = phase;
    const copy = takenOverRun({ startId, epoch, kind: "migrate", from, beganAt: now, address: null }, now);
    return domain.state === "absent"
      ? { phase: { at: "standby", notBefore: now }, say: `The migration from ${from} is over: ${because}; standing by` }
      : beginEnd(copy, { reason: "superseded", after: "forget", because }, now);
  }
  const operation = consul.operation.record;
  const open = operation?.id === phase.operation && operation.phase !== "done" && operation.phase !== "failed";
  if (
    session === null &&
    record !== null &&
    record.startId === phase.startId &&
    domain.state === "running" &&
    state.lease.session !== null
  ) {
    if (state.task !== null) return nothing;
    const step = beginTake(state, consul, now, { keepRunning: true });
    return { ...step, say: `${phase.source} is gone and its VM runs here: taking the lock and fencing all others` };
  }
  // A session that flapped is back in a moment, and its copy with it: without this the flap would cost the copy, and then the VM.
  const isFlap = session === null && consul.members[phase.source] !== "failed";
  const freeFor = now - (state.ownerFreeSince ?? now);
  if (open && isFlap && freeFor < receiverHoldMs && record?.startId === phase.startId) return nothing;
  // Somebody replaced the request: the source goes on with the one it began, and only it knows which copy may be destroyed.
  const replaced = operation !== null && operation.id !== phase.operation && operation.source === phase.source;
  const judged = operation?.phase === "done" || operation?.phase === "failed";
  if (replaced && !judged && session !== null && record?.startId === phase.startId && domain.state !== "absent")
    return nothing;
  // Past its time a copy that is here still belongs to a source that holds the lock: that one clears it or hands over.
  if (open && session !== null && (now <= phase.expiresAt || domain.state !== "absent")) return nothing;
  if (domain.state === "absent")
    return { phase: { at: "standby", notBefore: now }, say: `The migration from ${phase.source} is over; standing by` };
  if (open && session === null && domain.state === "running") return nothing;
  const run = takenOverRun(
    { startId: phase.startId, epoch: phase.epoch, kind: "migrate", from: phase.source, beganAt: now, address: null },
    now,
  );
  const because = `the copy from ${phase.source} never became ours`;
  return beginEnd(run, { reason: "migration", after: "forget", because }, now);
};
