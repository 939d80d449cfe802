"use client";

import { Command } from "cmdk";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { paths } from "@/components/client/paths";
import { clusterPlaces } from "@/components/shell/cluster-places";
import { PaletteGroup, PaletteItem } from "@/components/shell/palette-item";
import { PaletteProcedures } from "@/components/shell/palette-procedures";
import type { ShellCluster, ShellRun } from "@/components/shell/shell-data";

export interface PaletteContentProps {
  clusters: readonly ShellCluster[];
  runs: readonly ShellRun[];
  go: (href: string) => void;
}

/** Everything one can go to, by name. Procedures are those of the cluster one is in. */
export function PaletteContent({ clusters, runs, go }: PaletteContentProps) {
  const t = useTranslations("shell");
  const here = usePathname();
  // The dialog took the focus before this was loaded.
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const current = clusters.find(({ id }) => `${here}/`.startsWith(`${paths.cluster(id)}/`)) ?? onlyOne(clusters);
  const places = [
    { name: t("nav.clusters"), href: paths.clusters() },
    { name: t("nav.newCluster"), href: paths.newCluster() },
    { name: t("nav.runs"), href: paths.runs() },
    { name: t("nav.audit"), href: paths.audit() },
    { name: t("nav.settings"), href: paths.settings() },
    { name: t("nav.notifications"), href: paths.notifications() },
  ];
  const kindOf = (run: ShellRun) => (t.has(`runKind.${run.kind}`) ? t(`runKind.${run.kind}`) : run.kind);
  return (
    <Command label={t("palette.title")}>
      <Command.Input
        ref={input}
        placeholder={t("palette.placeholder")}
        className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-muted">{t("palette.nothing")}</Command.Empty>
        {runs.length > 0 && (
          <PaletteGroup heading={t("palette.runs")}>
            {runs.map((run) => (
              <PaletteItem
                key={run.id}
                value={`${kindOf(run)} ${run.clusterName ?? ""} ${run.id}`}
                onSelect={() => go(paths.run(run.id))}
              >
                {kindOf(run)}{" "}
                <span className="text-muted">
                  {run.clusterName} {t(`runState.${run.state}`)}
                </span>
              </PaletteItem>
            ))}
          </PaletteGroup>
        )}
        {clusters.length > 0 && (
          <PaletteGroup heading={t("palette.clusters")}>
            {clusters.map((cluster) => (
              <PaletteItem
                key={cluster.id}
                value={`${cluster.name} ${cluster.id}`}
                onSelect={() => go(paths.cluster(cluster.id))}
              >
                {cluster.name}
              </PaletteItem>
            ))}
          </PaletteGroup>
        )}
        {clusters.length > 0 && (
          <PaletteGroup heading={t("palette.pages")}>
            {clusters.flatMap((cluster) =>
              clusterPlaces(cluster.id).map(({ name, href }) => (
                <PaletteItem key={href} value={`${t(`nav.${name}`)} ${cluster.name} ${href}`} onSelect={() => go(href)}>
                  {t(`nav.${name}`)} <span className="text-muted">{cluster.name}</span>
                </PaletteItem>
              )),
            )}
          </PaletteGroup>
        )}
        {current !== undefined && <PaletteProcedures cluster={current} go={go} />}
        {clusters.some(({ nodes }) => nodes.length > 0) && (
          <PaletteGroup heading={t("palette.nodes")}>
            {clusters.flatMap((cluster) =>
              cluster.nodes.map((node) => (
                <PaletteItem
                  key={`${cluster.id} ${node}`}
                  value={`${node} ${cluster.name} ${cluster.id}`}
                  onSelect={() => go(`${paths.cluster(cluster.id)}#node-${node}`)}
                >
                  {node} <span className="text-muted">{cluster.name}</span>
                </PaletteItem>
              )),
            )}
          </PaletteGroup>
        )}
        <PaletteGroup heading={t("palette.places")}>
          {places.map((place) => (
            <PaletteItem key={place.href} value={`${place.name} ${place.href}`} onSelect={() => go(place.href)}>
              {place.name}
            </PaletteItem>
          ))}
        </PaletteGroup>
      </Command.List>
    </Command>
  );
}

const onlyOne = <T,>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined);
