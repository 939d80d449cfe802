import { z } from "zod";
import { procedureKindSchema } from "@/contract/run";
import { procedureText } from "@/server/procedure/service";
import { router, signedInProcedure } from "@/server/trpc/init";

export const procedureRouter = router({
  text: signedInProcedure
    .input(z.object({ kind: procedureKindSchema }))
    .query(({ input }) => procedureText(input.kind)),
});
