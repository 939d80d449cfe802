import { z } from "zod";
import { rollbackSecondsDefault, rollbackSecondsMax, rollbackSecondsMin } from "@/contract/net-apply";
import { networkPlanSchema } from "@/contract/network-plan";
import { nicNameSchema } from "@/contract/nic-blink";
import { checksOf, measureCluster, verdictOf } from "@/server/network/checks";
import { currentNetworks, letBlink, previewChange, startChange } from "@/server/network/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const ofChange = ofCluster.extend({ networks: z.array(networkPlanSchema).min(1) });

export const networkRouter = router({
  current: signedInProcedure.input(ofCluster).query(({ input }) => currentNetworks(input.clusterId)),

  /** What was measured last, and when. Measures nothing. */
  checks: signedInProcedure.input(ofCluster).query(({ input }) => checksOf(input.clusterId)),

  verdict: signedInProcedure.input(ofCluster).query(({ input }) => verdictOf(input.clusterId)),

  /** The whole matrix now: eight flows per pair, duplicates, gateways. */
  measure: operatorProcedure.input(ofCluster).mutation(({ input }) => measureCluster(input.clusterId)),

  /** Answers when the lamp has stopped. */
  blink: operatorProcedure
    .input(ofCluster.extend({ node: z.string().max(253), nic: nicNameSchema }))
    .mutation(({ input }) => letBlink(input.clusterId, input.node, input.nic)),

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
