"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useMaintenanceLook } from "@/components/client/use-maintenance-look";
import { PaletteGroup, PaletteItem } from "@/components/shell/palette-item";
import type { ShellCluster } from "@/components/shell/shell-data";
import { useSentence } from "@/components/shell/use-sentence";
import { withStaleAsUnknown } from "@/contract/cluster-status";
import { drillFaults } from "@/contract/drill";
import type { MaintenanceKind } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import { factsOfStatus, maintenanceGuards } from "@/contract/maintenance-guards";
import type { Sentence } from "@/contract/sentence";

export interface PaletteProceduresProps {
  cluster: ShellCluster;
  go: (href: string) => void;
}

/** What can be asked of the cluster, and why not just now: judged by the guards the button, the server and the run ask. */
export function PaletteProcedures({ cluster, go }: PaletteProceduresProps) {
  const t = useTranslations("shell.palette");
  const maintenance = useTranslations("maintenance.kind");
  const drill = useTranslations("drill.fault");
  const sentence = useSentence();
  const summary = useQuery(useTRPC().cluster.get.queryOptions({ clusterId: cluster.id }, { staleTime: 0 }));
  const { beside } = useMaintenanceLook(cluster.id);

  /** Undefined: not looked yet; null: nothing stands in the way. */
  const heldBy = (kind: MaintenanceKind, subject: string): Sentence | null | undefined => {
    if (summary.data === undefined) return undefined;
    const status = withStaleAsUnknown(summary.data.status, Date.parse(summary.data.status.at));
    const guards = maintenanceGuards(factsOfStatus(status, beside(subject)), { kind, subject });
    return guards.find(({ state }) => state !== "holds")?.sentence ?? null;
  };
  const asked = [
    ...cluster.nodes.flatMap((node) => [
      { kind: "node-down" as const, subject: node },
      { kind: "node-up" as const, subject: node },
    ]),
    { kind: "cluster-down" as const, subject: wholeCluster },
    { kind: "cluster-up" as const, subject: wholeCluster },
  ];
  return (
    <PaletteGroup heading={t("procedures")}>
      {asked.map(({ kind, subject }) => {
        const name = maintenance(`${kind}.title`, { subject: subject === wholeCluster ? cluster.name : subject });
        const held = heldBy(kind, subject);
        return (
          <PaletteItem
            key={`${kind} ${subject}`}
            value={`${name} ${cluster.id} ${kind}`}
            onSelect={() => go(paths.clusterMaintenance(cluster.id, { kind, subject }))}
          >
            <span>{name}</span>
            {held === undefined && <span className="text-muted">{t("unread")}</span>}
            {held !== undefined && held !== null && (
              <span className="basis-full text-xs text-needs">{t("held", { because: sentence(held) })}</span>
            )}
          </PaletteItem>
        );
      })}
      {drillFaults.map((fault) => (
        <PaletteItem
          key={fault}
          value={`${drill(`${fault}.title`)} ${cluster.id} ${fault}`}
          onSelect={() => go(paths.clusterDrills(cluster.id, fault))}
        >
          {drill(`${fault}.title`)}
        </PaletteItem>
      ))}
    </PaletteGroup>
  );
}
