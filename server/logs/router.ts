import { tracked } from "@trpc/server";
import { z } from "zod";
import { logSearchSchema } from "@/contract/log-search";
import { followCluster, logFolders, searchCluster } from "@/server/logs/service";
import { router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });

export const logsRouter = router({
  folders: signedInProcedure.input(ofCluster).query(({ input }) => logFolders(input.clusterId)),

  search: signedInProcedure.input(logSearchSchema).query(({ input, signal }) => searchCluster(input, signal)),

  /** From the end of the files, or on from `lastEventId`, which names a byte in each file: nothing is missed or sent twice. */
  follow: signedInProcedure
    .input(ofCluster.extend({ lastEventId: z.string().nullish() }))
    .subscription(async function* ({ input, signal }) {
      const ended = signal ?? new AbortController().signal;
      for await (const { positions, ...batch } of followCluster(input.clusterId, input.lastEventId ?? null, ended))
        yield tracked(positions, batch);
    }),
});
