import { publicProcedure, router, signedInProcedure } from "@/server/trpc/init";

export const authRouter = router({
  state: publicProcedure.query(({ ctx }) => ({ setupNeeded: false, signedIn: ctx.actor !== null })),
  me: signedInProcedure.query(({ ctx }) => ctx.actor),
});
