import { z } from "zod";
import { nodeFacts } from "@/server/node/service";
import { router, signedInProcedure } from "@/server/trpc/init";

export const nodeRouter = router({
  /** Read anew from the node; takes about two seconds. */
  facts: signedInProcedure
    .input(z.object({ clusterId: z.string(), node: z.string() }))
    .query(({ input }) => nodeFacts(input.clusterId, input.node)),
});
