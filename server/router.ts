import { auditRouter } from "@/server/audit/router";
import { authRouter } from "@/server/auth/router";
import { deploymentRouter } from "@/server/deployment/router";
import { runRouter } from "@/server/run/router";
import { settingsRouter } from "@/server/settings/router";
import { createCallerFactory, router } from "@/server/trpc/init";

/** One line per noun. */
export const appRouter = router({
  audit: auditRouter,
  auth: authRouter,
  deployment: deploymentRouter,
  run: runRouter,
  settings: settingsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
