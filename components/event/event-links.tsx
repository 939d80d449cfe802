"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import type { ClusterEvent } from "@/contract/event";
import { eventKinds } from "@/contract/event-kinds";

/** Where there is more about it: its run, the HA history, the nodes' logs at that time. */
export function EventLinks({ event }: { event: ClusterEvent }) {
  const t = useTranslations("events");
  const { clusterId, runId, kind, node, beganAt } = event;
  const { group } = eventKinds[kind];
  const links: { name: string; href: string }[] = [];
  if (runId !== null) links.push({ name: t("toRun"), href: paths.run(runId) });
  if (clusterId !== null && (group === "management-vm" || group === "failover"))
    links.push({ name: t("toHistory"), href: paths.clusterHa(clusterId) });
  if (clusterId !== null && group === "network")
    links.push({ name: t("toNetworks"), href: paths.clusterNetworks(clusterId) });
  if (clusterId !== null && group !== "run")
    links.push({ name: t("toLogs"), href: paths.clusterLogs(clusterId, { around: beganAt, node }) });
  if (group === "panel") links.push({ name: t("toSettings"), href: paths.notifications() });
  return (
    <span className="flex flex-wrap gap-x-3">
      {links.map(({ name, href }) => (
        <Link
          key={href}
          href={href}
          className="inline-flex min-h-6 items-center rounded-sm text-accent underline underline-offset-2"
        >
          {name}
        </Link>
      ))}
    </span>
  );
}
