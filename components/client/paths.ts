import type { DrillFault } from "@/contract/drill";
import type { WizardPlace } from "@/contract/deployment";
import type { HistoryRange } from "@/contract/history";
import type { LifecycleKind } from "@/contract/lifecycle";
import type { MaintenanceKind } from "@/contract/maintenance";
import type { ProcedureKind } from "@/contract/run";

type Segment = string;
const path = (...segments: Segment[]): string => `/${segments.map(encodeURIComponent).join("/")}`;

/** Every place of the panel. Ids come from outside: they are always encoded. */
export const paths = {
  setup: () => path("setup"),
  login: (returnTo?: string) =>
    returnTo === undefined ? path("login") : `${path("login")}?returnTo=${encodeURIComponent(returnTo)}`,
  clusters: () => path("clusters"),
  newCluster: (place?: WizardPlace, draftId?: string) => {
    const base = place === undefined ? path("clusters", "new") : path("clusters", "new", place);
    return draftId === undefined ? base : `${base}?draft=${encodeURIComponent(draftId)}`;
  },
  cluster: (clusterId: string) => path("clusters", clusterId),
  clusterConfig: (clusterId: string) => path("clusters", clusterId, "config"),
  clusterHa: (clusterId: string) => path("clusters", clusterId, "ha"),
  clusterNetworks: (clusterId: string) => path("clusters", clusterId, "networks"),
  clusterNetworkChange: (clusterId: string) => path("clusters", clusterId, "networks", "change"),
  clusterHistory: (clusterId: string, at?: { range: HistoryRange; node: string | null }) => {
    const base = path("clusters", clusterId, "history");
    if (at === undefined) return base;
    const query = new URLSearchParams({ range: at.range, ...(at.node === null ? {} : { node: at.node }) });
    return `${base}?${query}`;
  },
  clusterEvents: (clusterId: string, query = "") => {
    const base = path("clusters", clusterId, "events");
    return query === "" ? base : `${base}?${query}`;
  },
  clusterLogs: (clusterId: string, at?: { around: string; node: string | null }) => {
    const base = path("clusters", clusterId, "logs");
    if (at === undefined) return base;
    const query = new URLSearchParams({ search: "all", around: at.around });
    if (at.node !== null) query.set("node", at.node);
    return `${base}?${query}`;
  },
  clusterBundle: (clusterId: string) => path("clusters", clusterId, "logs", "bundle"),
  logFile: (clusterId: string, node: string, file: string) =>
    `${path("api", "logs")}?${new URLSearchParams({ cluster: clusterId, node, file })}`,
  bundleFile: (bundleId: string) => path("api", "bundles", bundleId),
  runLog: (runId: string) => path("api", "runs", runId, "log"),
  clusterNodes: (clusterId: string) => path("clusters", clusterId, "nodes"),
  clusterMaintenance: (clusterId: string, chosen?: { kind: MaintenanceKind; subject: string }) => {
    const base = path("clusters", clusterId, "maintenance");
    return chosen === undefined ? base : `${base}?${new URLSearchParams({ ...chosen })}`;
  },
  clusterRecovery: (clusterId: string) => path("clusters", clusterId, "recovery"),
  clusterSuite: (clusterId: string, kind?: LifecycleKind) => {
    const base = path("clusters", clusterId, "suite");
    return kind === undefined ? base : `${base}?do=${encodeURIComponent(kind)}`;
  },
  clusterDrills: (clusterId: string, fault?: DrillFault) => {
    const base = path("clusters", clusterId, "ha", "drills");
    return fault === undefined ? base : `${base}?fault=${encodeURIComponent(fault)}`;
  },
  procedure: (kind: ProcedureKind) => path("procedures", kind),
  runs: () => path("runs"),
  run: (runId: string, at?: { step: string; cell?: string }) => {
    if (at === undefined) return path("runs", runId);
    const query = new URLSearchParams({ step: at.step, ...(at.cell === undefined ? {} : { cell: at.cell }) });
    return `${path("runs", runId)}?${query}`;
  },
  audit: () => path("audit"),
  settings: () => path("settings"),
  notifications: () => path("settings", "notifications"),
} as const;

/** Where to go after signing in: only a path of this panel, never another site. */
export function safeReturnPath(wished: string | null | undefined): string {
  if (!wished?.startsWith("/") || wished.startsWith("//") || /[\\\u0000-\u001f]/.test(wished)) return paths.clusters();
  return wished;
}
