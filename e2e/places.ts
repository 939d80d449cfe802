import { wizardPlaces } from "@/contract/deployment";
import type { ClusterRecord } from "@/e2e/cluster-record";
import type { Say } from "@/e2e/words";

/** A page with an address of its own, as the walk through all of them finds it. */
export interface Place {
  name: string;
  path: (record: ClusterRecord) => string;
  /** What somebody came for; the last one shown counts. */
  main: (say: Say) => { role: "button" | "link" | "textbox"; name: string };
  /** Shown once everything has been read. */
  ready: (say: Say) => string;
  screenshot?: string;
  signedOut?: true;
}

const wizardMain = (place: string) => (say: Say) => {
  if (place === "review") return { role: "link", name: say("deployment.review.openRun") } as const;
  if (place === "done") return { role: "link", name: say("deployment.done.dashboard") } as const;
  return { role: "link", name: say("deployment.next") } as const;
};
const wizardReady: Partial<Record<string, string>> = {
  nodes: "deployment.nodes.facts",
  preflight: "deployment.preflight.passed",
  networks: "deployment.networks.check",
  review: "deployment.review.openRun",
};

/** Every page of the panel: who adds one names it here. */
export const places: readonly Place[] = [
  {
    name: "login",
    path: () => "/login",
    main: (say) => ({ role: "button", name: say("auth.login.submit") }),
    ready: (say) => say("auth.username"),
    signedOut: true,
  },
  {
    name: "clusters",
    path: () => "/clusters",
    main: (say) => ({ role: "link", name: say("cluster.list.new") }),
    ready: (say) => say("cluster.list.nodesValue", { alive: 3, total: 3 }),
  },
  {
    name: "drafts",
    path: () => "/clusters/new",
    main: (say) => ({ role: "button", name: say("deployment.list.start") }),
    ready: (say) => say("deployment.list.begin"),
  },
  ...wizardPlaces.map(
    (place): Place => ({
      name: `wizard ${place}`,
      path: ({ draftId }) => `/clusters/new/${place}?draft=${draftId}`,
      main: wizardMain(place),
      ready: (say) => say(wizardReady[place] ?? `deployment.place.${place}.title`),
    }),
  ),
  {
    name: "dashboard",
    path: ({ clusterId }) => `/clusters/${clusterId}`,
    main: (say) => ({ role: "link", name: say("cluster.vm.open") }),
    ready: (say) => say("cluster.headline.all-good.title", { nodes: 3, spare: 1 }),
    screenshot: "dashboard",
  },
  {
    name: "events",
    path: ({ clusterId }) => `/clusters/${clusterId}/events`,
    main: (say) => ({ role: "link", name: say("events.toRun") }),
    ready: (say) => say("events.noOlder"),
    screenshot: "events",
  },
  {
    name: "charts",
    path: ({ clusterId }) => `/clusters/${clusterId}/history?range=1h`,
    main: (say) => ({ role: "link", name: say("history.events") }),
    ready: (say) => say("history.section.panel"),
    screenshot: "charts",
  },
  {
    name: "high availability",
    path: ({ clusterId }) => `/clusters/${clusterId}/ha`,
    main: (say) => ({ role: "link", name: say("ha.drills") }),
    ready: (say) => say("ha.history.asTable"),
    screenshot: "ha",
  },
  {
    name: "drills",
    path: ({ clusterId }) => `/clusters/${clusterId}/ha/drills?fault=qemu-crash`,
    main: (say) => ({ role: "button", name: say("drill.run") }),
    ready: (say) => say("run.step.ensure-drill-cleared"),
    screenshot: "drills",
  },
  {
    name: "networks",
    path: ({ clusterId }) => `/clusters/${clusterId}/networks`,
    main: (say) => ({ role: "button", name: say("network.measure") }),
    ready: (say) => say("network.topology.asTable"),
    screenshot: "networks",
  },
  {
    name: "network change",
    path: ({ clusterId }) => `/clusters/${clusterId}/networks/change`,
    main: (say) => ({ role: "button", name: say("network.change-page.preview") }),
    ready: (say) => say("deployment.networks.compare"),
    screenshot: "network-change",
  },
  {
    name: "maintenance",
    path: ({ clusterId }) => `/clusters/${clusterId}/maintenance`,
    main: (say) => ({ role: "link", name: say("maintenance.kind.cluster-down.choose") }),
    ready: (say) => say("maintenance.power.by"),
    screenshot: "maintenance",
  },
  {
    name: "nodes",
    path: ({ clusterId }) => `/clusters/${clusterId}/nodes`,
    main: (say) => ({ role: "button", name: say("membership.add") }),
    ready: (say) => say("membership.members"),
  },
  {
    name: "recovery",
    path: ({ clusterId }) => `/clusters/${clusterId}/recovery`,
    main: (say) => ({ role: "link", name: say("recovery.maintenance") }),
    ready: (say) => say("recovery.nodes"),
  },
  {
    name: "suite",
    path: ({ clusterId }) => `/clusters/${clusterId}/suite`,
    main: (say) => ({ role: "link", name: say("lifecycle.kind.uninstall-suite.choose") }),
    ready: (say) => say("lifecycle.versions.installed"),
  },
  {
    name: "configuration",
    path: ({ clusterId }) => `/clusters/${clusterId}/config`,
    main: (say) => ({ role: "button", name: say("config.download") }),
    ready: (say) => say("config.fields"),
  },
  {
    name: "logs",
    path: ({ clusterId }) => `/clusters/${clusterId}/logs`,
    main: (say) => ({ role: "button", name: say("logs.search") }),
    ready: (say) => say("logs.folder.forecastMeans"),
    screenshot: "logs",
  },
  {
    name: "support bundle",
    path: ({ clusterId }) => `/clusters/${clusterId}/logs/bundle`,
    main: (say) => ({ role: "button", name: say("bundle.make") }),
    ready: (say) => say("bundle.inside"),
  },
  {
    name: "runs",
    path: () => "/runs",
    main: (say) => ({ role: "link", name: say("shell.runKind.deploy-cluster") }),
    ready: (say) => say("shell.runState.succeeded"),
  },
  {
    name: "run",
    path: ({ runId }) => `/runs/${runId}`,
    main: (say) => ({ role: "button", name: say("run.report") }),
    ready: (say) => say("run.standing.succeeded.title"),
    screenshot: "run",
  },
  {
    name: "audit",
    path: () => "/audit",
    main: (say) => ({ role: "link", name: say("shell.nav.audit") }),
    ready: (say) => say("settings.audit.title"),
  },
  {
    name: "notifications",
    path: () => "/settings/notifications",
    main: (say) => ({ role: "button", name: say("notifications.add") }),
    ready: (say) => say("notifications.none"),
    screenshot: "notifications",
  },
  {
    name: "settings",
    path: () => "/settings",
    main: (say) => ({ role: "button", name: say("settings.people.add") }),
    ready: (say) => say("settings.people.title"),
  },
  {
    name: "no such page",
    path: () => "/nowhere",
    main: (say) => ({ role: "link", name: say("shell.notFound.back") }),
    ready: (say) => say("shell.notFound.title"),
  },
];
