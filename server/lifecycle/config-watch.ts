import { setTimeout as sleep } from "node:timers/promises";
import { managedClusters } from "@/server/cluster/service";
import { noteCurrentConfig } from "@/server/lifecycle/config-history";
import { log } from "@/server/log";

/** Shorter: one read of Consul more per cluster for nothing. Longer: two changes made outside within it become one. */
const lookEveryMs = 60_000;
/** After the panel's start. Sooner: it competes with runs that are being taken up again. */
const firstLookAfterMs = 15_000;

/** Notes every configuration somebody publishes, so that a change made without this panel is not lost to the next one. */
export async function keepNotingConfigs(shutdown: AbortSignal): Promise<void> {
  const pause = (ms: number) => sleep(ms, undefined, { signal: shutdown, ref: false }).catch(() => undefined);
  await pause(firstLookAfterMs);
  while (!shutdown.aborted) {
    await lookAtAll(shutdown).catch((error: unknown) =>
      log().error({ area: "lifecycle", error: String(error) }, "the configurations could not be looked at"),
    );
    await pause(lookEveryMs);
  }
}

/** A cluster that does not answer is asked again next time: what it has then is noted then. */
async function lookAtAll(shutdown: AbortSignal): Promise<void> {
  for (const id of await managedClusters()) {
    if (shutdown.aborted) return;
    await noteCurrentConfig(id).catch((error: unknown) =>
      log().debug({ area: "lifecycle", cluster: id, error: String(error) }, "the configuration cannot be read now"),
    );
  }
}
