import { z } from "zod";
import { recoverySight } from "@/server/recovery/service";
import { router, signedInProcedure } from "@/server/trpc/init";

export const recoveryRouter = router({
  sight: signedInProcedure
    .input(z.object({ clusterId: z.string() }))
    .query(({ input }) => recoverySight(input.clusterId)),
});
