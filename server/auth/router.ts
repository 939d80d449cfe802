import { z } from "zod";
import {
  displayNameSchema,
  emailSchema,
  longestPassword,
  newPasswordSchema,
  roleSchema,
  setupInputSchema,
  signInInputSchema,
  usernameSchema,
} from "@/contract/account";
import {
  addPerson,
  changeOwnPassword,
  changeRole,
  listPeople,
  removePerson,
  resetPassword,
} from "@/server/auth/people";
import { isSetupNeeded, setUp, signIn, signOut } from "@/server/auth/service";
import { administratorProcedure, publicProcedure, router, signedInProcedure } from "@/server/trpc/init";

const personId = z.object({ id: z.string() });

/** setup, signIn and signOut set cookies: call them unbatched (components/client/trpc.tsx does so for every mutation). */
export const authRouter = router({
  state: publicProcedure.query(async ({ ctx }) => ({
    setupNeeded: await isSetupNeeded(),
    signedIn: ctx.actor !== null,
  })),
  me: signedInProcedure.query(({ ctx }) => ctx.actor),
  setup: publicProcedure
    .input(setupInputSchema)
    .mutation(({ ctx, input }) => setUp(input, ctx.request.headers, ctx.responseHeaders)),
  signIn: publicProcedure
    .input(signInInputSchema)
    .mutation(({ ctx, input }) => signIn(input, ctx.request.headers, ctx.responseHeaders)),
  signOut: publicProcedure.mutation(({ ctx }) => signOut(ctx.actor, ctx.request.headers, ctx.responseHeaders)),

  changePassword: signedInProcedure
    .input(z.object({ current: z.string().max(longestPassword), next: newPasswordSchema }))
    .mutation(({ ctx, input }) => changeOwnPassword(ctx, ctx.sessionId, input)),

  people: administratorProcedure.query(() => listPeople()),
  addPerson: administratorProcedure
    .input(
      z.object({
        username: usernameSchema,
        name: displayNameSchema.optional(),
        email: emailSchema.optional(),
        role: roleSchema,
        password: newPasswordSchema,
      }),
    )
    .mutation(({ ctx, input }) => addPerson(ctx, input)),
  changeRole: administratorProcedure
    .input(personId.extend({ role: roleSchema }))
    .mutation(({ ctx, input }) => changeRole(ctx, input.id, input.role)),
  resetPassword: administratorProcedure
    .input(personId.extend({ password: newPasswordSchema }))
    .mutation(({ ctx, input }) => resetPassword(ctx, input.id, input.password)),
  removePerson: administratorProcedure.input(personId).mutation(({ ctx, input }) => removePerson(ctx, input.id)),
});
