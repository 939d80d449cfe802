import { z } from "zod";
import { rollbackSecondsDefault, rollbackSecondsMax, rollbackSecondsMin } from "@/contract/net-apply";
import { networkPlanSchema } from "@/contract/network-plan";
import { currentNetworks, measureCluster, previewChange, standingCheck, startChange } from "@/server/network/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const ofChange = ofCluster.extend({ networks: z.array(networkPlanSchema).min(1) });

export const networkRouter = router({
  current: signedInProcedure.input(ofCluster).query(({ input }) => currentNetworks(input.clusterId)),

  /** Newest standing check, at most a minute old; ask again to follow. */
  check: signedInProcedure.input(ofCluster).query(({ input }) => standingCheck(input.clusterId)),

  /** The whole matrix now: eight flows per pair, duplicates, gateways. */
  measure: operatorProcedure.input(ofCluster).mutation(({ input }) => measureCluster(input.clusterId, "full")),

  preview: operatorProcedure.input(ofChange).mutation(({ input }) => previewChange(input.clusterId, input.networks)),

  start: operatorProcedure
    .input(
      ofChange.extend({
        rollbackSeconds: z
          .number()
          .int()
          .min(rollbackSecondsMin)
          .max(rollbackSecondsMax)
          .default(rollbackSecondsDefault),
        idempotencyKey: z.string().min(8).max(100),
      }),
    )
    .mutation(({ ctx, input }) => startChange(input, { actor: ctx.actor, address: ctx.address })),
});
