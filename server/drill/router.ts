import { z } from "zod";
import { drillFaultSchema } from "@/contract/drill";
import { listDrills, planDrill, startDrill } from "@/server/drill/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });

export const drillRouter = router({
  list: signedInProcedure.input(ofCluster).query(({ input }) => listDrills(input.clusterId)),

  plan: signedInProcedure
    .input(ofCluster.extend({ fault: drillFaultSchema }))
    .query(({ input }) => planDrill(input.clusterId, input.fault)),

  start: operatorProcedure
    .input(
      ofCluster.extend({
        fault: drillFaultSchema,
        confirmation: z.string().max(253),
        factsDigest: z.string(),
        idempotencyKey: z.string().min(8).max(100),
      }),
    )
    .mutation(({ ctx, input }) => startDrill(input, { actor: ctx.actor, address: ctx.address })),
});
