import { z } from "zod";
import { mayOperate } from "@/contract/account";
import { endableBracketSchema } from "@/contract/bracket-kinds";
import { bmcSecretSchema, guestChoiceSchema, maintenanceKindSchema } from "@/contract/maintenance";
import { bracketSight, endBracket, startVms } from "@/server/maintenance/brackets";
import { listPower, setPower } from "@/server/maintenance/power";
import { planMaintenance, startMaintenance } from "@/server/maintenance/service";
import { lookWithOsdsAt } from "@/server/maintenance/sight";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const idempotencyKey = z.string().min(8).max(100);
const wish = ofCluster.extend({
  kind: maintenanceKindSchema,
  subject: z.string().max(253),
  guests: guestChoiceSchema.default("stop"),
});

export const maintenanceRouter = router({
  look: signedInProcedure.input(ofCluster).query(({ input }) => lookWithOsdsAt(input.clusterId)),

  plan: signedInProcedure.input(wish).query(({ ctx, input }) => planMaintenance(input, ctx.actor.username)),

  start: operatorProcedure
    .input(
      wish.extend({
        confirmation: z.string().max(253),
        factsDigest: z.string(),
        idempotencyKey,
      }),
    )
    .mutation(({ ctx, input }) => startMaintenance(input, { actor: ctx.actor, address: ctx.address })),

  /** What somebody left on, and how each is ended. */
  brackets: signedInProcedure.input(ofCluster).query(async ({ ctx: { actor }, input }) => ({
    ...(await bracketSight(input.clusterId, actor.username)),
    mayOperate: mayOperate(actor.role),
  })),

  endBracket: operatorProcedure
    .input(ofCluster.extend({ bracket: endableBracketSchema, factsDigest: z.string(), idempotencyKey }))
    .mutation(({ ctx, input }) => endBracket(input, { actor: ctx.actor, address: ctx.address })),

  startVms: operatorProcedure
    .input(ofCluster.extend({ vms: z.array(z.string().max(255)).min(1).max(200), idempotencyKey }))
    .mutation(({ ctx, input }) => startVms(input, { actor: ctx.actor, address: ctx.address })),

  power: signedInProcedure.input(ofCluster).query(({ input }) => listPower(input.clusterId)),

  setPower: operatorProcedure
    .input(ofCluster.extend({ node: z.string().max(253), bmc: bmcSecretSchema.nullable() }))
    .mutation(({ ctx, input }) =>
      setPower(input.clusterId, input.node, input.bmc, { actor: ctx.actor, address: ctx.address }),
    ),
});
