import { adoptionRouter } from "@/server/adoption/router";
import { auditRouter } from "@/server/audit/router";
import { authRouter } from "@/server/auth/router";
import { bundleRouter } from "@/server/bundle/router";
import { clusterRouter } from "@/server/cluster/router";
import { deploymentRouter } from "@/server/deployment/router";
import { drillRouter } from "@/server/drill/router";
import { eventRouter } from "@/server/event/router";
import { historyRouter } from "@/server/history/router";
import { lifecycleRouter } from "@/server/lifecycle/router";
import { logsRouter } from "@/server/logs/router";
import { maintenanceRouter } from "@/server/maintenance/router";
import { metricsRouter } from "@/server/metrics/router";
import { membershipRouter } from "@/server/membership/router";
import { networkRouter } from "@/server/network/router";
import { nodeRouter } from "@/server/node/router";
import { notificationRouter } from "@/server/notification/router";
import { procedureRouter } from "@/server/procedure/router";
import { recoveryRouter } from "@/server/recovery/router";
import { runRouter } from "@/server/run/router";
import { settingsRouter } from "@/server/settings/router";
import { createCallerFactory, router } from "@/server/trpc/init";

/** One line per noun. */
export const appRouter = router({
  adoption: adoptionRouter,
  audit: auditRouter,
  auth: authRouter,
  bundle: bundleRouter,
  cluster: clusterRouter,
  deployment: deploymentRouter,
  drill: drillRouter,
  event: eventRouter,
  history: historyRouter,
  lifecycle: lifecycleRouter,
  logs: logsRouter,
  maintenance: maintenanceRouter,
  metrics: metricsRouter,
  membership: membershipRouter,
  network: networkRouter,
  node: nodeRouter,
  notification: notificationRouter,
  procedure: procedureRouter,
  recovery: recoveryRouter,
  run: runRouter,
  settings: settingsRouter,
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
