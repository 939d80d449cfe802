"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { TimeAge } from "@/components/shell/time-age";
import { Banner } from "@/components/ui/banner";
import { buttonStyles } from "@/components/ui/button-styles";
import { type MaintenanceRecord, wholeCluster } from "@/contract/maintenance";
import type { Observed } from "@/contract/observed";

export interface OpenSight {
  readonly open: Observed<readonly MaintenanceRecord[]>;
  readonly flags: Observed<{ readonly byHost: Readonly<Record<string, readonly string[]>> }>;
}

interface Left {
  subject: string;
  kind: "node-up" | "cluster-up";
  record: MaintenanceRecord | null;
  seenAt: string;
}

/** Maintenance begun and not ended: by a run of some panel, whose record lies on the nodes, or by hand, seen by its flag on a host. */
export function leftOpen({ open, flags }: OpenSight): Left[] {
  const records = open.state === "known" ? open.value : [];
  const begun = records.map(
    (record): Left => ({
      subject: record.subject,
      kind: record.kind === "node-down" ? "node-up" : "cluster-up",
      record,
      seenAt: open.at,
    }),
  );
  const hosts = flags.state === "known" ? Object.entries(flags.value.byHost) : [];
  const byHand = hosts
    .filter(([host, set]) => set.includes("noout") && !records.some(({ subject }) => subject === host))
    .map(([subject]): Left => ({ subject, kind: "node-up", record: null, seenAt: flags.at }));
  return [...begun, ...byHand];
}

/** What is still to be given back, since when and by whom, with the button that ends it. */
export function OpenMaintenance({ clusterId, sight }: { clusterId: string; sight: OpenSight | null }) {
  const t = useTranslations("maintenance.open");
  const shell = useTranslations("shell");
  const left = sight === null ? [] : leftOpen(sight);
  if (left.length === 0) return null;
  return (
    <section aria-label={t("title")} className="flex flex-col gap-2">
      {left.map(({ subject, kind, record, seenAt }) => (
        <Banner
          key={`${kind} ${subject}`}
          tone="needs-you"
          stateLabel={shell("state.needs-you")}
          title={subject === wholeCluster ? t("cluster") : t("node", { node: subject })}
          aside={
            <>
              {record === null ? t("seen") : t("since")} <TimeAge at={record?.at ?? seenAt} />
            </>
          }
          actions={
            <Link
              href={paths.clusterMaintenance(clusterId, { kind, subject })}
              className={buttonStyles({ variant: "primary" })}
            >
              {t(kind)}
            </Link>
          }
        >
          {record === null ? (
            t("byHand")
          ) : (
            <>
              {t("by", { actor: record.actor })}{" "}
              <Link href={paths.run(record.runId)} className="underline underline-offset-2">
                {t("run")}
              </Link>
            </>
          )}
        </Banner>
      ))}
    </section>
  );
}
