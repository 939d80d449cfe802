"use client";

import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Dialog } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { paths } from "@/components/client/paths";
import type { ShellCluster, ShellRun } from "@/components/shell/shell-data";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";

export interface CommandPaletteProps {
  clusters: readonly ShellCluster[];
  runs: readonly ShellRun[];
}

/** ⌘K or Ctrl-K from anywhere: type a few letters of a name and be there. */
export function CommandPalette({ clusters, runs }: CommandPaletteProps) {
  const t = useTranslations("shell");
  const router = useRouter();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);

  const go = (href: string) => () => {
    setOpen(false);
    router.push(href);
  };
  const places = [
    { name: t("nav.clusters"), href: paths.clusters() },
    { name: t("nav.newCluster"), href: paths.newCluster() },
    { name: t("nav.runs"), href: paths.runs() },
    { name: t("nav.audit"), href: paths.audit() },
    { name: t("nav.settings"), href: paths.settings() },
  ];

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <Button variant="secondary" className="font-normal text-muted">
          <Search aria-hidden />
          <span className="hidden pr-4 sm:inline">{t("palette.open")}</span>
          <Kbd>Ctrl K</Kbd>
        </Button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-overlay" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg bg-raised shadow-pop"
        >
          <Dialog.Title className="sr-only">{t("palette.title")}</Dialog.Title>
          <Command label={t("palette.title")}>
            <Command.Input
              placeholder={t("palette.placeholder")}
              className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-muted">{t("palette.nothing")}</Command.Empty>
              <Group heading={t("palette.clusters")} shown={clusters.length > 0}>
                {clusters.map((cluster) => (
                  <Item
                    key={cluster.id}
                    value={`cluster ${cluster.name} ${cluster.id}`}
                    onSelect={go(paths.cluster(cluster.id))}
                  >
                    {cluster.name}
                  </Item>
                ))}
                {clusters.map((cluster) => (
                  <Item
                    key={`${cluster.id} config`}
                    value={`config ${cluster.name} ${cluster.id}`}
                    onSelect={go(paths.clusterConfig(cluster.id))}
                  >
                    {cluster.name} · {t("nav.config")}
                  </Item>
                ))}
              </Group>
              <Group heading={t("palette.nodes")} shown={clusters.some((cluster) => cluster.nodes.length > 0)}>
                {clusters.flatMap((cluster) =>
                  cluster.nodes.map((node) => (
                    <Item
                      key={`${cluster.id} ${node}`}
                      value={`node ${node} ${cluster.name} ${cluster.id}`}
                      onSelect={go(`${paths.cluster(cluster.id)}#node-${node}`)}
                    >
                      {node} <span className="text-muted">{cluster.name}</span>
                    </Item>
                  )),
                )}
              </Group>
              <Group heading={t("palette.runs")} shown={runs.length > 0}>
                {runs.map((run) => (
                  <Item
                    key={run.id}
                    value={`run ${run.kind} ${run.clusterName ?? ""} ${run.id}`}
                    onSelect={go(paths.run(run.id))}
                  >
                    {t.has(`runKind.${run.kind}`) ? t(`runKind.${run.kind}`) : run.kind}{" "}
                    <span className="text-muted">
                      {run.clusterName} {t(`runState.${run.state}`)}
                    </span>
                  </Item>
                ))}
              </Group>
              <Group heading={t("palette.places")} shown>
                {places.map((place) => (
                  <Item key={place.href} value={`place ${place.name}`} onSelect={go(place.href)}>
                    {place.name}
                  </Item>
                ))}
              </Group>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ heading, shown, children }: { heading: string; shown: boolean; children: ReactNode }) {
  if (!shown) return null;
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  );
}

function Item({ value, onSelect, children }: { value: string; onSelect: () => void; children: ReactNode }) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex cursor-pointer gap-1.5 rounded-md px-2.5 py-1.5 data-[selected=true]:bg-accent-soft"
    >
      {children}
    </Command.Item>
  );
}
