import { z } from "zod";
import { newMachineSchema, nodeChangeKindSchema } from "@/contract/node-change";
import { admitMachine, presentedKey } from "@/server/membership/machine";
import { planNodeChange, startNodeChange } from "@/server/membership/service";
import { operatorProcedure, router, signedInProcedure } from "@/server/trpc/init";

const ofCluster = z.object({ clusterId: z.string() });
const endpoint = z.object({ address: z.string().min(1).max(253), port: z.number().int().min(1).max(65535) });
const wish = ofCluster.extend({
  kind: nodeChangeKindSchema,
  leaving: z.array(z.string().max(253)).max(4),
  machines: z.array(newMachineSchema).max(4),
});
const secretMax = 20_000;

export const membershipRouter = router({
  presentedKey: operatorProcedure
    .input(ofCluster.extend({ endpoint }))
    .mutation(({ input }) => presentedKey(input.clusterId, input.endpoint)),

  admit: operatorProcedure
    .input(
      ofCluster.extend({
        machine: endpoint.extend({
          user: z.string().min(1).max(64),
          hostKeyType: z.string().max(64),
          hostKeyFingerprint: z.string().max(100),
        }),
        credentials: z
          .discriminatedUnion("kind", [
            z.object({ kind: z.literal("password"), password: z.string().max(secretMax) }),
            z.object({ kind: z.literal("key"), privateKey: z.string().max(secretMax) }),
          ])
          .nullable(),
      }),
    )
    .mutation(({ ctx, input }) => admitMachine(input.clusterId, input.machine, input.credentials, ctx)),

  plan: signedInProcedure.input(wish).query(({ ctx, input }) => planNodeChange(input, ctx.actor.username)),

  start: operatorProcedure
    .input(
      wish.extend({
        confirmation: z.string().max(1_000),
        factsDigest: z.string(),
        idempotencyKey: z.string().min(8).max(100),
      }),
    )
    .mutation(({ ctx, input }) => startNodeChange(input, { actor: ctx.actor, address: ctx.address })),
});
