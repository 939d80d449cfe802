import { tracked } from "@trpc/server";
import { z } from "zod";
import type { ClusterStatus } from "@/contract/cluster-status";
import { clusterConfig, getCluster, listClusters, watchCluster } from "@/server/cluster/service";
import { messageFor } from "@/server/cluster/status-messages";
import { statusStream } from "@/server/cluster/status-stream";
import { router, signedInProcedure } from "@/server/trpc/init";
import { packedOnce } from "@/server/trpc/packed-once";

const ofCluster = z.object({ clusterId: z.string() });

export const clusterRouter = router({
  list: signedInProcedure.query(() => listClusters()),

  get: signedInProcedure.input(ofCluster).query(({ input }) => getCluster(input.clusterId)),

  /** Begins with the whole status, so what was missed is made up for by coming back; `lastEventId` needs no replay. */
  status: signedInProcedure
    .input(ofCluster.extend({ lastEventId: z.string().nullish() }))
    .subscription(async function* ({ input, signal }) {
      const watcher = await watchCluster(input.clusterId);
      let before: ClusterStatus | null = null;
      for await (const status of statusStream(watcher, signal ?? new AbortController().signal)) {
        yield tracked(String(status.revision), packedOnce(messageFor(before, status)));
        before = status;
      }
    }),

  config: signedInProcedure.input(ofCluster).query(({ input }) => clusterConfig(input.clusterId)),
});
