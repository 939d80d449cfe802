import { z } from "zod";
import { AppError } from "@/contract/errors";
import { type Saying, say } from "@/contract/sentence";

/**
 * `zsha/run`: who is changing the cluster, held by a session of that panel or command. The value stays behind when the session
 * ends: only a key with a session is a lock.
 */
export const runLockSchema = z.object({
  holder: z.enum(["panel", "zsha"]),
  /** The panel's run, or a name made for this one command. */
  runId: z.string(),
  /** Kind of the procedure, or the command as typed: "zsha migrate". */
  kind: z.string(),
  /** Of a run it only grows, and a node refuses a lower one than the highest it has seen. Null: a command, which has none. */
  fence: z.number().int().nullable(),
  actor: z.string(),
  /** Host name of the panel's machine or of the node. */
  place: z.string(),
  at: z.string(),
});
export type RunLock = z.infer<typeof runLockSchema>;

/** What a key of the lock means: nobody holds it, somebody whose words can be read, or somebody unknown. */
export function runLockHolder(value: string): RunLock | null {
  try {
    const parsed = runLockSchema.safeParse(JSON.parse(value));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Who holds it, where and since when. */
export function runLockSentence(lock: RunLock | null): Saying {
  if (lock === null) return say("run-lock-unreadable");
  const { holder, runId: run, kind, actor, place, at: since } = lock;
  return holder === "panel"
    ? say("run-lock-panel", { place, run, kind, actor, since })
    : say("run-lock-command", { kind, place, actor, since });
}

/** What both sides answer while somebody else holds the cluster. */
export const refusedByRunLock = (holder: RunLock | null): AppError =>
  new AppError("run-active", say("run-not-begun", { why: runLockSentence(holder) }), {
    facts: {
      runId: holder?.runId ?? "",
      kind: holder?.kind ?? "",
      actor: holder?.actor ?? "",
      place: holder?.place ?? "",
      since: holder?.at ?? "",
    },
    // Sessions end after 30 s without a word from their holder, and Consul takes up to twice as long to say so.
    advice: say("run-lock-wait"),
  });
