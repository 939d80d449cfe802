import { setTimeout as sleep } from "node:timers/promises";
import { withStaleAsUnknown } from "@/contract/cluster-status";
import { bracketName, openBrackets, unreadBrackets } from "@/contract/open-bracket";
import { getCluster, listClusters } from "@/server/cluster/service";
import { log } from "@/server/log";
import { judgeTrail } from "@/server/maintenance/bracket-judgement";
import { bracketTrail, noteBracket } from "@/server/maintenance/bracket-trail";
import { lookAt } from "@/server/maintenance/sight";
import { listRuns } from "@/server/run/service";
import { movingRunStates } from "@/server/engine/journal";

/** Shorter: every cluster is watched for nobody's sake all day. Longer: a reminder comes that much late. */
const watchEveryMs = 5 * 60_000;
/** After the panel's start the first readings of a cluster take seconds; a first look that finds nothing is made up for by the next. */
const firstLookMs = 60_000;
/** A watcher that has just been started has read nothing yet. */
const settleMs = 10_000;

/** One cluster's look: what is new, late or gone goes into the audit trail and the log. */
export async function watchBrackets(clusterId: string, nowMs: number): Promise<void> {
  const active = await listRuns({ clusterId, activeOnly: true, limit: 1 });
  // What a run at work has switched on is its own business; one that is parked has left it on.
  if (active.some(({ state }) => (movingRunStates as readonly string[]).includes(state))) return;
  const sight = await lookAt(clusterId);
  const status = withStaleAsUnknown((await getCluster(clusterId)).status, nowMs);
  const open = openBrackets(status, sight);
  const trail = await bracketTrail(clusterId);
  for (const { action, bracket } of judgeTrail({ open, unread: unreadBrackets(status, sight), trail, nowMs })) {
    await noteBracket(clusterId, action, bracket);
    const facts = {
      area: "brackets",
      cluster: clusterId,
      bracket: bracketName(bracket),
      flags: bracket.flags.join(","),
    };
    if (action === "bracket-overdue") log().warn(facts, "left on for longer than it should be");
    else log().info(facts, action === "bracket-found" ? "found left on" : "seen to be ended");
  }
}

async function watchAll(): Promise<void> {
  const clusters = (await listClusters()).filter(({ state }) => state === "managed");
  if (clusters.length > 0) await sleep(settleMs);
  for (const { id } of clusters)
    await watchBrackets(id, Date.now()).catch((error: unknown) =>
      log().error({ area: "brackets", cluster: id, error: String(error) }, "looking for what was left on failed"),
    );
}

/** The watchdog of what somebody left on, as long as the panel runs; no browser needs to be open. */
export const bracketWatch = {
  name: "bracket-watch",
  start(shutdown: AbortSignal): Promise<void> {
    void (async () => {
      let waitMs = firstLookMs;
      while (!shutdown.aborted) {
        await sleep(waitMs, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
        if (shutdown.aborted) return;
        await watchAll().catch((error: unknown) =>
          log().error({ area: "brackets", error: String(error) }, "the watchdog failed"),
        );
        waitMs = watchEveryMs;
      }
    })();
    return Promise.resolve();
  },
};
