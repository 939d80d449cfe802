"use client";

import { ClipboardList, Layers, type LucideIcon, Play, Settings } from "lucide-react";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paths } from "@/components/client/paths";
import { clusterPlaces } from "@/components/shell/cluster-places";
import { PlaceLink } from "@/components/shell/place-link";
import type { ShellCluster } from "@/components/shell/shell-data";
import { cn } from "@/components/ui/cn";

/** All places, and below the clusters those of the cluster one is in. */
export function Rail({ clusters }: { clusters: readonly ShellCluster[] }) {
  const t = useTranslations("shell.nav");
  const here = usePathname();
  const current = clusters.find(
    (cluster) => here === paths.cluster(cluster.id) || here.startsWith(`${paths.cluster(cluster.id)}/`),
  );
  return (
    <ul className="flex gap-1 overflow-x-auto p-2 lg:flex-col lg:gap-0.5">
      <RailLink href={paths.clusters()} icon={Layers} here={here} exact={current !== undefined}>
        {t("clusters")}
      </RailLink>
      {clusters.map((cluster) => (
        <li key={cluster.id} className="flex gap-1 lg:block">
          <RailAnchor href={paths.cluster(cluster.id)} current={here === paths.cluster(cluster.id)} nested>
            {cluster.name}
          </RailAnchor>
          {cluster === current && (
            <div className="flex gap-1 lg:block">
              {clusterPlaces(cluster.id).map(({ name, href }) => (
                <RailAnchor key={name} href={href} current={here === href} nested deep>
                  {t(name)}
                </RailAnchor>
              ))}
            </div>
          )}
        </li>
      ))}
      <RailLink href={paths.runs()} icon={Play} here={here}>
        {t("runs")}
      </RailLink>
      <RailLink href={paths.audit()} icon={ClipboardList} here={here}>
        {t("audit")}
      </RailLink>
      <RailLink href={paths.settings()} icon={Settings} here={here} exact>
        {t("settings")}
      </RailLink>
      <li>
        <RailAnchor href={paths.notifications()} current={here === paths.notifications()} nested>
          {t("notifications")}
        </RailAnchor>
      </li>
    </ul>
  );
}

interface RailLinkProps {
  href: string;
  icon: LucideIcon;
  here: string;
  /** Only the place itself counts as being there: something below it is marked more precisely. */
  exact?: boolean;
  children: ReactNode;
}

function RailLink({ href, icon: Icon, here, exact = false, children }: RailLinkProps) {
  const current = here === href || (!exact && here.startsWith(`${href}/`));
  return (
    <li>
      <RailAnchor href={href} current={current}>
        <Icon aria-hidden className="size-4 text-muted" />
        {children}
      </RailAnchor>
    </li>
  );
}

interface RailAnchorProps {
  href: string;
  current: boolean;
  nested?: boolean;
  deep?: boolean;
  children: ReactNode;
}

function RailAnchor({ href, current, nested = false, deep = false, children }: RailAnchorProps) {
  return (
    <PlaceLink
      href={href}
      aria-current={current ? "page" : undefined}
      className={cn(
        "flex min-h-8 items-center gap-2.5 rounded-md px-2.5 py-1 whitespace-nowrap -outline-offset-2 hover:bg-hover",
        nested && "lg:ml-4 lg:rounded-l-none lg:border-l lg:border-line lg:pl-4 lg:whitespace-normal lg:break-words",
        deep && "lg:pl-7 text-muted",
        current && "bg-accent-soft font-semibold text-ink hover:bg-accent-soft",
        current && nested && "lg:border-accent",
      )}
    >
      {children}
    </PlaceLink>
  );
}
