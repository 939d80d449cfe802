import { z } from "zod";
import { bundlesOf, startBundle } from "@/server/bundle/service";
import { operatorProcedure, router } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });

export const bundleRouter = router({
  /** Of this panel process, newest first; asked again while one is being collected. */
  list: operatorProcedure.input(ofCluster).query(({ input }) => bundlesOf(input.clusterId)),

  start: operatorProcedure
    .input(ofCluster)
    .mutation(({ ctx, input }) => startBundle(input.clusterId, { actor: ctx.actor, address: ctx.address })),
});
