import type { z } from "zod";
import { byUrgency, type ClusterEvent, isStandingAlarm } from "@/contract/event";
import { type acknowledgeInputSchema, type EventFilter } from "@/contract/event-schema";
import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { type AuditSubject, recordAudit } from "@/server/audit/service";
import { changedSince, findEvent, listEvents, listStanding, saveAcknowledgement } from "@/server/event/store";

export interface EventPage {
  readonly events: ClusterEvent[];
  /** Ask again with it for older ones; null: that was all. */
  readonly before: { at: Date; id: number } | null;
}

/** Newest first. */
export async function eventPage(filter: EventFilter, limit: number, before: EventPage["before"]): Promise<EventPage> {
  const found = await listEvents(filter, { limit: limit + 1, before });
  const events = found.slice(0, limit);
  const last = events.at(-1);
  return { events, before: found.length > limit && last ? { at: new Date(last.beganAt), id: last.id } : null };
}

/** What stands now, worst first; acknowledged ones among them. Null: everywhere. */
export const standingAlarms = async (clusterId: string | null): Promise<ClusterEvent[]> =>
  (await listStanding(clusterId)).filter(isStandingAlarm).toSorted(byUrgency);

/** What stands, and what came or ended in the last while, oldest first. */
export const recentEvents = (lastMs: number): Promise<ClusterEvent[]> => changedSince(new Date(Date.now() - lastMs));

const hourMs = 3_600_000;

/** Takes note of a standing alarm: it stays in sight and is quiet until it is worse, comes back, or its time is over. */
export async function acknowledge(
  subject: AuditSubject,
  { eventId, reason, untilHours }: z.infer<typeof acknowledgeInputSchema>,
): Promise<void> {
  const { severity, count } = await standing(eventId);
  const now = Date.now();
  const until = untilHours === null ? null : new Date(now + untilHours * hourMs).toISOString();
  const by = subject.actor?.username ?? "trivet";
  const at = new Date(now).toISOString();
  await saveAcknowledgement(eventId, { by, at, reason: reason === "" ? null : reason, until, severity, count });
  await noted(subject, "alarm-acknowledged", eventId, { reason: reason ?? "", until: until ?? "" });
}

export async function withdrawAcknowledgement(subject: AuditSubject, eventId: number): Promise<void> {
  await standing(eventId);
  await saveAcknowledgement(eventId, null);
  await noted(subject, "alarm-acknowledgement-withdrawn", eventId, {});
}

async function noted(
  subject: AuditSubject,
  action: "alarm-acknowledged" | "alarm-acknowledgement-withdrawn",
  eventId: number,
  facts: Record<string, string>,
): Promise<void> {
  const event = await findEvent(eventId);
  const target = event?.clusterId == null ? "panel" : `cluster:${event.clusterId}`;
  await recordAudit(subject, action, { target, facts: { alarm: event?.identity ?? "", ...facts } });
}

async function standing(eventId: number): Promise<ClusterEvent> {
  const event = await findEvent(eventId);
  if (event === null || !isStandingAlarm(event))
    throw new AppError("not-found", say("alarm-over"), { facts: { what: "alarm", id: eventId } });
  return event;
}
