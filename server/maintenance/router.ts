import { z } from "zod";
import { bmcSecretSchema, guestChoiceSchema, maintenanceKindSchema } from "@/contract/maintenance";
import { listPower, setPower } from "@/server/maintenance/power";
import { lookAt, planMaintenance, startMaintenance } from "@/server/maintenance/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const wish = ofCluster.extend({
  kind: maintenanceKindSchema,
  subject: z.string().max(253),
  guests: guestChoiceSchema.default("stop"),
});

export const maintenanceRouter = router({
  look: signedInProcedure.input(ofCluster).query(({ input }) => lookAt(input.clusterId)),

  plan: signedInProcedure.input(wish).query(({ ctx, input }) => planMaintenance(input, ctx.actor.username)),

  start: operatorProcedure
    .input(
      wish.extend({
        confirmation: z.string().max(253),
        factsDigest: z.string(),
        idempotencyKey: z.string().min(8).max(100),
      }),
    )
    .mutation(({ ctx, input }) => startMaintenance(input, { actor: ctx.actor, address: ctx.address })),

  power: signedInProcedure.input(ofCluster).query(({ input }) => listPower(input.clusterId)),

  setPower: operatorProcedure
    .input(ofCluster.extend({ node: z.string().max(253), bmc: bmcSecretSchema.nullable() }))
    .mutation(({ ctx, input }) =>
      setPower(input.clusterId, input.node, input.bmc, { actor: ctx.actor, address: ctx.address }),
    ),
});
